"""What each decision is judged by alone: a known status, the sections it needs; and among the others: its number."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.formats.decision_roles import role_of
from ctxkb.formats.placeholders import is_placeholder
from ctxkb.types import SETTLED, Kind, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents, Read
    from ctxkb.types import Document, Section


def judged_decisions(
    context: Context, although: Callable[[Document], bool] = lambda _: False
) -> Iterator[tuple[Document, Read]]:
    """Every decision in a judged file with that file; templates only where `although` says so."""
    for read in context.head.read(context.judged()).values():
        for document in read.parsed.documents:
            if document.kind is Kind.DECISION and (not document.template or although(document)):
                yield document, read


def earlier(context: Context, document: Document) -> tuple[Document, ...]:
    """The documents that stood at the base in the file of `document`, wherever it lay."""
    return context.base.of(context.changes.before(document.path))


def check_status(context: Context) -> Iterator[Breach]:
    """A status that is none of the five words, nor one that is commonly used for them."""
    words = ", ".join(Status)
    for document, read in judged_decisions(context):
        word = _unknown_status(document)
        if word:
            used = {_unknown_status(other) for other in context.base.decisions()}
            near = get_close_matches(word.lower(), list(Status), 1)
            yield Breach(
                path=document.path,
                line=status_line(document, read.text),
                message=f'the status "{word}" is none of {words}',
                fix=f'write "{near[0]}"' if near else "say with one of these words whether the decision holds",
                # A word that other decisions already used is the team's own: the change did not bring it in.
                known=word in used,
            )


def _unknown_status(document: Document) -> str:
    return "" if document.status in list(Status) else document.status


def status_line(document: Document, text: str) -> int:
    """The 1-based line on which `text` states the status of `document`, 1 where it does not."""
    written = document.status_text.split("\n")[0].strip()
    lines = list(enumerate(text.split("\n"), 1))
    both = (number for number, line in lines if written in line and re.search("stat(us|e)", line, re.IGNORECASE))
    inside = (
        number
        for section in document.sections
        if section.role == "status"
        for number, line in lines[section.first : section.last]
        if written in line
    )
    return next(both, 0) or next(inside, 0) or 1


_NAMES = {
    "context": {"madr": "Context and Problem Statement", "": "Context"},
    "outcome": {"madr": "Decision Outcome", "": "Decision"},
}
_MADR = re.compile("context and problem statement|decision outcome|considered options", re.IGNORECASE)
_Y_STATEMENT = re.compile(
    r"in the context of\b.*\bwe\b.*\b(decided|decide|chose|choose|want)\b", re.IGNORECASE | re.DOTALL
)


def check_section(context: Context) -> Iterator[Breach]:
    """A decision that does not say why, or not what was decided."""
    for document, _ in judged_decisions(context):
        then = {role for each in earlier(context, document) for role in _missing_roles(each)}
        for role in _missing_roles(document):
            style = "madr" if any(_MADR.search(section.heading) for section in document.sections) else ""
            name = _NAMES[role][style]
            what = "says why" if role == "context" else "says what was decided"
            yield Breach(
                path=document.path,
                line=1,
                message=f'no section {what}: "{name}" is missing or empty',
                fix=f'add a section "{name}"',
                known=role in then,
            )


def _missing_roles(document: Document) -> list[str]:
    """The roles that `document` must have and has not; what is not decided yet needs no outcome."""
    if document.template or document.status in SETTLED:
        return []
    if _Y_STATEMENT.search("\n".join(section.text for section in document.sections)):
        return []
    filled = {_meant(section) for section in document.sections if _has_words(section, document.sections)}
    if not filled & set(_NAMES) and _has_own_form(document):
        return []
    needed = ["context"] if document.status == Status.PROPOSED else list(_NAMES)
    return [role for role in needed if role not in filled]


def _meant(section: Section) -> str:
    """The role of a section, or of its heading above a placeholder, of which decision-placeholder tells."""
    return section.role or (role_of(section.heading) if is_placeholder(_body(section)) else "")


def _has_own_form(document: Document) -> bool:
    """Whether the headings are those of a form that is not known here, which asks for sections of its own."""
    strange = [section for section in document.sections if section.heading and not section.role]
    return len(strange) > 1


def _has_words(section: Section, sections: Sequence[Section]) -> bool:
    """Whether `section` holds more than its heading, itself or in a section below it."""
    if _body(section):
        return True
    trail = (*section.breadcrumb, section.heading)
    return any(below.breadcrumb[: len(trail)] == trail and _body(below) for below in sections)


def _body(section: Section) -> str:
    """What stands below the heading, comments left out."""
    rows = section.text.split("\n")
    rows = rows[1:] if section.heading else rows
    text = re.sub(r"<!--.*?(-->|\Z)", "", "\n".join(rows), flags=re.DOTALL)
    return re.sub(r"[\s=~\-^*_]+", " ", text).strip()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a number must be unique: one series of one folder."""

    folder: str
    series: str
    number: str


def check_number(context: Context) -> Iterator[Breach]:
    """A number that two decisions of one series have."""
    if not context.decisions_differ:
        return
    moved = {change.old: change.path for change in context.changes.files if change.kind == "R"}
    then = {(place, moved.get(path, path)) for place, paths in _duplicates(context.base).items() for path in paths}
    judged = set(context.judged())
    for place, paths in _duplicates(context.head).items():
        for path in paths:
            known = (place, path) in then
            if path in judged or (not known and not judged & set(paths)):
                others = ", ".join(posixpath.basename(other) for other in paths if other != path)
                yield Breach(
                    path=path,
                    line=1,
                    message=f"number {place.number} is also that of {others}",
                    fix=f"take the next free number, {_next_number(context.head, place)}, in the file name and title",
                    known=known,
                )


def _duplicates(documents: Documents) -> dict[_Place, tuple[str, ...]]:
    found: dict[_Place, set[str]] = defaultdict(set)
    for document in documents.decisions():
        if document.number.isdecimal():
            found[_place(document)].add(document.path)
    return {place: tuple(sorted(paths)) for place, paths in found.items() if len(set(map(_stem, paths))) > 1}


def _place(document: Document) -> _Place:
    folder, name = posixpath.split(document.path)
    series = re.match(r"[^\d]*", name)
    return _Place(folder, series[0].lower() if series and series[0] != name else "", document.number)


def _stem(path: str) -> str:
    """The name up to its first dot: `0001-x.md`, `0001-x.fr.md` and `0001-x.rst` are one decision."""
    return posixpath.basename(path).split(".")[0]


def _next_number(documents: Documents, place: _Place) -> int:
    places = [_place(document) for document in documents.decisions() if document.number.isdecimal()]
    return 1 + max(int(each.number) for each in places if replace(each, number="") == replace(place, number=""))
