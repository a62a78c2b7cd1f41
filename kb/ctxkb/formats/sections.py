"""Markdown as a tuple of sections: what guides, decisions and conventions share."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ctxkb.formats.lines import tidy
from ctxkb.text.markdown import Span, spans
from ctxkb.types import Section

if TYPE_CHECKING:
    from collections.abc import Sequence


def markdown_sections(text: str, first_line: int = 1, outline: str | None = None) -> tuple[Section, ...]:
    """Cut `text` into sections, one a heading, and one with anchor "top" for what precedes the first heading.

    `first_line` is the line of the file at which `text` begins, so that behind front matter the sections still
    name lines of the file. Every line that is not blank belongs to exactly one section. `outline`, where given, has
    as many lines as `text` and is read for headings in its place: a format blanks there what is no Markdown.
    """
    lines = text.split("\n")
    cuts = _cuts(spans(text if outline is None else outline), lines)
    return tuple(_section(span, lines, first, last, first_line) for span, first, last in cuts)


def _cuts(found: Sequence[Span], lines: Sequence[str]) -> list[tuple[Span, int, int]]:
    """Pair each span with its first and last line in `lines`; of two headings on one line, the first has it."""
    starts: list[tuple[Span, int]] = []
    for span in found:
        if not starts or span.first > starts[-1][1]:
            starts.append((span, span.first))
    opening = next((number for number, line in enumerate(lines, 1) if line.strip()), 0)
    if not opening:
        return []
    if not starts or starts[0][1] > opening:
        starts.insert(0, (Span(None, (), "top", opening, opening), opening))
    bounds = [*(first for _, first in starts), len(lines) + 1]
    return [
        (span, first, last_written(lines, first, past - 1))
        for (span, _), (first, past) in zip(starts, pairwise(bounds), strict=True)
    ]


def last_written(lines: Sequence[str], first: int, last: int) -> int:
    """Find the last of the 1-based lines `first`..`last` that is not blank; `first` where all below it are."""
    while last > first and not lines[last - 1].strip():
        last -= 1
    return last


def _section(span: Span, lines: Sequence[str], first: int, last: int, first_line: int) -> Section:
    heading = span.heading
    return Section(
        heading=tidy(heading.text) if heading else "",
        anchor=span.anchor,
        first=first + first_line - 1,
        last=last + first_line - 1,
        text="\n".join(lines[first - 1 : last]),
        level=heading.level if heading else 1,
        breadcrumb=tuple(tidy(above) for above in span.breadcrumb),
    )
