"""What a CREATE TABLE statement holds: columns, what they refer to, and what is said about them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.formats.ddl_statements import NAME, Statement, plain_name

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PIECE = re.compile(r"'[^']*(?:''[^']*)*'|--[^\n]*|/\*.*?\*/|\"[^\"]*\"|`[^`]*`|[(),]", re.DOTALL)
_CONSTRAINT = re.compile(
    r"(?:CONSTRAINT|PRIMARY\s+KEY|FOREIGN\s+KEY|UNIQUE|CHECK|KEY|INDEX|FULLTEXT|SPATIAL|EXCLUDE|LIKE|PERIOD)\b", re.I
)
_COLUMN = re.compile(
    rf"(?P<name>{NAME})\s+(?P<type>[A-Za-z_][\w.]*(?:\s+(?:varying|precision|unsigned))?\s*(?:\([^()]*\))?(?:\[\])*)",
    re.I,
)
_REFERENCES = re.compile(rf"\bREFERENCES\s+({NAME})", re.IGNORECASE)
_SAID = re.compile(r"\bCOMMENT\s*=?\s*'((?:[^']|'')*)'", re.IGNORECASE)
_IS = re.compile(r"\bIS\s+E?'((?:[^']|'')*)'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type, and the comment beside it."""

    name: str
    type: str
    told: str = ""


def columns(statement: str) -> list[Column]:
    """The columns of a CREATE TABLE statement, in order; constraints are none."""
    return [column for item, told in _items(statement) if (column := _column(item, told))]


def _column(item: str, told: str) -> Column | None:
    bare = re.sub(r"--[^\n]*|/\*.*?\*/", " ", item, flags=re.DOTALL).strip()
    match = None if _CONSTRAINT.match(bare) else _COLUMN.match(bare)
    if match is None:
        return None
    said = _SAID.search(bare)
    return Column(plain_name(match["name"]), " ".join(match["type"].split()), said[1] if said else told)


def _items(statement: str) -> Iterator[tuple[str, str]]:
    """What stands between the commas of the outermost parentheses, each with the comment that belongs to it."""
    depth, begin = 0, 0
    found: list[list[str]] = []
    for match in _PIECE.finditer(statement):
        mark = match[0]
        if mark.startswith(("--", "/*")):
            _comment(statement, match, found, depth, begin)
        elif mark == "(":
            depth += 1
            begin = match.end() if depth == 1 else begin
        elif depth == 1 and mark in (",", ")"):
            found.append([statement[begin : match.start()], ""])
            begin = match.end()
        if mark == ")":
            depth -= 1
            if depth == 0:
                break
    for item, told in found:
        # Behind the comma before it on its line a comment is about the column before.
        above = re.match(r"[ \t]*(?:--[^\n]*)?\n\s*((?:--[^\n]*\n\s*)+)", item)
        yield item, told or (" ".join(re.sub(r"--+", " ", above[1]).split()) if above else "")


def _comment(statement: str, match: re.Match[str], found: list[list[str]], depth: int, begin: int) -> None:
    """A comment behind the comma belongs to the column before it, where it stands on its line."""
    between = statement[begin : match.start()]
    words = match[0].strip("-/* \t\n")
    if depth == 1 and found and not between.strip() and "\n" not in between:
        found[-1][1] = words


def references(statement: str) -> list[str]:
    """The tables that foreign keys refer to, each once."""
    return list(dict.fromkeys(plain_name(name) for name in _REFERENCES.findall(statement)))


def comments(found: Sequence[Statement]) -> dict[str, list[str]]:
    """What COMMENT ON statements say, by the table that they are about."""
    told: dict[str, list[str]] = {}
    for statement in found:
        if statement.verb == "comment" and (match := _IS.search(statement.text)):
            column = statement.kind == "on column"
            words = match[1].replace("''", "'")
            said = f"{statement.name.rpartition('.')[2]}: {words}" if column else words
            told.setdefault(statement.about, []).append(said)
    return told
