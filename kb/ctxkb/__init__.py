"""ctxkb: the rules a codebase must obey, put before the agents that write its code."""

__version__ = "0.1.0"
