"""Documents before anything of them is kept: secrets masked, hidden characters shown, and what was found told."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.decode import decode
from ctxkb.privacy.instructions import find_instructions
from ctxkb.privacy.invisible import hidden_lines, visible
from ctxkb.privacy.personal import find_personal
from ctxkb.privacy.secrets import find_secrets
from ctxkb.privacy.spans import apart, replaced
from ctxkb.types import Document, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.config import Privacy
    from ctxkb.privacy.spans import Span
    from ctxkb.types import Concern, Source

MOST_TOLD = 20
"""Of one sort so many lines of a file are told, and the number of the others."""


def masked(text: str, privacy: Privacy) -> str:
    """`text` with its secrets and its personal data of the configured kinds masked, in as many lines."""
    return replaced(text, spans) if (spans := found_in(text, privacy)) else text


def clean_source(source: Source, privacy: Privacy) -> tuple[Source, tuple[Problem, ...]]:
    """`source` as it may be parsed and kept, and what is to be told of it, never the secret itself.

    A file in which nothing is masked keeps its bytes; one that is no text is left to its parser.
    """
    try:
        text = decode(source.content)
    except SourceError:
        return source, ()
    spans = apart(found_in(text, privacy))
    told = (
        *_problems(source.path, "masked", _lines(text, spans)),
        *_problems(source.path, "hidden", hidden_lines(text)),
        *_problems(source.path, "instruction", find_instructions(text)),
    )
    return (replace(source, content=replaced(text, spans).encode()) if spans else source), told


def found_in(text: str, privacy: Privacy, also: Iterable[Span] = ()) -> list[Span]:
    """What is to be masked in `text`: secrets, personal data of the configured kinds, and `also`; some may overlap."""
    found = [*(find_secrets(text) if privacy.secrets else ()), *find_personal(text, privacy.mask), *also]
    return [span for span in found if not _is_allowed(text[span.first : span.past], privacy.allow)]


def _is_allowed(value: str, allowed: Sequence[str]) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in allowed)


def _lines(text: str, spans: Iterable[Span]) -> Iterator[tuple[int, str]]:
    """The line of each span, and what it is."""
    line, seen = 1, 0
    for span in spans:
        line += text.count("\n", seen, span.first)
        seen = span.first
        yield line, span.what


def _problems(path: str, concern: Concern, found: Iterable[tuple[int, str]]) -> Iterator[Problem]:
    """One problem a line and thing, of each thing the first ones and how many more there are."""
    counts: Counter[str] = Counter()
    for line, what in dict.fromkeys(found):
        sort = what.partition(",")[0]  # of a line with several characters the first
        counts[sort] += 1
        if counts[sort] <= MOST_TOLD:
            yield Problem(path, line, what, concern)
    for what, count in counts.items():
        if count > MOST_TOLD:
            yield Problem(path, 0, f"{what}, in {count - MOST_TOLD} more lines", concern)


def visible_document(document: Document) -> Document:
    """`document` with each invisible character in its words shown; what was an escape is a character by now."""
    return replace(
        document,
        title=visible(document.title),
        status=visible(document.status),
        status_text=visible(document.status_text),
        owners=tuple(map(visible, document.owners)),
        tags=tuple(map(visible, document.tags)),
        sections=tuple(map(_visible_section, document.sections)),
    )


def _visible_section(section: Section) -> Section:
    return replace(
        section,
        heading=visible(section.heading),
        anchor=visible(section.anchor),
        text=visible(section.text),
        breadcrumb=tuple(map(visible, section.breadcrumb)),
        refs=tuple(map(visible, section.refs)),
        summary=visible(section.summary),
    )
