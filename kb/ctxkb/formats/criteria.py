"""Acceptance criteria in a spec's prose: each item of such a list is a section with an id of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.lines import markdown_lines
from ctxkb.text.markdown import blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Section

_HEADING = re.compile(
    r"\W*(?:[\d.]+\s+)?(?:acceptance (?:criteria|criterion|tests?|conditions)|definition of done|success criteria)\b.*",
    re.IGNORECASE,
)
_ID = re.compile(r"\W*(?:x\]\W*)?([A-Z][A-Za-z]{0,9}[-_]?\d+(?:\.\d+)*)\b")
_OTHER = re.compile(r"\W*(?:scenario|example|notes?|out of scope|background|open questions|non-goals)\b", re.IGNORECASE)
_STEP = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\W*(?:when|then)\b", re.IGNORECASE | re.MULTILINE)


def with_criteria(sections: Sequence[Section]) -> tuple[Section, ...]:
    """`sections` (Markdown) with the lists under "Acceptance criteria" and the like cut into one section an item.

    So are those under a heading below it, such as "Edge cases".
    An item's anchor is the id that it begins with ("AC-3"), else its place in the list ("acceptance-criteria.2").
    """
    taken = {section.anchor for section in sections}
    title = sections[0].heading if sections else ""
    return tuple(part for section in sections for part in _cut(section, taken, title))


def _cut(section: Section, taken: set[str], title: str) -> Iterator[Section]:
    told = _HEADING.fullmatch(section.heading) or _is_below(section, title)
    found = [block for block in blocks(section.text) if block.kind == "item"] if told else []
    if not found:
        yield section
        return
    lines = section.text.split("\n")
    yield _lines(section, lines, 1, found[0].first - 1)
    for number, block in enumerate(found, 1):
        past = found[number].first - 1 if number < len(found) else len(lines)
        item = _lines(section, lines, block.first, past)
        words = " ".join(line.words for line in markdown_lines(item.text))
        identity = _ID.match(words)
        anchor = identity[1] if identity and identity[1] not in taken else f"{section.anchor}.{number}"
        taken.add(anchor)
        yield replace(
            item,
            heading=identity[1] if identity else f"{section.heading} {number}",
            anchor=anchor,
            level=section.level + 1,
            breadcrumb=(*section.breadcrumb, section.heading),
            role="criterion",
        )


def _is_below(section: Section, title: str) -> bool:
    """Whether a heading below such a one groups criteria: it is none itself, tells no scenario and no other matter.

    Of a document that is called so, other headings are about anything.
    """
    below = any(_HEADING.fullmatch(above) for above in section.breadcrumb if above != title)
    return below and not (_ID.match(section.heading) or _OTHER.match(section.heading) or _STEP.search(section.text))


def _lines(section: Section, lines: Sequence[str], first: int, last: int) -> Section:
    while last > first and not lines[last - 1].strip():
        last -= 1
    text = "\n".join(lines[first - 1 : last])
    return replace(section, first=section.first + first - 1, last=section.first + last - 1, text=text)
