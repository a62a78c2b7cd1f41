"""How sure it is that a question was answered: how near something is, and how much of the question it covers."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.retrieve.evidence import Evidence, Question
    from ctxkb.types import Confidence

NEARNESS, COVERAGE, LEAD, THEME, NAMELESS, OFFSET = 13.3, 3.7, 2.3, 6.4, -4.0, -8.4
"""A logistic regression over questions about six repositories, most of them asked of another one: see
docs/retrieval.md."""

HIGH, LOW = 0.8, 0.41
"""The probabilities from which on an answer counts as sure, and as possible at all."""

USUAL_THEME = 0.09
"""How near questions are to a repository as a whole, where it is too small to tell."""

WORDS_HIGH, WORDS_LOW = 0.6, 0.3
"""The bounds of coverage alone, for an index that has no vectors yet."""

TELLING = 12
"""So many terms a question of one or two sentences has. No document holds all the words of a longer task."""

NAMED = 0.5
"""A question of which so much is identifiers that stand here is about what stands here."""

FIELD = 10
"""The document of this rank in words is one of the field that an answer stands out from."""

NEAREST = 30
"""In how many of the nearest units a document's coverage is looked for."""


def confidence(
    catalog: Catalog, question: Question, evidence: Sequence[Evidence], theme: float = USUAL_THEME
) -> Confidence:
    """How sure it is that the question is answered by what speaks for it.

    `theme` is how near (cosine) the question is to what the repository is about as a whole.
    """
    if not evidence or not question.terms:
        return "none"
    if any(e.meaning for e in evidence):
        measured = certainty(catalog, question, evidence, theme)
        return _bounded(max(measured, LOW) if question.naming >= NAMED else measured, HIGH, LOW)
    return _bounded(coverage(catalog, question, evidence), WORDS_HIGH, WORDS_LOW)


def certainty(catalog: Catalog, question: Question, evidence: Sequence[Evidence], theme: float = USUAL_THEME) -> float:
    """How probable it is (0..1) that evidence with meanings answers a question."""
    nearness = max(e.meaning for e in evidence)
    known = NEARNESS * nearness + COVERAGE * coverage(catalog, question, evidence) + LEAD * lead(evidence)
    return 1 / (1 + math.exp(-(known + THEME * theme + NAMELESS * nameless(question) + OFFSET)))


def _bounded(measured: float, high: float, low: float) -> Confidence:
    return "high" if measured >= high else "low" if measured >= low else "none"


def coverage(catalog: Catalog, question: Question, evidence: Iterable[Evidence]) -> float:
    """The greatest share of the question's terms, weighed by rarity, that one document holds in its nearest units."""
    nearest = sorted(evidence, key=lambda e: (-e.meaning, -e.words))[:NEAREST]
    held = catalog.terms_of(e.row.row for e in nearest)
    documents: dict[str, set[str]] = defaultdict(set)
    for e in nearest:
        documents[e.row.unit.document] |= held.get(e.row.row, frozenset()).intersection(question.terms)
    return max((_share(question, found) for found in documents.values()), default=0.0)


def lead(evidence: Iterable[Evidence]) -> float:
    """How far (0..1) the best document's words are ahead of the field: an answer stands out, common words do not."""
    documents: dict[str, float] = defaultdict(float)
    for e in evidence:
        documents[e.row.unit.document] = max(documents[e.row.unit.document], e.words)
    scores = sorted(documents.values(), reverse=True)
    if not scores or not scores[0]:
        return 0.0
    return 1 - scores[min(FIELD, len(scores)) - 1] / scores[0]


def nameless(question: Question) -> float:
    """The share of the question's identifiers that stand nowhere: somebody asks about another system."""
    return len(question.unknown.intersection(question.names)) / len(question.names) if question.names else 0.0


def _share(question: Question, found: Iterable[str]) -> float:
    """What some terms weigh of the question's, at most 1; of a long one only its `TELLING` rarest are asked for."""
    weights = sorted((question.rarity[term] for term in question.terms), reverse=True)
    total = sum(weights[:TELLING])
    return min(1.0, sum(question.rarity[term] for term in found) / total) if total else 0.0
