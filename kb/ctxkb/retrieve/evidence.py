"""What speaks for each unit: the words it shares with the question, and the nearness of its meaning."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.retrieve.weights import DEFAULT, Weights
from ctxkb.text.words import identifiers, prose_terms, query_terms

if TYPE_CHECKING:
    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.asked import Asked

CANDIDATES = 100
"""How many units each kind of search may bring."""

NEAREST = 120
"""How many embeddings are looked at: a unit may be found by itself and by several of its details."""

MOST_WITHOUT_VECTOR = 0.1
"""While the index is built: the share of the units found by words that may lack a vector. With more, words decide
alone, since what has a vector already would go before what answers the question."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """For one unit: its BM25 score over all terms and over identifiers alone, and its cosine to the question (0..1)."""

    row: Row
    words: float
    names: float
    meaning: float


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched for: its terms, its identifiers, how rare each is (idf), and which stand nowhere."""

    text: str
    terms: tuple[str, ...]
    names: tuple[str, ...]
    rarity: dict[str, float]
    unknown: frozenset[str] = frozenset()
    naming: float = 0.0
    """How much (0..1) of what it asks for, by rarity, is in identifiers that stand somewhere."""


def ask(catalog: Catalog, text: str) -> Question:
    """The question that `text` asks of a catalog."""
    terms = query_terms(text)
    names = identifiers(text)
    frequencies = catalog.frequencies({*terms, *names})
    total = catalog.unit_count()
    rarity = {term: idf(frequencies.get(term, 0), total) for term in {*terms, *names}}
    unknown = frozenset(term for term in rarity if term not in frequencies)
    known = sum(rarity[name] for name in names if name not in unknown)
    rest = sum(rarity[term] for term in prose_terms(text))
    return Question(text, tuple(terms), tuple(names), rarity, unknown, known / (known + rest) if known else 0.0)


def idf(frequency: int, total: int) -> float:
    """Inverse document frequency as BM25 has it (Robertson and Zaragoza 2009), never negative."""
    return math.log(1 + (total - frequency + 0.5) / (frequency + 0.5))


def gather(catalog: Catalog, question: Question, asked: Asked | None, weights: Weights = DEFAULT) -> list[Evidence]:
    """All units for which something speaks; `asked` looks for its meaning, None where nothing can."""
    words = dict(catalog.search_words(question.terms, CANDIDATES))
    names = dict(catalog.search_words(question.names, CANDIDATES)) if question.names else {}
    rows = catalog.units({*words, *names})  # before the meaning, which is still being looked for
    meaning = _meaning(catalog, asked, {*words, *names}, weights.detail) if asked else {}
    rows |= catalog.units(meaning.keys() - rows.keys())
    return [
        Evidence(row, words.get(number, 0.0), names.get(number, 0.0), meaning.get(number, 0.0))
        for number, row in sorted(rows.items())
    ]


def _meaning(catalog: Catalog, asked: Asked, others: set[int], share: float) -> dict[int, float]:
    """The cosine of the nearest units to the question by row number, and that of `others`, which words found.

    A unit gains a `share` of what its nearest detail is nearer than the whole of it. Nothing where too many of `others`
    have no vector yet.
    """
    vectors = catalog.vectors_of(asked.model, others)  # before waiting for what is nearest, though some will be in it
    found = asked.nearest()
    whole: dict[int, float] = {}
    details: dict[int, float] = {}
    for embedding, number, is_detail in catalog.units_of_embeddings(found.near):
        near = details if is_detail else whole
        near[number] = max(near.get(number, 0.0), found.near[embedding])
    vectors |= catalog.vectors_of(asked.model, details.keys() - whole.keys() - vectors.keys())
    for number in vectors.keys() - whole.keys():
        whole[number] = max(0.0, float((vectors[number] @ found.vector).max()))
    without = len(others - whole.keys())
    if without > MOST_WITHOUT_VECTOR * len(others):
        return {}
    meaning = {number: near + share * max(0.0, details.get(number, 0.0) - near) for number, near in whole.items()}
    nearest = sorted(meaning.keys() - others, key=lambda number: (-meaning[number], number))
    return {number: meaning[number] for number in {*others & meaning.keys(), *nearest[:CANDIDATES]}}
