"""Executable rules: which are in force, what of them a file holds, and whether their own samples agree."""
