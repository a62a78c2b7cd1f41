"""Where a text may be cut: between blocks, list items, properties or paragraphs, never inside a code block."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.text.markdown import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Syntax

INDENTED: frozenset[str] = frozenset({"yaml", "json", "graphql", "proto", "xml", "prisma", "sql"})
"""Syntaxes whose indentation shows what belongs together."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that stay together: `kind` is a Markdown block's kind, or "lines"; `offset` is 0-based in the text."""

    text: str
    kind: str
    offset: int

    @property
    def height(self) -> int:
        """How many lines it has."""
        return self.text.count("\n") + 1


def pieces(text: str, syntax: Syntax) -> list[Piece]:
    """The pieces of `text` in order; joined with line feeds they are the text."""
    lines = text.split("\n")
    if syntax == "markdown":
        starts = [(block.first - 1, str(block.kind)) for block in blocks(text)]
    elif syntax in INDENTED:
        starts = [(number, "lines") for number in _outdents(lines)]
    elif syntax == "asciidoc":
        starts = [(number, "lines") for number in _outside_fences(lines)]
    else:
        starts = [(number, "lines") for number in _paragraphs(lines)]
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, "lines"))
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    return [Piece("\n".join(lines[first:end]), kind, first) for (first, kind), end in zip(starts, ends, strict=True)]


def _outdents(lines: Sequence[str]) -> Iterator[int]:
    """The lines that open a property: those with the least indentation below the first line."""
    depths = [len(line) - len(line.lstrip()) for line in lines[1:] if line.strip()]
    least = min(depths, default=0)
    for number, line in enumerate(lines):
        if line.strip() and (number == 0 or len(line) - len(line.lstrip()) == least):
            yield number


def _paragraphs(lines: Sequence[str]) -> Iterator[int]:
    """The lines after a blank one that are not indented: a literal block stays with what introduces it."""
    blank = True
    for number, line in enumerate(lines):
        if blank and line.strip() and not line[0].isspace():
            yield number
        blank = not line.strip()


ASCIIDOC_FENCE = re.compile(r"-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|`{3}\w*|--|[|,:!]={3}")
"""A line that opens a block of AsciiDoc, which ends at the next such line."""


def _outside_fences(lines: Sequence[str]) -> Iterator[int]:
    """The lines after a blank one, none inside a block."""
    blank, fence = True, ""
    for number, line in enumerate(lines):
        bare = line.rstrip()
        if not fence and blank and bare:
            yield number
        if fence:
            fence = "" if bare == fence else fence
        elif ASCIIDOC_FENCE.fullmatch(bare):
            fence = "```" if bare.startswith("```") else bare
        blank = not bare


_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]*_`]*\s+(?=[\"'(\[*_`]*[A-Z0-9À-ÖØ-ÞΑ-ΩЀ-Я])|(?<=[。！？])[”’」』）]*\s*")
"""A full stop before a capital; the full-width ones of Chinese and Japanese need no space behind them."""


def sentences(paragraph: str) -> list[str]:
    """The sentences of a paragraph, with the white space behind each; joined they are the paragraph."""
    found: list[str] = []
    begin = 0
    for match in _SENTENCE_END.finditer(paragraph):
        found.append(paragraph[begin : match.end()])
        begin = match.end()
    return [*found, paragraph[begin:]] if paragraph[begin:] else found
