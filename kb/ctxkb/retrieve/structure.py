"""What belongs to a unit that was found: its decision's outcome, its guide's introduction, what it refers to."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import section_of
from ctxkb.formats.targets import targets
from ctxkb.retrieve.ranked import Ranked
from ctxkb.types import Kind

if TYPE_CHECKING:
    from ctxkb.catalog.read import Catalog
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.ranked import Scores
    from ctxkb.retrieve.weights import Weights

INTRODUCED = 2
"""How many of the best guides come with their first unit."""

LEAST_INTRODUCTION = 30
"""The tokens of a first unit that says something."""

LEAST_OUTCOME = 12
"""The tokens of an outcome of which fewer decide nothing ("TBD")."""

REFERRING = 5
"""How many of the best units bring what they refer to."""

REFERENCES = 3
"""How many references of a unit are followed."""

FREE = 2
"""How many units of one document come without loss."""


def bring_outcomes(scores: Scores, catalog: Catalog, weights: Weights) -> None:
    """Gives the outcome of each decision the best score of its sections, and its consequences a share of that."""
    best: dict[str, float] = defaultdict(float)
    for ranked in scores.held.values():
        unit = ranked.row.unit
        if unit.kind is Kind.DECISION:
            best[unit.document] = max(best[unit.document], ranked.score)
    shares = {"outcome": weights.outcome, "consequences": weights.outcome * weights.consequence}
    led: set[str] = set()
    for row in catalog.units_of(best, shares):
        document, role = row.unit.document, row.unit.role
        if role == "consequences":
            scores.raise_to(row, shares[role] * best[document], "what follows from the decision")
        elif document not in led and row.unit.tokens >= LEAST_OUTCOME:
            led.add(document)
            scores.raise_to(row, shares[role] * best[document], "what was decided")


def bring_introductions(scores: Scores, catalog: Catalog, weights: Weights) -> None:
    """Gives the first unit of the best guides, of which more than one unit was found, a share of their best score."""
    found: dict[str, list[float]] = defaultdict(list)
    for ranked in scores.held.values():
        if ranked.row.unit.kind in (Kind.GUIDE, Kind.SPEC):
            found[ranked.row.unit.document].append(ranked.score)
    best = {document: max(each) for document, each in found.items() if len(each) > 1}
    leading = sorted(best, key=lambda document: (-best[document], document))[:INTRODUCED]
    for row in catalog.first_units(leading, LEAST_INTRODUCTION):
        scores.raise_to(row, weights.introduction * best[row.unit.document], "what its guide is about")


def bring_references(scores: Scores, library: Library, catalog: Catalog, weights: Weights) -> None:
    """Gives what the best units refer to, the schemas of an operation, a share of their score."""
    wanted: dict[tuple[str, str], tuple[float, str]] = {}
    for ranked in scores.ordered()[:REFERRING]:
        unit = ranked.row.unit
        for number, ref in enumerate(unit.refs[:REFERENCES]):
            share = weights.reference * 0.95**number * ranked.score
            for target in targets(unit.document, ref, library.documents):
                wanted.setdefault(target, (share, unit.anchor))
    for row in catalog.units_of_sections(wanted):
        share, referring = wanted[row.unit.document, section_of(row.unit.anchor)]
        scores.raise_to(row, share, f"used by {referring}")


def spread(ranked: list[Ranked], weights: Weights) -> list[Ranked]:
    """The same units in an order in which no document crowds out the others: each further unit of one counts less."""
    seen: dict[str, int] = defaultdict(int)
    lowered = []
    for found in ranked:
        document = found.row.unit.document
        score = found.score * weights.repeat ** max(0, seen[document] - FREE)
        lowered.append(Ranked(found.row, score, found.why))
        seen[document] += 1
    return sorted(lowered, key=lambda found: (-found.score, found.row.unit.id))
