"""Text as a tuple of sections, Markdown and other syntaxes: what guides, decisions and conventions share."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ctxkb.formats.lines import tidy
from ctxkb.text.markdown import Anchors, Span, slug, spans
from ctxkb.types import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import Syntax


def markdown_sections(text: str, first_line: int = 1) -> tuple[Section, ...]:
    """Cut `text` into sections, one a heading, and one with anchor "top" for what precedes the first heading.

    `first_line` is the line of the file at which `text` begins, so that behind front matter the sections still
    name lines of the file. Every line that is not blank belongs to exactly one section.
    """
    lines = text.split("\n")
    cuts = _cuts(spans(text), lines)
    return tuple(_section(span, lines, first, last, first_line) for span, first, last in cuts)


def _cuts(found: Sequence[Span], lines: Sequence[str]) -> list[tuple[Span, int, int]]:
    """Pair each span with its first and last line in `lines`; of two headings on one line, the first has it."""
    opening = next((number for number, line in enumerate(lines, 1) if line.strip()), 0)
    if not opening:
        return []
    starts: list[tuple[Span, int]] = []
    for span in found:
        if not starts or span.first > starts[-1][1]:
            starts.append((span, max(span.first, opening)))
    if not starts or starts[0][1] > opening:
        starts.insert(0, (Span(None, (), "top", opening, opening), opening))
    bounds = [*(first for _, first in starts), len(lines) + 1]
    return [
        (span, first, last_written(lines, first, past - 1))
        for (span, _), (first, past) in zip(starts, pairwise(bounds), strict=True)
    ]


def titled_sections(
    lines: Sequence[str], titles: Sequence[tuple[int, int, str]], syntax: Syntax, first_line: int
) -> tuple[Section, ...]:
    """Cut `lines` at `titles` (first line, level, words; in order), for the syntaxes that are not Markdown.

    What precedes the first title is a section with anchor "top"; `first_line` is as for `markdown_sections`.
    """
    written = next((number for number, line in enumerate(lines, 1) if line.strip()), 0)
    if not written:
        return ()
    opening = [] if titles and titles[0][0] <= written else [(written, 0, "")]
    starts = [*opening, *titles]
    anchors, trail = Anchors(), list[tuple[int, str]]()
    result = []
    for index, (first, level, title) in enumerate(starts):
        last = last_written(lines, first, starts[index + 1][0] - 1 if index + 1 < len(starts) else len(lines))
        trail = [entry for entry in trail if entry[0] < level]
        result.append(
            Section(
                heading=title,
                anchor=anchors.take(slug(title)),
                first=first + first_line - 1,
                last=last + first_line - 1,
                text="\n".join(lines[first - 1 : last]),
                level=max(level, 1),
                breadcrumb=tuple(above for _, above in trail),
                syntax=syntax,
            )
        )
        if title:
            trail.append((level, title))
    return tuple(result)


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
