"""Rows of the catalog to values and back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ctxkb.types import Document, ExecutableRule, Kind, Link, Problem, Sample, Scope, Unit

if TYPE_CHECKING:
    import sqlite3


@dataclass(frozen=True, slots=True)
class FileState:
    """What is known of one file: enough to tell without reading it that nothing changed, and what came of it.

    `kind` and `format` are "" for a file that is no document; such files are remembered so as not to be read again.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    sha256: str
    kind: str = ""
    format: str = ""
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as it stands in the catalog: its row number, which the full text index shares, and its order."""

    row: int
    ordinal: int
    unit: Unit


def file_row(state: FileState) -> tuple[object, ...]:
    """The values of the `files` table."""
    problems = json.dumps([[p.line, p.reason, p.concern] for p in state.problems])
    return (state.path, state.size, state.mtime_ns, state.inode, state.sha256, state.kind, state.format, problems)


def file_state(row: sqlite3.Row | tuple[Any, ...]) -> FileState:
    """The inverse of `file_row`."""
    path, size, mtime_ns, inode, sha256, kind, form, problems = row
    found = () if problems == "[]" else tuple(Problem(path, *each) for each in json.loads(problems))
    return FileState(path, size, mtime_ns, inode, sha256, kind, form, found)


def document_row(document: Document) -> tuple[object, ...]:
    """The values of the `documents` table; sections are kept as units, not here."""
    scope = document.scope
    data: dict[str, object] = {
        "format": document.format,
        "status_text": document.status_text,
        "number": document.number,
        "date": document.date.isoformat() if document.date else None,
        "owners": document.owners,
        "tags": document.tags,
        "scope": [scope.globs, scope.apply, scope.stated],
        "links": [[link.relation, link.target, link.line] for link in document.links],
        "template": document.template,
    }
    if document.series:
        data["series"] = document.series
    if document.parts:
        data["parts"] = document.parts
    if document.rules:
        data["rules"] = [asdict(rule) for rule in document.rules]
    packed = json.dumps(data, ensure_ascii=False)
    return (document.id, document.path, document.kind, document.title, document.status, packed)


def document(row: sqlite3.Row | tuple[Any, ...]) -> Document:
    """The inverse of `document_row`: a document without its sections."""
    identity, path, kind, title, status, packed = row
    data = json.loads(packed)
    globs, apply, stated = data["scope"]
    return Document(
        id=identity,
        kind=Kind(kind),
        path=path,
        title=title,
        format=data["format"],
        sections=(),
        status=status,
        status_text=data["status_text"],
        number=data["number"],
        series=data.get("series", ""),
        date=date.fromisoformat(data["date"]) if data["date"] else None,
        owners=tuple(data["owners"]),
        tags=tuple(data["tags"]),
        scope=Scope(tuple(globs), apply, stated),
        links=tuple(Link(*link) for link in data["links"]),
        template=data["template"],
        rules=tuple(_rule(each) for each in data.get("rules", ())),
        parts=tuple(data.get("parts", ())),
    )


def _rule(data: dict[str, Any]) -> ExecutableRule:
    lists = {key: tuple(value) for key, value in data.items() if isinstance(value, list)}
    samples = {key: tuple(Sample(**each) for each in data[key]) for key in ("passes", "fails")}
    return ExecutableRule(**{**data, **lists, **samples})


UNIT_COLUMNS = (
    "row, ordinal, id, document, kind, path, title, heading, breadcrumb, anchor, section, first, last, text, syntax, "
    "role, tokens, refs"
)


def section_of(anchor: str) -> str:
    """The anchor of the section that a unit was cut from: without the number of its part."""
    head, _, part = anchor.rpartition(":")
    return head if head and part.isdigit() else anchor


def unit_row(unit: Unit, ordinal: int) -> tuple[object, ...]:
    """The values of the `units` table after `row`, in the order of `UNIT_COLUMNS`."""
    return (
        ordinal, unit.id, unit.document, unit.kind, unit.path, unit.title, unit.heading, "\x1f".join(unit.breadcrumb),
        unit.anchor, section_of(unit.anchor), unit.first, unit.last, unit.text, unit.syntax, unit.role, unit.tokens,
        "\x1f".join(unit.refs),
    )  # fmt: skip


_KINDS = MappingProxyType({str(kind): kind for kind in Kind})


def unit(row: sqlite3.Row | tuple[Any, ...]) -> Row:
    """The inverse of `unit_row`; what is embedded is not read back."""
    (number, ordinal, identity, parent, kind, path, title, heading, breadcrumb, anchor, _section, first, last, text,
     syntax, role, tokens, refs) = row  # fmt: skip
    value = Unit(
        identity, parent, _KINDS[kind], path, title, heading, _split(breadcrumb), anchor, first, last, text, syntax,
        role, tokens, (), _split(refs),
    )  # fmt: skip
    return Row(number, ordinal, value)


def _split(packed: str) -> tuple[str, ...]:
    return tuple(packed.split("\x1f")) if packed else ()
