"""What every question counts over the whole catalog, and what stays the same until the catalog changes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

MOST_TERMS = 20_000
"""Terms whose counts are remembered at once."""


@dataclass(frozen=True, slots=True)
class _State:
    """The number of units at one generation, and in how many of them terms stand, as far as anyone asked."""

    generation: int = -1
    units: int = 0
    terms: dict[str, int] = field(default_factory=dict)


class Counts:
    """Counts of the catalog's present state: SQLite would read an index of all units for each of them."""

    def __init__(self) -> None:
        self._held = _State()

    def units(self, connection: sqlite3.Connection, generation: int) -> int:
        """How many units there are."""
        return self._state(connection, generation).units

    def frequencies(self, connection: sqlite3.Connection, generation: int, wanted: Collection[str]) -> dict[str, int]:
        """In how many units each term stands; a term that stands nowhere is left out."""
        terms = self._state(connection, generation).terms
        found = {term: terms.get(term, -1) for term in wanted}
        if unknown := [term for term, units in found.items() if units < 0]:
            counted = dict.fromkeys(unknown, 0) | self.count(connection, unknown)
            found |= counted
            if len(terms) < MOST_TERMS:
                terms |= counted
        return {term: units for term, units in found.items() if units}

    def count(self, connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
        """Counts terms anew; one that stands nowhere may be left out."""
        query = "SELECT term, doc FROM vocabulary WHERE term IN (SELECT value FROM json_each(?))"
        return dict(connection.execute(query, (json.dumps(terms),)))

    def _state(self, connection: sqlite3.Connection, generation: int) -> _State:
        held = self._held
        if held.generation != generation:
            held = _State(generation, int(connection.execute("SELECT count(*) FROM units").fetchone()[0]))
            self._held = held
        return held
