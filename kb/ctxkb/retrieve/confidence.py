"""How sure it is that a question was answered: the share of its rare words that one unit holds, and nearness."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.words import terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.retrieve.evidence import Evidence, Question
    from ctxkb.types import Confidence

HIGH = 0.72
LOW = 0.53


def confidence(question: Question, evidence: Sequence[Evidence], best: Sequence[int]) -> Confidence:
    """How sure it is that the question is answered by the units `best`: row numbers, the best first."""
    measured = certainty(question, evidence, best)
    if measured >= HIGH:
        return "high"
    return "low" if measured >= LOW else "none"


def certainty(question: Question, evidence: Sequence[Evidence], best: Sequence[int]) -> float:
    """A number that grows with how well the best units answer: nearest meaning plus half the coverage of terms."""
    by_row = {e.row.row: e for e in evidence}
    found = [by_row[number] for number in best[:3] if number in by_row]
    if not found:
        return 0.0
    nearness = max(e.meaning for e in found)
    return nearness + 0.5 * max(coverage(question, e) for e in found)


def coverage(question: Question, e: Evidence) -> float:
    """The share of the question's terms that a unit holds, each weighed by its rarity (0..1)."""
    wanted = {term: question.rarity.get(term, 0.0) for term in question.terms}
    total = sum(wanted.values())
    if not total:
        return 0.0
    unit = e.row.unit
    present = set(terms(" ".join((unit.title, *unit.breadcrumb, unit.heading, unit.path, unit.text))))
    return sum(weight for term, weight in wanted.items() if term in present) / total
