"""What is new, changed or withdrawn since an earlier answer, told by its receipt."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.types import Hit, Withdrawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.receipts import Given, Receipt, Shown
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.library import Library
    from ctxkb.types import Item, Unit

GONE = "no longer exists"

LEVELS: Mapping[Shown, int] = MappingProxyType({"cited": 0, "cut": 1, "whole": 2})
"""How much each way of showing a unit gives."""


@dataclass(frozen=True, slots=True)
class News:
    """The hits whose reader lacks them, what was withdrawn, and the items which the reader has already."""

    hits: tuple[Hit, ...]
    withdrawn: tuple[Withdrawn, ...]
    known: tuple[Item, ...]


def content_hash(library: Library, unit: Unit) -> str:
    """What tells a unit's content from another: its text, its document's status in effect, and what replaced that."""
    document = library.documents[unit.document]
    content = json.dumps([unit.text, document.status, library.heirs(document.id)])
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def shown(item: Item) -> Shown:
    """How much of its unit an item gives."""
    if not item.text:
        return "cited"
    return "whole" if item.tokens >= item.hit.unit.tokens else "cut"


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier answer beside the documents as they are now. `paths` and `kinds` are those asked for now."""

    catalog: Catalog
    library: Library
    earlier: Receipt
    paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()

    def news(self, hits: Sequence[Hit], items: Sequence[Item]) -> News:
        """What of an answer its reader lacks: `hits` are all it rests on, `items` what it would hold in full.

        Whatever changed is among it, also where the present question does not find it: its reader goes by the old
        words. So is what took the place of a decision.
        """
        rows = self.rows()
        gone = self.gone(rows)
        changed = {key: row for key, row in rows.items() if key not in gone and self.changed(row)}
        found = {hit.unit.id: hit for hit in hits}
        would = {item.hit.unit.id: item for item in items}
        fresh = {key: found.get(key, hit) for key, hit in self._heirs(rows, gone).items()}
        for key, hit in found.items():
            if key in changed:
                fresh[key] = replace(hit, why=f"changed; {hit.why}")
            elif key not in gone and self._lacks(hit, would.get(key)):
                fresh.setdefault(key, hit)
        for key, row in changed.items():
            if self._wanted(row):
                fresh.setdefault(key, self._hit(row, "changed"))
        known = tuple(item for key, item in would.items() if key in rows and key not in fresh and key not in gone)
        return News(tuple(fresh.values()), self._told(gone), known)

    def rows(self) -> dict[str, Row]:
        """The units of the earlier answer that still exist."""
        found = ((key, self.catalog.unit(key)) for key in self.earlier.included)
        return {key: row for key, row in found if row and row.unit.document in self.library.documents}

    def changed(self, row: Row) -> bool:
        """Whether a unit of the earlier answer says something else now."""
        return content_hash(self.library, row.unit) != self.earlier.included[row.unit.id].hash

    def gone(self, rows: Mapping[str, Row]) -> dict[str, str]:
        """Why what was given no longer holds or binds, by unit id."""
        reasons = ((key, self._reason(given, rows.get(key))) for key, given in self.earlier.included.items())
        return {key: why for key, why in reasons if why}

    def _reason(self, given: Given, row: Row | None) -> str:
        if row is None:
            return GONE
        document = self.library.documents[row.unit.document]
        if given.held and not self.library.holds(document.id):
            heirs = self.library.heirs(document.id)
            return f"replaced by {', '.join(heirs)}" if heirs else document.status
        if given.binding and not self.library.binds_on(document, self.earlier.paths):
            return f"no longer binds {', '.join(self.earlier.paths)}" if self.earlier.paths else "no longer binds"
        return ""

    def _lacks(self, hit: Hit, item: Item | None) -> bool:
        """Whether the reader lacks a unit: it was not given, less of it was, or it did not bind the paths then."""
        given = self.earlier.included.get(hit.unit.id)
        if given is None:
            known = self.earlier.left_out.get(hit.unit.id) == content_hash(self.library, hit.unit)
            return item is not None or (hit.binding and not known)
        if item is None:
            return False
        return LEVELS[shown(item)] > LEVELS[given.shown] or (hit.binding and not given.binding and bool(self.paths))

    def _heirs(self, rows: Mapping[str, Row], gone: Iterable[str]) -> dict[str, Hit]:
        """The first unit, or the outcome, of each document that took the place of one that was given."""
        origins: dict[str, str] = {}
        for key in gone:
            if key in rows:
                old = rows[key].unit.document
                origins.update(dict.fromkeys(self.library.heirs(old), old))
        main: dict[str, Row] = {}
        for row in self.catalog.units_of(origins):
            held = main.get(row.unit.document)
            if held is None or (row.unit.role == "outcome" and held.unit.role != "outcome"):
                main[row.unit.document] = row
        new = [row for row in main.values() if row.unit.id not in self.earlier.included and self._wanted(row)]
        return {row.unit.id: self._hit(row, f"replaces {origins[row.unit.document]}") for row in new}

    def _wanted(self, row: Row) -> bool:
        return not self.kinds or row.unit.kind in self.kinds

    def _hit(self, row: Row, why: str) -> Hit:
        document = self.library.documents[row.unit.document]
        binding = self.library.binds_on(document, self.paths)
        return Hit(row.unit, 0.0, why, document.status, self.library.heirs(document.id), binding)

    def _told(self, gone: Mapping[str, str]) -> tuple[Withdrawn, ...]:
        """One entry for each document that is gone or no longer holds, and for each unit that is missing in one."""
        told: dict[tuple[str, str], list[str]] = {}
        for key, why in gone.items():
            document = key.rpartition("#")[0] if why != GONE else self._lost(key)
            told.setdefault((document, why), []).append(key)
        return tuple(Withdrawn(tuple(ids), name, why) for (name, why), ids in told.items())

    def _lost(self, key: str) -> str:
        """The document of a unit that no longer exists where that is gone too, else the unit."""
        document = key.rpartition("#")[0]
        return key if document in self.library.documents else document
