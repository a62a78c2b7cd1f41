"""What binds some paths: the units of the documents that govern them, the most fitting ones first."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import section_of
from ctxkb.retrieve.scope import governs
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.library import Library

MUST = re.compile(
    r"\b(must|shall|never|always|required|forbidden|do not|don't)\b"
    r"|\b(MUST|SHALL|NEVER|ALWAYS|REQUIRED|FORBIDDEN|DO NOT|Do not|Don't|Never|Always)\b"
)
"""Words that mark a rule inside prose."""

RULE = "rule"
"""The role of a unit that says a rule which `kb check` enforces."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A unit that binds: `near` tells how near its document's scope is, 0 for the whole repository."""

    row: Row
    near: int
    why: str
    lead: bool
    """True for the first unit given of a document that says what it governs: with it the document is represented.

    So it is for each rule that `kb check` enforces.
    """

    @property
    def rules(self) -> bool:
        """True for what says the rule itself: a convention, a contract, a decision's outcome and what follows."""
        return self.row.unit.kind is not Kind.DECISION or self.row.unit.role in {"outcome", "consequences", RULE}


def bound_units(
    catalog: Catalog, library: Library, paths: Sequence[str], scores: Mapping[int, float], kinds: Sequence[str] = ()
) -> list[Bound]:
    """The units that bind `paths`, document by document, the nearest scope first, then what fits the task best.

    Before all others come the rules that `kb check` enforces there. Within a document the units that the task's words
    found come first (`scores` by row number), then those that hold must-level words, then the others, each in the order
    of the file.
    """
    governing = [(d, near) for d, near in library.governing(paths) if not kinds or d.kind in kinds]
    units: dict[str, list[Row]] = {}
    for row in catalog.units_of(document.id for document, _ in governing):
        if row.unit.role != RULE:
            units.setdefault(row.unit.document, []).append(row)
    found = _enforced(catalog, library, paths, kinds)
    best = {key: max(scores.get(row.row, 0.0) for row in rows) for key, rows in units.items()}
    for document, near in sorted(governing, key=lambda pair: (-pair[1], -best.get(pair[0].id, 0.0))):
        ordered = sorted(units.get(document.id, []), key=lambda row: _order(row, scores))
        why = _why([path for path in paths if governs(document.scope, path)], near)
        found.extend(
            Bound(row, near, why, lead=number == 0 and document.scope.stated) for number, row in enumerate(ordered)
        )
    return found


def _enforced(catalog: Catalog, library: Library, paths: Sequence[str], kinds: Sequence[str]) -> list[Bound]:
    """The rules that `kb check` enforces on `paths`, the nearest first."""
    governed: dict[str, dict[str, dict[str, int]]] = {}  # by document and rule how near it is to which paths
    for path in paths:
        for key, rules in library.enforced([path]).items():
            if rules and (not kinds or library.documents[key].kind in kinds):
                for rule, near in rules.items():
                    governed.setdefault(key, {}).setdefault(rule, {})[path] = near
    if not governed:
        return []
    found = []
    for row in catalog.units_of(governed, (RULE,)):
        own = governed[row.unit.document].get(section_of(row.unit.anchor).partition(":")[2])
        if own:
            nearest = max(own.values())
            found.append(Bound(row, nearest, _why([*own], nearest), lead=True))
    return sorted(found, key=lambda bound: -bound.near)


def _why(paths: Sequence[str], near: int) -> str:
    return f"governs {_shown(paths)}" if near else "applies everywhere"


def _order(row: Row, scores: Mapping[int, float]) -> tuple[float, int, int]:
    unit = row.unit
    if unit.kind is Kind.DECISION:
        return (-_RULING.get(unit.role, 0), 0, row.ordinal)
    rules = len(MUST.findall(unit.text))
    return (-scores.get(row.row, 0.0), -min(rules, 3), row.ordinal)


_RULING = {"outcome": 2, "consequences": 1}


LONGEST_PATH = 80
"""Characters of a path that are repeated in a reason: it stands above every item."""


def _shown(paths: Sequence[str]) -> str:
    first = paths[0] if len(paths[0]) <= LONGEST_PATH else f"...{paths[0][-LONGEST_PATH:]}"
    return first if len(paths) == 1 else f"{first} and {len(paths) - 1} more"
