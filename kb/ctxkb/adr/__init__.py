"""Decisions as files: list them, begin one, settle one, replace one, and draw what replaces what."""
