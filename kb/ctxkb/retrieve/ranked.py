"""A unit on its way into an answer, and the table in which its score is raised or lowered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.catalog.rows import Row


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its score and the reason that it is there."""

    row: Row
    score: float
    why: str


class Scores:
    """The units of one answer by row number."""

    def __init__(self, found: Iterable[Ranked]) -> None:
        self.held = {ranked.row.row: ranked for ranked in found}

    def of(self, row: Row) -> float:
        """The score of a unit, 0 where nothing speaks for it."""
        held = self.held.get(row.row)
        return held.score if held else 0.0

    def raise_to(self, row: Row, score: float, why: str) -> None:
        """Gives a unit at least `score`; `why` is kept where the unit was found by itself."""
        held = self.held.get(row.row)
        if held is None:
            self.held[row.row] = Ranked(row, score, why)
        elif held.score < score:
            self.held[row.row] = replace(held, score=score)

    def explain(self, row: Row, why: str) -> None:
        """Gives the reason for a unit that is there, whatever it was before."""
        held = self.held.get(row.row)
        if held is not None:
            self.held[row.row] = replace(held, why=why)

    def drop(self, row: Row) -> None:
        """Takes a unit out of the answer."""
        self.held.pop(row.row, None)

    def ordered(self) -> list[Ranked]:
        """The units that something speaks for, the best first."""
        found = (ranked for ranked in self.held.values() if ranked.score > 0)
        return sorted(found, key=lambda ranked: (-ranked.score, ranked.row.unit.id))
