"""OpenAPI descriptions, parsed, and their sections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.openapi import parse_openapi
from support.contracts import contract

if TYPE_CHECKING:
    from ctxkb.types import Document, Section


def parsed(text: str | bytes, path: str = "api/files.yaml") -> Document:
    """The one document of a description in which its parser finds no fault."""
    result = parse_openapi(contract(text, path, "openapi"))
    assert result.problems == ()
    return result.documents[0]


def section(document: Document, anchor: str) -> Section:
    """The section at an anchor."""
    return {found.anchor: found for found in document.sections}[anchor]


def outline(document: Document) -> list[tuple[str, str, int, int]]:
    """Anchor, role, first and last line of each section."""
    return [(found.anchor, found.role, found.first, found.last) for found in document.sections]
