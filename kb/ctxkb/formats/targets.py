"""Where the references of a section lead: in its own document, in another file, or in another file of one schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.types import Document

SCHEMA_WIDE = "graphql:"
"""Before the name of a type of GraphQL that another file of the schema defines: no file says which."""

REPEATED = ("", "-1", "-2")
"""Behind the anchor of an extension: a file may extend one type several times."""


def targets(document: str, ref: str, documents: Mapping[str, Document]) -> Iterator[tuple[str, str]]:
    """Document id and anchor of each section that `ref`, a reference in `document`, may mean; some may not exist.

    The anchor is "" where all of a file is meant.
    """
    if ref.startswith(SCHEMA_WIDE):
        name = ref.removeprefix(SCHEMA_WIDE)
        anchors = [name + number for number in REPEATED] if name.startswith("extend ") else [name]
        schema = (other for other, found in documents.items() if found.format == "graphql" and other != document)
        yield from ((other, anchor) for other in schema for anchor in anchors)
        return
    yield document, ref
    path, mark, anchor = ref.rpartition("#")
    if mark and path in documents:
        yield path, anchor
    elif not mark and ref in documents:
        yield ref, ""
