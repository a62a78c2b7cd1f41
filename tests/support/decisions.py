"""Decisions given as text, for the tests of their parser."""

from __future__ import annotations

from textwrap import dedent

from ctxkb.formats import parse
from ctxkb.types import Document, Kind, Source


def read(text: str, path: str = "docs/adr/0012-use-x.md", form: str = "decision") -> Document:
    """The one decision of a file whose parser finds no fault; `text` is dedented."""
    parsed = parse(Source(path, dedent(text).lstrip("\n").encode(), Kind.DECISION, form))
    assert parsed.problems == ()
    (document,) = parsed.documents
    return document
