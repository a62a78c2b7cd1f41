"""Reading one unit or document whole, by whatever name it was given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ctxkb.budget.clip import clip
from ctxkb.budget.pack import clamp
from ctxkb.budget.render import name, settled_mark
from ctxkb.catalog.rows import section_of
from ctxkb.errors import KbError
from ctxkb.formats.targets import targets
from ctxkb.knowledge.weighed import weighed_row
from ctxkb.text.count import count_tokens
from ctxkb.types import Hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.config import Check
    from ctxkb.retrieve.library import Library
    from ctxkb.types import Unit

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


def read(catalog: Catalog, library: Library, identity: str, budget: int, check: Check) -> Reading:
    """What `identity` names, with what it refers to, in at most `budget` tokens; rules as `check` weighs them.

    Raises `KbError` where nothing has that name, naming the nearest.
    """
    rows = [weighed_row(library, check, row) for row in named_rows(catalog, library, identity.strip())]
    first = rows[0].unit
    document = library.documents.get(first.document)
    status = document.status if document else ""
    mark = _mark(first, status, library.heirs(first.document) if document else (), budget)
    behind = [weighed_row(library, check, row) for row in _referenced(catalog, library, rows)]
    parts, kept, left = _fitting(rows, behind, mark, clamp(budget) - MARGIN)
    text = "\n\n".join(parts)
    names = (first.document, first.title) if len(rows) > 1 else (first.id, name(first))
    lines = (first.first, max(row.unit.last for row in rows[: max(kept, 1)]))
    more = _more(left) if kept else _more_of_cut(first, left)
    return Reading(*names, first.path, lines, status, text, count_tokens(text), more)


def _mark(unit: Unit, status: str, heirs: tuple[str, ...], budget: int) -> str:
    """The line that says that a decision no longer holds; without its successors where they would fill the budget."""
    mark = settled_mark(Hit(unit, 0.0, "", status, heirs))
    return mark if count_tokens(mark) < clamp(budget) // 3 else settled_mark(Hit(unit, 0.0, "", status))


def _fitting(
    rows: Sequence[Row], behind: Sequence[Row], mark: str, budget: int
) -> tuple[list[str], int, Sequence[Row]]:
    """The texts that fit below the mark, how many of `rows` are whole among them, and the rows that are left.

    What the rows refer to, `behind`, follows them where all of them fit.
    """
    parts = [mark] if mark else []
    room = budget - count_tokens(mark) - 2 * len(parts)
    kept = _within(rows, room)
    if not kept:
        unit = rows[0].unit
        body = clip(unit.text, unit.syntax, room, {}) if room > 0 else None
        return [*parts, body or CUT_WHOLE.format(unit.tokens)], 0, rows[1:]
    parts.extend(row.unit.text for row in kept)
    if len(kept) < len(rows):
        return parts, len(kept), rows[len(kept) :]
    fitting = _within(behind, budget - count_tokens("\n\n".join(parts)) - 2)
    parts.extend(row.unit.text for row in fitting)
    return parts, len(kept), behind[len(fitting) :]


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


def _more_of_cut(unit: Unit, left: Sequence[Row]) -> str:
    """How to get a unit that did not fit, and what follows it."""
    rest = f", {len(left)} more behind it" if left else ""
    return f"cut, {unit.tokens} tokens as a whole{rest}; read {unit.id} with a larger budget_tokens"


def named_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    """The rows that an identity stands for: one unit, or all of a document, never none."""
    row = catalog.unit(identity)
    found = [row] if row else _document_rows(catalog, library, identity) or _line_rows(catalog, library, identity)
    if found:
        return found
    document = library.documents.get(identity.removeprefix("./"))
    if document and document.parts:
        leads = " and ".join(document.parts[:3])
        raise KbError(f"{document.id} holds nothing of its own: it only leads on, to {leads}; read those")
    near = get_close_matches(identity.split("#")[0], list(library.documents), 2, 0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else "`search` finds ids"
    raise KbError(f"nothing here is called {identity[:200]!r}; {hint}")


def _document_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    if identity in library.documents:
        return catalog.units_of([identity])
    path = identity.removeprefix("./")
    found = [document for document in library.documents.values() if document.path == path]
    return catalog.units_of([(found or called)[0].id]) if found or (called := library.finder.called(identity)) else []


def _line_rows(catalog: Catalog, library: Library, identity: str) -> list[Row]:
    match = re.fullmatch(r"(.+?):(\d+)(?:-\d+)?", identity)
    if match is None:
        return []
    line = int(match[2])
    inside = _document_rows(catalog, library, match[1])
    return [row for row in inside if row.unit.first <= line <= row.unit.last][:1]


def _referenced(catalog: Catalog, library: Library, rows: Sequence[Row]) -> list[Row]:
    """The units that some units refer to, in other files too, each once, in the order in which they are named.

    Of a file that is referred to as a whole the units follow the others.
    """
    present = {row.unit.id for row in rows}
    pairs = [(row.unit.document, ref) for row in rows for ref in row.unit.refs]
    wanted = dict.fromkeys(found for pair in pairs for found in targets(*pair, library.documents))
    order = {key: number for number, key in enumerate(wanted)}
    sections = [row for row in catalog.units_of_sections(wanted) if row.unit.id not in present]
    sections.sort(key=lambda row: (order[row.unit.document, section_of(row.unit.anchor)], row.ordinal))
    present |= {row.unit.id for row in sections}
    whole = catalog.units_of([document for document, anchor in wanted if not anchor])
    return [*sections, *(row for row in whole if row.unit.id not in present)]
