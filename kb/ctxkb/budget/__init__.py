"""The budget: what of an answer fits into a number of tokens, cut where it may be cut, and how it is written."""
