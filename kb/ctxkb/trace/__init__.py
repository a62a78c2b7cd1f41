"""Why a rule did not reach a change: what held then, what its author was given, and what became of it."""
