"""Evidence to one order: fused, documents counted as a whole, what belongs together brought, what is over replaced."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb.retrieve.kin import raise_kin
from ctxkb.retrieve.ranked import Ranked, Scores
from ctxkb.retrieve.standing import lists, standing
from ctxkb.retrieve.structure import (
    bring_introductions,
    bring_outcomes,
    bring_references,
    spread,
)
from ctxkb.retrieve.succession import give_to_heirs
from ctxkb.types import SETTLED, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.retrieve.asked import Asked
    from ctxkb.retrieve.evidence import Evidence, Question
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.subjects import Subjects
    from ctxkb.retrieve.weights import Weights

ASKS_HOW = re.compile(
    r"\b(?:how (?:do|can|should|would|must) (?:i|we|you|one)|how to|(?:which|what) commands?"
    r"|(?:which|what) files? (?:do|must|should|can) (?:i|we)"
    r"|what (?:do|must|should) (?:i|we) (?:run|call|type|edit))\b",
    re.IGNORECASE,
)
"""A question for the way to do something, not for what holds or why."""


def rank(
    question: Question,
    asked: Asked | None,
    evidence: Sequence[Evidence],
    library: Library,
    subjects: Subjects | None,
    catalog: Catalog,
    weights: Weights,
) -> list[Ranked]:
    """All units for which something speaks, the best first; superseded decisions give their place to what holds."""
    known = [e for e in evidence if e.row.unit.document in library.documents and e.row.unit.role != "status"]
    about = subjects.about(asked.nearest().vector) if subjects and asked else {}
    fused = _with_documents(known, fuse(known, weights, question.naming), about, weights)
    manner = weights.manner if ASKS_HOW.search(question.text) else 1.0
    scores = Scores(
        Ranked(e.row, fused[e.row.row] * _factor(e, question, library, weights, manner), _why(e)) for e in known
    )
    bring_outcomes(scores, catalog, weights)
    bring_introductions(scores, catalog, weights)
    give_to_heirs(scores, question, library, catalog)
    if subjects is not None and weights.kin:
        raise_kin(scores, question, library, subjects, catalog, weights)
    bring_references(scores, library, catalog, weights)
    return spread(scores.ordered(), weights)


def fuse(evidence: Iterable[Evidence], weights: Weights, naming: float) -> dict[int, float]:
    """One score a unit by row number: each kind of evidence relative to the best of its kind in this answer.

    The more of the question (0..1) is `naming` things that stand somewhere, the more it counts who names them.
    """
    found = list(evidence)
    names = weights.names + weights.naming * naming
    most_words = max((e.words for e in found), default=0.0) or 1.0
    most_names = max((e.names for e in found), default=0.0) or 1.0
    most_meaning = max(max((e.meaning for e in found), default=0.0) - weights.floor, 1e-9)
    return {
        e.row.row: weights.words * e.words / most_words
        + names * e.names / most_names
        + weights.meaning * max(0.0, e.meaning - weights.floor) / most_meaning
        for e in found
    }


def _with_documents(
    evidence: Sequence[Evidence], fused: dict[int, float], about: Mapping[str, float], weights: Weights
) -> dict[int, float]:
    """The scores with what speaks for the documents: their other units, and what they are about as a whole."""
    documents: dict[str, list[float]] = defaultdict(list)
    for e in evidence:
        documents[e.row.unit.document].append(fused[e.row.row])
    gains = {
        document: weights.subject * about.get(document, 0.0)
        + weights.document
        * sum(share * score for share, score in zip(weights.decay, sorted(scores, reverse=True), strict=False))
        for document, scores in documents.items()
    }
    return {e.row.row: fused[e.row.row] + gains[e.row.unit.document] for e in evidence}


def _factor(e: Evidence, question: Question, library: Library, weights: Weights, manner: float) -> float:
    """What a unit's score is multiplied by; `manner` is that of decisions."""
    unit = e.row.unit
    factor = 1.0
    if unit.kind is Kind.CONVENTION:
        factor = weights.convention
    elif unit.kind is Kind.CONTRACT and not question.names:
        factor = weights.contract
    elif unit.kind is Kind.DECISION:
        factor = manner
    document = library.documents[unit.document]
    if document.status in SETTLED or document.id in library.overtaken:
        factor *= weights.settled
    stands = standing(unit.kind, unit.path, document.title)
    if stands == "thin" or lists(unit.anchor):
        factor *= weights.thin
    elif stands == "practice":
        factor *= weights.convention
    return factor


def _why(e: Evidence) -> str:
    if e.names > 0:
        return "names it"
    if e.words > 0 and e.meaning > 0:
        return "words and meaning"
    return "words" if e.words > 0 else "meaning"
