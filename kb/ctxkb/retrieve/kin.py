"""Newer documents on the subject of an older decision: what replaced it where nobody wrote that down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ctxkb.retrieve.standing import same_series
from ctxkb.retrieve.succession import is_named, main_units
from ctxkb.types import Kind

if TYPE_CHECKING:
    from ctxkb.catalog.read import Catalog
    from ctxkb.retrieve.evidence import Question
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.ranked import Scores
    from ctxkb.retrieve.subjects import Subjects
    from ctxkb.retrieve.weights import Weights
    from ctxkb.types import Document

SEEDS = 2
"""How many of the decisions found bring documents on the same subject."""

LEADING = 4
"""Among how many of the best documents such a decision must be."""

RAISED = 3
"""How many units of such a document are raised."""

SAME_SUBJECT = 0.55
"""The cosine from which on a later decision comes before the earlier one."""

GUIDE_TO_IT = 0.65
"""The cosine from which on a guide to the subject comes before the decision."""

LATER = timedelta(days=60)
"""Decisions of one season are about parts of one subject; one that comes later than this decides it again."""

LATER_NUMBERS = 5
"""The same for decisions without dates, counted in their numbers."""


@dataclass(frozen=True, slots=True)
class Kin:
    """A document on the subject of `seed`, and what it gains; `again` is true where it decides the subject again."""

    document: str
    gain: float
    seed: str
    again: bool


def raise_kin(
    scores: Scores, question: Question, library: Library, subjects: Subjects, catalog: Catalog, weights: Weights
) -> None:
    """Documents on the subject of a decision that was found gain from it, unless they are older decisions.

    A question in the words of an old decision finds that decision; what replaced it in silence speaks of other things
    by other names, so only its subject tells. Both are given, with the later one first. A decision that the question
    names by its number is what was asked for.
    """
    ordered = scores.ordered()
    best: dict[str, float] = {}
    for found in ordered:
        best.setdefault(found.row.unit.document, found.score)
    best = {key: score for key, score in best.items() if not is_named(question, library.documents[key])}
    kin = _kin_of(best, library, subjects, weights)
    raised: dict[str, int] = {}
    for found in ordered:
        document = found.row.unit.document
        number = raised.get(document, 0)
        if document in kin and number < RAISED:
            raised[document] = number + 1
            one = kin[document]
            first = 1.01 * best[one.seed] if one.again and number == 0 else 0.0
            scores.raise_to(found.row, max(first, found.score + one.gain * 0.8**number), found.why)
    for row in main_units([key for key, found in kin.items() if found.again or key not in raised], catalog):
        one = kin[row.unit.document]
        why = f"later than {one.seed}" if row.unit.kind is Kind.DECISION else f"on the subject of {one.seed}"
        scores.raise_to(row, 1.01 * best[one.seed] if one.again else one.gain, why)


def _kin_of(best: dict[str, float], library: Library, subjects: Subjects, weights: Weights) -> dict[str, Kin]:
    """The kin of the leading decisions by document; `best` holds each document's score, the best first."""
    leading = [key for key in list(best)[:LEADING] if library.documents[key].kind is Kind.DECISION]
    kin: dict[str, Kin] = {}
    for seed in leading[:SEEDS]:
        for key, nearness in subjects.near(seed, weights.kin_least):
            if key not in library.documents or not _may_follow(library, seed, key):
                continue
            again = _tells_again(library.documents[seed], library.documents[key], nearness)
            found = Kin(key, weights.kin * best[seed] * nearness, seed, again)
            if key not in kin or found.gain > kin[key].gain:
                kin[key] = found
    return kin


def _may_follow(library: Library, old: str, new: str) -> bool:
    """True where `new` may say what holds now instead of `old`: a guide, a rule, or a decision of a later date."""
    if not library.holds(new):
        return False
    before, after = library.documents[old], library.documents[new]
    return after.kind is not Kind.DECISION or _is_later(before, after, timedelta(0), 0)


def _tells_again(before: Document, after: Document, nearness: float) -> bool:
    """True for a later decision on the same subject, and for a guide to nothing else: it tells how things are now."""
    if after.kind is Kind.DECISION:
        return nearness >= SAME_SUBJECT and _is_later(before, after, LATER, LATER_NUMBERS)
    return nearness >= GUIDE_TO_IT


def _is_later(before: Document, after: Document, days: timedelta, numbers: int) -> bool:
    if before.date and after.date:
        return after.date - before.date > days
    if before.number.isdigit() and after.number.isdigit() and same_series(before, after):
        return int(after.number) - int(before.number) > numbers
    return False
