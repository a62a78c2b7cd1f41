"""Sections to units: each makes sense alone, can be cited by its lines, and is small enough to share a pack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.text.count import count_tokens
from ctxkb.text.markdown import Anchors
from ctxkb.text.pieces import Piece, pieces
from ctxkb.types import Kind, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.types import Document, Section

WHOLE = 280
"""A section of at most so many tokens stays one unit."""

TARGET = 220
"""Pieces of a longer section are gathered until a unit has about so many tokens."""

WINDOW_WORDS = 140
"""How many words of a unit go into one embedded text: with its headings about the 256 tokens the model reads."""


def cut(document: Document) -> tuple[Unit, ...]:
    """The units of a document, in the order of the file; ids are unique within it."""
    anchors = Anchors()
    found: list[Unit] = []
    for section in document.sections:
        if not _bare(section):
            found.extend(_units(document, section, anchors))
    return tuple(found)


def _bare(section: Section) -> bool:
    """True for a heading with nothing below it: the breadcrumbs of the sections below repeat its words."""
    if section.syntax != "markdown" or not section.heading:
        return False
    return all(
        piece.kind in {"heading", "rule"} or not piece.text.strip() for piece in pieces(section.text, "markdown")
    )


def _units(document: Document, section: Section, anchors: Anchors) -> Iterator[Unit]:
    for number, part in enumerate(_parts(section), 1):
        anchor = anchors.take(section.anchor if number == 1 else f"{section.anchor}:{number}")
        text = part.text.rstrip()
        yield Unit(
            id=f"{document.id}#{anchor}",
            document=document.id,
            kind=document.kind,
            path=document.path,
            title=document.title,
            heading=section.heading,
            breadcrumb=section.breadcrumb,
            anchor=anchor,
            first=section.first + part.offset,
            last=min(section.first + part.offset + text.count("\n"), section.last),
            text=text,
            syntax=section.syntax,
            role=section.role,
            tokens=count_tokens(text),
            embed=_embedded(document, section, text),
            refs=section.refs,
        )


def _parts(section: Section) -> list[Piece]:
    """The section whole, or cut at its pieces where it is too long."""
    if count_tokens(section.text) <= WHOLE:
        return [Piece(section.text, "lines", 0)]
    return [_joined(group) for group in _groups(_fine(section))]


def _fine(section: Section) -> Iterator[Piece]:
    """The section's pieces, with tables that are too long cut between rows under a repeated header."""
    for piece in pieces(section.text, section.syntax):
        if piece.kind == "table" and count_tokens(piece.text) > WHOLE:
            yield from _rows(piece)
        elif piece.kind in {"item", "quote", "lines"} and count_tokens(piece.text) > 2 * WHOLE:
            yield from _inner(piece)
        else:
            yield piece


def _rows(table: Piece) -> Iterator[Piece]:
    header, rows = table.text.split("\n")[:2], table.text.split("\n")[2:]
    kept: list[str] = []
    begin = 0
    for number, row in enumerate(rows):
        if kept and count_tokens("\n".join([*header, *kept, row])) > TARGET:
            yield Piece("\n".join([*header, *kept]), "rows", table.offset + (begin + 2 if begin else 0))
            kept, begin = [], number
        kept.append(row)
    yield Piece("\n".join([*header, *kept]), "rows", table.offset + (begin + 2 if begin else 0))


def _inner(piece: Piece) -> Iterator[Piece]:
    """A piece too long for one unit, cut where its inner lines stand out least; one with code inside stays whole."""
    lines = piece.text.split("\n")
    if "```" in piece.text or "~~~" in piece.text:
        yield piece
        return
    depths = sorted({len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()})
    least = depths[0] if depths else 0
    starts = [n for n, line in enumerate(lines) if n == 0 or (line.strip() and len(line) - len(line.lstrip()) == least)]
    for first, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield Piece("\n".join(lines[first:end]), piece.kind, piece.offset + first)


def _groups(found: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces gathered to about the target; a heading, or a line ending in a colon, goes with what it introduces."""
    group: list[Piece] = []
    size = 0
    for piece in found:
        tokens = count_tokens(piece.text)
        if size and size + tokens > TARGET and piece.text.strip():
            tail = _introduction(group)
            if len(tail) < len(group):
                yield group[: len(group) - len(tail)]
                group, size = tail, sum(count_tokens(kept.text) for kept in tail)
        if piece.kind == "rows" and size and group[-1].kind == "rows":
            yield group
            group, size = [], 0
        group.append(piece)
        size += tokens
    if group:
        yield group


def _introduction(group: Sequence[Piece]) -> list[Piece]:
    tail: list[Piece] = []
    for piece in reversed(group):
        if piece.kind != "heading" and not piece.text.rstrip().endswith(":"):
            break
        tail.insert(0, piece)
    return tail


def _joined(group: Sequence[Piece]) -> Piece:
    return Piece("\n".join(piece.text for piece in group), "lines", group[0].offset)


_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>\n]*>")


def _embedded(document: Document, section: Section, text: str) -> tuple[str, ...]:
    """The texts whose vectors find a unit: its headings before each window of its words, addresses left out."""
    above = [document.title, *section.breadcrumb, section.heading]
    header = " > ".join(dict.fromkeys(word for word in above if word))
    if document.kind is Kind.DECISION and document.status:
        header = f"{document.status} decision: {header}"
    words = _TAG.sub(" ", _COMMENT.sub(" ", _LINK.sub(r"\1", section.summary or text))).split()
    windows = range(0, max(len(words), 1), WINDOW_WORDS)
    return tuple(f"{header}\n{' '.join(words[start : start + WINDOW_WORDS])}" for start in windows)
