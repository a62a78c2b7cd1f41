"""Diagrams as text (Mermaid, PlantUML, Structurizr): a section a diagram, found by its labels and arrows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ctxkb.errors import SourceError
from ctxkb.formats.contract_text import clip, listing, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.diagram_words import Drawn, drawn
from ctxkb.formats.frontmatter import split
from ctxkb.formats.names import title_from_name
from ctxkb.formats.sections import last_written
from ctxkb.text.markdown import Anchors, slug
from ctxkb.types import Document, Parsed, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Source

_START = re.compile(r"\s*@start(\w+)\s*(.*)", re.IGNORECASE)
_END = re.compile(r"\s*@end\w+", re.IGNORECASE)
_TITLE = re.compile(r"\s*(?:title|accTitle)\s*:?\s+\"?([^\"{}]+?)\"?\s*", re.IGNORECASE)
_WORKSPACE = re.compile(r"\s*workspace\b(?:\s+\"([^\"]*)\")?(?:\s+\"([^\"]*)\")?", re.IGNORECASE)


class _Diagram(NamedTuple):
    """One diagram: its 1-based lines, and its name where the file gives one."""

    first: int
    last: int
    name: str


def parse_diagram(source: Source) -> Parsed:
    """Read a file of diagrams; raises `SourceError` where it is no text or empty."""
    lines = decode(source.content).split("\n")
    found = list(_diagrams(lines))
    if not found:
        raise SourceError("the file is empty")
    anchors = Anchors()
    front = split("\n".join(lines)).data.get("title")
    sections = tuple(_section(lines, one, anchors, source.path) for one in found)
    title = front if isinstance(front, str) and front else sections[0].heading
    document = Document(source.path, source.kind, source.path, title, source.format, sections)
    return Parsed((document,))


def _diagrams(lines: Sequence[str]) -> Iterator[_Diagram]:
    """The diagrams of a file: what stands between `@start...` and `@end...`, or all of it."""
    begin = 0
    name = ""
    some = False
    for number, line in enumerate(lines, 1):
        if match := _START.fullmatch(line):
            begin, name, some = number, match[2].strip(), True
        elif begin and _END.match(line):
            yield _Diagram(begin, number, name)
            begin = 0
    first = begin or next((number for number, line in enumerate(lines, 1) if line.strip()), 0)
    if first and (begin or not some):
        yield _Diagram(first, last_written(lines, first, len(lines)), name if begin else "")


def _section(lines: Sequence[str], one: _Diagram, anchors: Anchors, path: str) -> Section:
    rows = lines[one.first - 1 : one.last]
    titles = (match[1].strip() for row in rows[:200] if (match := _TITLE.fullmatch(row[:300])))
    workspace = next((match for row in rows[:50] if (match := _WORKSPACE.match(row[:500]))), None)
    named = (workspace[1] or "") if workspace else ""
    heading = named or next(titles, "") or one.name or title_from_name(path)
    told = drawn(rows)
    return Section(
        heading=heading,
        anchor=anchors.take(slug(heading)),
        first=one.first,
        last=one.last,
        text="\n".join(rows),
        role="diagram",
        syntax="diagram",
        summary=_summary(heading, told, (workspace[2] or "") if workspace else ""),
    )


def _summary(heading: str, told: Drawn, description: str) -> str:
    """Title, labels, and each arrow as "from to to: what for"."""
    return summarise(
        [
            f"diagram {heading}",
            clip(description, 200),
            listing("shows", told.labels, 500),
            listing("arrows", told.arrows, 900),
        ]
    )
