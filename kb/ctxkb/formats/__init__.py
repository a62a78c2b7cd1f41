"""Parsers: pure functions from the bytes of a file to documents. One module a format, all listed in `FORMATS`."""
