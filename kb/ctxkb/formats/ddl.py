"""SQL that defines a database: a section a table, view, type and routine, with what follows it about the same table."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import RUN, Part, sections, untitled_contract
from ctxkb.formats.contract_text import clip, listing, named, summarise
from ctxkb.formats.ddl_statements import Statement, comment_lines, statements
from ctxkb.formats.ddl_tables import columns, comments, references
from ctxkb.formats.decode import decode
from ctxkb.formats.stray_comments import with_comments
from ctxkb.types import Parsed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxkb.types import Source

_ROLES = {"table": "table", "view": "table", "materialized view": "table", "type": "type", "domain": "type"}
_OWN = frozenset({*_ROLES, "function", "procedure", "trigger"})
_ENUM = re.compile(r"\bAS\s+ENUM\s*\((.*)\)", re.IGNORECASE | re.DOTALL)
_TEXT = re.compile(r"'((?:[^']|'')*)'")


def parse_ddl(source: Source) -> Parsed:
    """Read SQL; raises `SourceError` where it is no text, or creates nothing that has a name."""
    written = decode(source.content)
    lines = written.split("\n")
    found = [statement for statement in statements(written) if statement.what]
    if not any(statement.kind in _OWN for statement in found):
        raise SourceError("no SQL that defines tables: it has no CREATE statement")
    parts = list(_parts(found, comments(found)))
    top = _info(lines, parts[0].first - 1)
    shown = with_comments(sections([*top, *parts], lines, "sql"), comment_lines(written), lines, "sql")
    return Parsed((untitled_contract(source, shown),))


def _info(lines: Sequence[str], last: int) -> Iterator[Part]:
    """What stands above the first statement that counts, where it is more than a few marks."""
    told = " ".join(line.strip(" \t-*/#") for line in lines[:last])
    if re.search(r"\w", told):
        yield Part("info", "info", 1, last, clip(told, 600))


def _parts(found: Sequence[Statement], told: Mapping[str, list[str]]) -> Iterator[Part]:
    """The statements as parts: what follows a table and is about it belongs to it, the rest is gathered."""
    open_part: Part | None = None
    names: list[str] = []
    for statement in found:
        if statement.kind in _OWN and statement.verb == "create":
            if open_part:
                yield open_part
            open_part, names = _created(statement, told), [statement.name]
            continue
        mine = open_part is not None and statement.about in names
        loose = open_part is not None and open_part.role == "component" and not names[0]
        if open_part and (mine or (loose and statement.last - open_part.first < RUN)):
            open_part = _joined(open_part, statement)
        else:
            if open_part:
                yield open_part
            open_part, names = _loose(statement), [""]
    if open_part:
        yield open_part


def _created(statement: Statement, told: Mapping[str, list[str]]) -> Part:
    """A table with its columns, a view, a type with its values, a routine."""
    text = statement.text
    fields = columns(text) if statement.kind == "table" else []
    match = _ENUM.search(text) if statement.kind == "type" else None
    values = [value.replace("''", "'") for value in _TEXT.findall(match[1])] if match else []
    summary = summarise(
        [
            f"{statement.kind} {named(statement.name)}",
            clip(statement.told, 400),
            *(clip(words, 300) for words in told.get(statement.name, ())),
            listing("columns", (f"{named(field.name)} {field.type}".strip() for field in fields), 500),
            listing("references", references(text), 150),
            listing("values", values, 300),
            *(f"{field.name}: {clip(field.told, 150)}" for field in fields if field.told),
            clip(text, 500) if statement.kind not in ("table", "type") else "",
        ]
    )
    role = "enum" if values else _ROLES.get(statement.kind, "component")
    return Part(
        heading=statement.name,
        role=role,
        first=statement.above,
        last=statement.last,
        summary=summary,
        names=(statement.name.rpartition(".")[2],),
        uses=tuple(_used(statement)),
    )


def _used(statement: Statement) -> list[str]:
    """Tables and types that a statement may name: all its words, those that are no such name lead nowhere."""
    tables = references(statement.text)
    known = set(tables) | {statement.name, statement.name.rpartition(".")[2]}
    words = re.findall(r"[A-Za-z_][\w.]*", re.sub(r"--[^\n]*|'[^']*'", " ", statement.text))
    return [*tables, *(word for word in dict.fromkeys(words) if word not in known)]


def _loose(statement: Statement) -> Part:
    heading = statement.what
    return Part(
        heading,
        "component",
        statement.above,
        statement.last,
        clip(f"{heading}. {statement.told} {statement.text}", 600),
        uses=(statement.about, *references(statement.text)),
    )


def _joined(part: Part, statement: Statement) -> Part:
    # What COMMENT ON says is among the words of its table already.
    added = clip(f"{statement.told} {statement.text}", 250) if statement.verb != "comment" else ""
    uses = (*part.uses, statement.about, *references(statement.text))
    return replace(part, last=statement.last, summary=clip(f"{part.summary} {added}", 1200), uses=uses)
