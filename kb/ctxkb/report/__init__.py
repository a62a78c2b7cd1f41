"""How well the context works: whether it is asked for, what it covers, how fresh it is, and what it costs."""
