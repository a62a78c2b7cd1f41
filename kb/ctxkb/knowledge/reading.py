"""Reading one unit or document whole, by whatever name it was given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ctxkb.budget.clip import clip
from ctxkb.budget.pack import clamp
from ctxkb.budget.render import name, settled_mark
from ctxkb.errors import KbError
from ctxkb.text.count import count_tokens
from ctxkb.types import Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.library import Library

MARGIN = 60
"""Tokens kept free for the line above a reading and the one that says how to get the rest."""


CUT_WHOLE = "[{} tokens in one piece: ask with a larger budget_tokens]"


@dataclass(frozen=True, slots=True)
class Reading:
    """A unit or document, as much of it as the budget held; `more` says how to get the rest, "" when it is whole."""

    id: str
    title: str
    path: str
    lines: tuple[int, int]
    status: str
    text: str
    tokens: int
    more: str = ""


def read(catalog: Catalog, library: Library, identity: str, budget: int) -> Reading:
    """What `identity` names, with what it refers to, in at most `budget` tokens.

    Raises `KbError` where nothing has that name, naming the nearest.
    """
    rows = named_rows(catalog, library, identity.strip())
    whole = len(rows) > 1
    first = rows[0].unit
    document = library.documents[first.document]
    mark = settled_mark(Hit(first, 0.0, "", document.status, library.heirs(document.id)))
    parts = [mark] if mark else []
    room = clamp(budget) - MARGIN - count_tokens(mark)
    kept = _within(rows, room)
    parts.extend(row.unit.text for row in kept)
    if not kept:
        kept = rows[:1]
        parts.append(clip(first.text, first.syntax, room, {}) or CUT_WHOLE.format(first.tokens))
    left = rows[len(kept) :]
    if not left:
        room = clamp(budget) - MARGIN - count_tokens("\n\n".join(parts))
        behind = _referenced(catalog, rows)
        fitting = _within(behind, room) if room > 0 else []
        parts.extend(row.unit.text for row in fitting)
        left = behind[len(fitting) :]
    text = "\n\n".join(parts)
    names = (first.document, first.title) if whole else (first.id, name(first))
    lines = (first.first, kept[-1].unit.last)
    return Reading(*names, first.path, lines, document.status, text, count_tokens(text), _more(left))


def _within(rows: Sequence[Row], room: int) -> list[Row]:
    """The first rows whose texts together fit into `room` tokens."""
    kept: list[Row] = []
    for row in rows:
        room -= row.unit.tokens + 2
        if room < 0:
            break
        kept.append(row)
    return kept


def _more(left: Sequence[Row]) -> str:
    if not left:
        return ""
    tokens = sum(row.unit.tokens for row in left)
    return f"{len(left)} more, {tokens} tokens; go on with read {left[0].unit.id} or a larger budget_tokens"


def named_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    """The rows that an identity stands for: one unit, or all of a document, never none."""
    row = catalog.unit(identity)
    found = [row] if row else _document_rows(catalog, library, identity) or _line_rows(catalog, library, identity)
    if found:
        return found
    near = get_close_matches(identity.split("#")[0], list(library.documents), 2, 0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`search` finds ids"
    raise KbError(f"nothing here is called {identity[:200]!r}; {hint}")


def _document_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    if identity in library.documents:
        return catalog.units_of([identity])
    number = re.fullmatch(r"(?:adr|rfc)?[-_ ]?0*(\d+)", identity, re.IGNORECASE)
    for document in library.documents.values():
        numbered = number is not None and document.kind is Kind.DECISION and document.number == number[1]
        if numbered or document.path == identity.removeprefix("./"):
            return catalog.units_of([document.id])
    return []


def _line_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    match = re.fullmatch(r"(.+?):(\d+)(?:-\d+)?", identity)
    if match is None:
        return []
    line = int(match[2])
    inside = _document_rows(catalog, library, match[1])
    return [row for row in inside if row.unit.first <= line <= row.unit.last][:1]


def _referenced(catalog: Catalog, rows: Sequence[Row]) -> list[Row]:
    """The units that some units refer to, each once, without themselves."""
    present = {row.unit.id for row in rows}
    wanted = dict.fromkeys(f"{row.unit.document}#{ref}" for row in rows for ref in row.unit.refs)
    units = (catalog.unit(identity) for identity in wanted if identity not in present)
    return [row for row in units if row is not None]
