"""What took the place of what: hits on a superseded decision become hits on its successor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.retrieve.standing import lists
from ctxkb.types import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.evidence import Question
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.ranked import Scores
    from ctxkb.types import Document


def give_to_heirs(scores: Scores, question: Question, library: Library, catalog: Catalog) -> None:
    """Hits on a superseded decision become hits on its successor; it stays only where the question names it."""
    inherited: dict[str, tuple[float, str]] = {}
    for found in list(scores.held.values()):
        old = library.documents[found.row.unit.document]
        heirs = library.heirs(old.id) if old.status in SETTLED else ()
        for heir in heirs:
            if found.score > inherited.get(heir, (0.0, ""))[0]:
                inherited[heir] = (found.score, old.id)
        if heirs and not is_named(question, old):
            scores.drop(found.row)
    for row in main_units(inherited, catalog):
        score, old_id = inherited[row.unit.document]
        scores.raise_to(row, 1.01 * score, f"replaces {old_id}")
        scores.explain(row, f"replaces {old_id}")


def is_named(question: Question, decision: Document) -> bool:
    """True where a question names a decision by its number, as ADR-0012, or KEP-12 in another series."""
    words = (decision.series,) if decision.series else ("adr", "rfc")
    return bool(decision.number) and any(f"{word}{decision.number}" in question.names for word in words)


def main_units(documents: Iterable[str], catalog: Catalog) -> list[Row]:
    """The outcome of each decision, or its first unit where it has none."""
    first: dict[str, Row] = {}
    for row in catalog.units_of(documents):
        if lists(row.unit.anchor):
            continue
        held = first.get(row.unit.document)
        if held is None or (row.unit.role == "outcome" and held.unit.role != "outcome"):
            first[row.unit.document] = row
    return list(first.values())
