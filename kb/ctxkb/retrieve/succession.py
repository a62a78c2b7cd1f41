"""What took the place of what: stated supersessions, and newer documents on the same subject where nobody said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.types import SETTLED, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.evidence import Question
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.ranked import Scores
    from ctxkb.retrieve.subjects import Subjects
    from ctxkb.retrieve.weights import Weights

SEEDS = 2
"""How many of the decisions found bring documents on the same subject."""

LEADING = 4
"""Among how many of the best documents such a decision must be."""

RAISED = 3
"""How many units of such a document are raised."""


def give_to_heirs(scores: Scores, question: Question, library: Library, catalog: Catalog) -> None:
    """Hits on a superseded decision become hits on its successor; it stays only where the question names it."""
    inherited: dict[str, tuple[float, str]] = {}
    for found in list(scores.held.values()):
        old = library.documents[found.row.unit.document]
        heirs = library.heirs(old.id) if old.status in SETTLED else ()
        for heir in heirs:
            if found.score > inherited.get(heir, (0.0, ""))[0]:
                inherited[heir] = (found.score, old.id)
        if heirs and not _is_named(question, old.number):
            scores.drop(found.row)
    for row in _main_units(inherited, catalog):
        score, old_id = inherited[row.unit.document]
        scores.raise_to(row, 1.01 * score, f"replaces {old_id}")
        scores.explain(row, f"replaces {old_id}")


def _is_named(question: Question, number: str) -> bool:
    return bool(number) and not {f"adr{number}", f"rfc{number}"}.isdisjoint(question.names)


def _main_units(documents: Iterable[str], catalog: Catalog) -> list[Row]:
    """The outcome of each decision, or its first unit where it has none."""
    first: dict[str, Row] = {}
    for row in catalog.units_of(documents):
        held = first.get(row.unit.document)
        if held is None or (row.unit.role == "outcome" and held.unit.role != "outcome"):
            first[row.unit.document] = row
    return list(first.values())


def raise_kin(scores: Scores, library: Library, subjects: Subjects, catalog: Catalog, weights: Weights) -> None:
    """Documents on the subject of a decision that was found gain from it, unless they are older decisions.

    A question in the words of an old decision finds that decision; what replaced it in silence speaks of other things
    by other names, so only its subject tells.
    """
    ordered = scores.ordered()
    best: dict[str, float] = {}
    for found in ordered:
        best.setdefault(found.row.unit.document, found.score)
    leading = [d for d in list(best)[:LEADING] if library.documents[d].kind is Kind.DECISION]
    gains: dict[str, tuple[float, str]] = {}
    for seed in leading[:SEEDS]:
        for other, nearness in subjects.near(seed, weights.kin_least):
            gain = weights.kin * best[seed] * nearness
            if (
                other in library.documents
                and _may_follow(library, seed, other)
                and gain > gains.get(other, (0.0, ""))[0]
            ):
                gains[other] = (gain, seed)
    raised: dict[str, int] = {}
    for found in ordered:
        document = found.row.unit.document
        number = raised.get(document, 0)
        if document in gains and number < RAISED:
            raised[document] = number + 1
            scores.raise_to(found.row, found.score + gains[document][0] * 0.8**number, found.why)
    for row in _main_units([document for document in gains if document not in raised], catalog):
        gain, seed = gains[row.unit.document]
        scores.raise_to(row, gain, f"on the subject of {seed}")


def _may_follow(library: Library, old: str, new: str) -> bool:
    """True where `new` may say what holds now instead of `old`: a guide, a rule, or a decision of a later date."""
    if not library.holds(new):
        return False
    before, after = library.documents[old], library.documents[new]
    if after.kind is not Kind.DECISION:
        return True
    if before.date and after.date:
        return after.date > before.date
    return before.number.isdigit() and after.number.isdigit() and int(after.number) > int(before.number)
