"""A text in pieces: what is prose, what is marked as code, what stands in a block of code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctxkb.formats.frontmatter import split
from ctxkb.formats.mdx import prose_of_mdx
from ctxkb.text.markdown import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

Where = Literal["prose", "code", "block"]
"""Where a piece of text stands: in a sentence, marked as code in one, in a block of code."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text on a 1-based line, and the whole sentence, item or cell in which it stands."""

    where: Where
    text: str
    line: int
    around: str = ""


_PAST = re.compile(
    r"\b(?:removed|removal|deleted|dropped|renamed|replaced|superseded|moved|migrated|retired|deprecated|obsoleted?"
    r"|formerly|former|previous(?:ly)?|originally|historical(?:ly)?|legacy|older?|used to be|no longer|was called|gone"
    r"|until v?\d|before v?\d|prior to|instead of|rather than|does not exist|doesn't exist|will be|planned|todo)\b",
    re.IGNORECASE,
)
"""Words of a sentence that speaks of what was, or of what is to come: it may name what there is not."""


_FORBIDS = re.compile(
    r"\b(?:never|(?:do|does|must|should|shall|may|can)(?: not|n['’]t)|cannot|avoid)\s+(?:\w+\s+){0,2}?"
    r"(?:us|call|import|add|introduc|creat|instantiat|extend|inherit|subclass|referenc|touch|rel[iy]|depend|bring|writ)"
    r"\w*[^,;]*$",
    re.IGNORECASE,
)
"""How the sentence begins that forbids what follows."""

_FORBIDDEN = re.compile(
    r"[`*_)\s]*(?:(?:must|should|shall|may|can)(?: not|n['’]t)|cannot|(?:is|are) (?:forbidden|banned|prohibited))\b",
    re.IGNORECASE,
)
"""How the sentence goes on that forbids what it began with."""

_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n(?=\s*[-*+|#>])")


def pieces(path: str, text: str) -> Iterator[Piece]:
    """`text` in pieces; of what is no Markdown only what is marked as code is told from prose, not its blocks."""
    if path.lower().endswith((".md", ".mdx", ".markdown", ".mdc")):
        front = split(text)
        body = prose_of_mdx(front.body) if path.lower().endswith(".mdx") else front.body
        yield from _markdown(body, front.first_body_line)
        return
    for number, row in enumerate(text.split("\n"), 1):
        for match in re.finditer(r"``([^`]+)``|(?<!`)`([^`]+)`(?![`_])|\+([^+\s]+)\+", row):
            yield Piece("code", next(filter(None, match.groups())), number, row)
        yield Piece("prose", row, number, row)


def _markdown(body: str, first: int) -> Iterator[Piece]:
    row = 0
    for token in tokens(body):
        row = token.map[0] if token.map else row
        if token.type in {"fence", "code_block"}:
            shift = first + (token.type == "fence")
            yield from (Piece("block", line, row + shift + n) for n, line in enumerate(token.content.split("\n")))
        line = row + first
        for child in token.children or ():
            line += child.type in {"softbreak", "hardbreak"}
            if child.type == "code_inline":
                yield Piece("code", child.content, line, token.content)
            elif child.type == "text":
                yield Piece("prose", child.content, line, token.content)


def is_forbidden(piece: Piece, name: str) -> bool:
    """Whether every sentence around the piece that names `name` forbids it: it warns of what is there no longer."""
    found = list(re.finditer(re.escape(name), piece.around))
    return bool(found) and all(_forbids(piece.around, each.start(), each.end()) for each in found)


def _forbids(text: str, first: int, last: int) -> bool:
    begins = max((end.end() for end in _SENTENCE_END.finditer(text, 0, first)), default=0)
    return bool(_FORBIDS.search(text[begins:first]) or _FORBIDDEN.match(text, last))


def is_past(piece: Piece) -> bool:
    """Whether the sentence speaks of what was, or of what is to come."""
    return bool(_PAST.search(piece.around) or (piece.where == "block" and _PAST.search(piece.text)))
