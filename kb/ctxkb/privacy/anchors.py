"""Where the first letters of a pattern stand in a text: quick to find, and the pattern is tried there alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def places(text: str, anchor: str) -> Iterator[int]:
    """The offsets at which `anchor` begins."""
    at = text.find(anchor)
    while at >= 0:
        yield at
        at = text.find(anchor, at + 1)


def lowered(text: str) -> str:
    """`text` in small letters, each at its place: a few capitals have a small form of two characters."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)
