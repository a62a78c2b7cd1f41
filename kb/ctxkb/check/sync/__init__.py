"""Rule files of other tools, written from one set of conventions: what they should hold, and where they differ."""
