"""Comments of a contract that stand in no section: each goes to the section beside it, or is one of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import clip, excerpt
from ctxkb.text.markdown import Anchors
from ctxkb.types import Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.types import Syntax


def with_comments(
    found: Sequence[Section], comments: Iterable[tuple[int, int]], lines: Sequence[str], syntax: Syntax
) -> tuple[Section, ...]:
    """`found` with all `comments`, each given by its first and last line, in order.

    What nothing but blank lines part from a section is added to it, rather to the one behind than to the one before.
    A file of nothing but comments stays without sections.
    """
    sections = list(found)
    starts = {section.first: index for index, section in reversed(list(enumerate(found)))}
    ends = {section.last: index for index, section in reversed(list(enumerate(found)))}
    anchors = Anchors()
    for section in found:
        anchors.take(section.anchor)
    for first, last in _runs(_uncovered(found, comments, len(lines)), lines) if found else ():
        words = " ".join(filter(None, (line.strip(" \t-*/#=") for line in lines[first - 1 : last])))
        at = starts.get(_written(lines, last, 1), ends.get(_written(lines, first, -1), -1))
        if not any(map(str.isalpha, words)):
            continue
        if at >= 0 and sections[at].text == excerpt(lines, sections[at].first, sections[at].last):
            sections[at] = _grown(sections[at], first, last, words, lines)
        else:
            own = excerpt(lines, first, last)
            told = clip(words, 600)
            anchor = anchors.take("comment")
            sections.append(Section("comment", anchor, first, last, own, role="component", syntax=syntax, summary=told))
    return tuple(sections if len(sections) == len(found) else sorted(sections, key=lambda section: section.first))


def _uncovered(found: Iterable[Section], comments: Iterable[tuple[int, int]], height: int) -> Iterator[int]:
    """The lines of `comments` that stand in no section."""
    marks = bytearray(height + 2)
    for section in found:
        marks[section.first : section.last + 1] = b"\1" * (section.last + 1 - section.first)
    return (line for first, last in comments for line in range(first, last + 1) if not marks[line])


def _runs(numbers: Iterable[int], lines: Sequence[str]) -> Iterator[tuple[int, int]]:
    """First and last of the lines that nothing but blank ones part."""
    first = last = 0
    for number in numbers:
        if first and _written(lines, last, 1) != number:
            yield first, last
            first = 0
        first, last = first or number, number
    if first:
        yield first, last


def _written(lines: Sequence[str], line: int, step: int) -> int:
    """The next line from `line` on, or before it where `step` is -1, that is not blank; 0 where there is none."""
    line += step
    while 0 < line <= len(lines) and not lines[line - 1].strip():
        line += step
    return line if line <= len(lines) else 0


def _grown(section: Section, first: int, last: int, words: str, lines: Sequence[str]) -> Section:
    first, last = min(first, section.first), max(last, section.last)
    summary = f"{section.summary} {clip(words, 300)}"
    return replace(section, first=first, last=last, text=excerpt(lines, first, last), summary=summary)
