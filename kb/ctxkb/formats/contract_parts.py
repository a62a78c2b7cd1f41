"""Parts of a contract before they become sections: what they are called, and the names by which others know them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import excerpt
from ctxkb.text.markdown import Anchors
from ctxkb.types import Document, Kind, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.types import Source, Syntax

SHOWN_WHOLE = 40
"""A part of so many lines or fewer is shown whole; a longer one is cut at its members."""

RUN = 14
"""About how many lines of members one section holds, where a part is cut at them."""


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes a section. `anchor` is the heading where it is empty, `text` the lines where it is empty.

    `names` are those by which other parts may mean this one, the anchor among them unasked. `uses` are such names;
    `files` are parts of other files, each a repository path with "#anchor".
    """

    heading: str
    role: str
    first: int
    last: int
    summary: str
    anchor: str = ""
    breadcrumb: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    text: str = ""
    syntax: Syntax | None = None


def sections(parts: Sequence[Part], lines: Sequence[str], syntax: Syntax) -> tuple[Section, ...]:
    """The parts as sections, in order; all anchors are known before the first reference is named."""
    anchors = Anchors()
    taken = [anchors.take(part.anchor or part.heading) for part in parts]
    known: dict[str, str] = {}
    for part, anchor in zip(parts, taken, strict=True):
        for name in (part.anchor or part.heading, *part.names):
            known.setdefault(name, anchor)
    return tuple(
        Section(
            heading=part.heading,
            anchor=anchor,
            first=part.first,
            last=part.last,
            text=part.text or excerpt(lines, part.first, part.last),
            level=len(part.breadcrumb) + 1,
            breadcrumb=part.breadcrumb,
            role=part.role,
            syntax=part.syntax or syntax,
            refs=_refs(part, anchor, known),
            summary=part.summary,
        )
        for part, anchor in zip(parts, taken, strict=True)
    )


def untitled_contract(source: Source, found: tuple[Section, ...]) -> Document:
    """A contract whose format has no title: it is called by its file's name."""
    return Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=source.path.rsplit("/", 1)[-1],
        format=source.format,
        sections=found,
    )


def _refs(part: Part, anchor: str, known: dict[str, str]) -> tuple[str, ...]:
    found = dict.fromkeys([*(known[name] for name in part.uses if name in known), *part.files])
    return tuple(ref for ref in found if ref != anchor)


def runs(bounds: Sequence[tuple[int, int]]) -> Iterable[list[int]]:
    """Neighbouring members gathered to about `RUN` lines: indices into `bounds`, the members' first and last lines.

    A member longer than `SHOWN_WHOLE` lines is a run of its own.
    """
    run: list[int] = []
    for index, (first, last) in enumerate(bounds):
        long = last - first >= SHOWN_WHOLE
        if run and (long or last - bounds[run[0]][0] >= RUN):
            yield run
            run = []
        run.append(index)
        if long:
            yield run
            run = []
    if run:
        yield run
