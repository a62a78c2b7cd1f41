"""How sure it is that a question was answered: the share of its rare words that one unit holds, and nearness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.words import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.retrieve.evidence import Evidence, Question
    from ctxkb.types import Confidence

HIGH, LOW = 0.72, 0.53
"""The bounds of `certainty`, set so that of the labelled questions hardly any with an answer is refused."""

WORDS_HIGH, WORDS_LOW = 0.6, 0.3
"""The bounds of `coverage` alone, for an index that has no vectors yet."""


def confidence(question: Question, evidence: Sequence[Evidence], best: Sequence[int]) -> Confidence:
    """How sure it is that the question is answered by the units `best`: row numbers, the best first."""
    by_row = {e.row.row: e for e in evidence}
    found = [by_row[number] for number in best[:3] if number in by_row]
    covered = max((coverage(question, e) for e in found), default=0.0)
    if any(e.meaning for e in evidence):
        return _bounded(certainty(covered, max((e.meaning for e in found), default=0.0)), HIGH, LOW)
    return _bounded(covered, WORDS_HIGH, WORDS_LOW)


def _bounded(measured: float, high: float, low: float) -> Confidence:
    return "high" if measured >= high else "low" if measured >= low else "none"


def certainty(covered: float, nearness: float) -> float:
    """A number that grows with how well the best units answer: their cosine plus half of their coverage."""
    return nearness + 0.5 * covered


def coverage(question: Question, e: Evidence) -> float:
    """The share of the question's terms that a unit holds, each weighed by its rarity (0..1)."""
    wanted = {term: question.rarity.get(term, 0.0) for term in question.terms}
    total = sum(wanted.values())
    if not total:
        return 0.0
    unit = e.row.unit
    present = set(terms(" ".join((unit.title, *unit.breadcrumb, unit.heading, unit.path, unit.text))))
    return sum(weight for term, weight in wanted.items() if term in present) / total
