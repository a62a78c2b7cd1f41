"""Evidence to one order: fused, documents counted as a whole, what no longer holds replaced."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.types import SETTLED, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import Row
    from ctxkb.retrieve.evidence import Evidence, Question
    from ctxkb.retrieve.library import Library


@dataclass(frozen=True, slots=True)
class Weights:
    """What each kind of evidence counts; the figures behind them are in docs/retrieval.md."""

    words: float = 0.35
    meaning: float = 0.65
    names: float = 0.15
    floor: float = 0.2
    """The cosine that stands for no nearness at all."""
    document: float = 0.2
    """How much a unit gains from what speaks for its whole document."""
    decay: tuple[float, ...] = (1.0, 0.3, 0.15)
    """What the best, second and third unit of a document count for it."""
    outcome: float = 1.0
    """The share of a decision's best score that its outcome gets: what was decided comes before why."""
    convention: float = 1.1
    """The factor for conventions: rules before descriptions."""
    contract: float = 0.85
    """The factor for contracts where the question names no identifier: their words are everywhere."""
    settled: float = 0.6
    """The factor for a deprecated or rejected decision."""
    thin: float = 0.6
    """The factor for changelogs and index pages."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A unit with its score and the reason that it is there."""

    row: Row
    score: float
    why: str


def rank(
    question: Question, evidence: Sequence[Evidence], library: Library, catalog: Catalog, weights: Weights
) -> list[Ranked]:
    """All units for which something speaks, the best first; superseded decisions give their place to what holds."""
    fused = fuse(evidence, weights)
    scored = _with_documents(evidence, fused, weights)
    ranked = [Ranked(e.row, scored[e.row.row], _why(e)) for e in evidence if e.row.unit.document in library.documents]
    ranked = _outcomes_first(ranked, catalog, weights)
    ranked = _weighed(question, ranked, library, weights)
    ranked = _succeeded(question, ranked, library, catalog)
    return sorted(ranked, key=lambda found: (-found.score, found.row.unit.id))


def fuse(evidence: Iterable[Evidence], weights: Weights) -> dict[int, float]:
    """One score a unit by row number: each kind of evidence relative to the best of its kind in this answer."""
    found = list(evidence)
    most_words = max((e.words for e in found), default=0.0) or 1.0
    most_names = max((e.names for e in found), default=0.0) or 1.0
    most_meaning = max(max((e.meaning for e in found), default=0.0) - weights.floor, 1e-9)
    return {
        e.row.row: weights.words * e.words / most_words
        + weights.names * e.names / most_names
        + weights.meaning * max(0.0, e.meaning - weights.floor) / most_meaning
        for e in found
    }


def _with_documents(evidence: Sequence[Evidence], fused: dict[int, float], weights: Weights) -> dict[int, float]:
    documents: dict[str, list[float]] = defaultdict(list)
    for e in evidence:
        documents[e.row.unit.document].append(fused[e.row.row])
    whole = {
        document: sum(share * score for share, score in zip(weights.decay, sorted(scores, reverse=True), strict=False))
        for document, scores in documents.items()
    }
    return {e.row.row: fused[e.row.row] + weights.document * whole[e.row.unit.document] for e in evidence}


def _why(e: Evidence) -> str:
    if e.names > 0:
        return "names it"
    if e.words > 0 and e.meaning > 0:
        return "words and meaning"
    return "words" if e.words > 0 else "meaning"


def _outcomes_first(ranked: list[Ranked], catalog: Catalog, weights: Weights) -> list[Ranked]:
    """Gives the outcome of each decision the best score of its sections, found by itself or not."""
    best: dict[str, float] = {}
    for found in ranked:
        if found.row.unit.kind is Kind.DECISION:
            document = found.row.unit.document
            best[document] = max(best.get(document, 0.0), found.score)
    present = {found.row.row for found in ranked}
    brought = [
        Ranked(row, 0.0, "what was decided") for row in catalog.units_of(best, role="outcome") if row.row not in present
    ]
    raised: set[str] = set()
    result = []
    for found in sorted([*ranked, *brought], key=lambda f: (f.row.unit.document, f.row.ordinal)):
        unit = found.row.unit
        if unit.role == "outcome" and unit.document in best and unit.document not in raised:
            raised.add(unit.document)
            found = Ranked(found.row, max(found.score, weights.outcome * best[unit.document]), found.why)
        if found.score > 0:
            result.append(found)
    return result


def _weighed(question: Question, ranked: Iterable[Ranked], library: Library, weights: Weights) -> list[Ranked]:
    kinds = {Kind.CONVENTION: weights.convention, Kind.CONTRACT: 1.0 if question.names else weights.contract}
    result = []
    for found in ranked:
        unit = found.row.unit
        factor = kinds.get(unit.kind, 1.0)
        if library.documents[unit.document].status in SETTLED:
            factor *= weights.settled
        if _is_thin(unit.path):
            factor *= weights.thin
        result.append(Ranked(found.row, found.score * factor, found.why))
    return result


def _is_thin(path: str) -> bool:
    """True for pages that list things rather than say them."""
    name = path.rsplit("/", 1)[-1].lower()
    return name.startswith(("changelog", "changes.", "history.", "news.", "release-notes", "release_notes"))


def _succeeded(question: Question, ranked: Sequence[Ranked], library: Library, catalog: Catalog) -> list[Ranked]:
    """Hits on a superseded decision become hits on its successor; it stays only where the question names it."""
    inherited: dict[str, tuple[float, str]] = {}
    kept: list[Ranked] = []
    for found in ranked:
        unit = found.row.unit
        heirs = library.heirs(unit.document) if library.documents[unit.document].status in SETTLED else ()
        for heir in heirs:
            if found.score > inherited.get(heir, (0.0, ""))[0]:
                inherited[heir] = (found.score, unit.document)
        if not heirs or _names(question, library, unit.document):
            kept.append(found)
    if not inherited:
        return kept
    by_row = {found.row.row: found for found in kept}
    for row in _main_units(inherited, catalog):
        score, old = inherited[row.unit.document]
        present = by_row.get(row.row)
        if present is None or present.score <= score:
            by_row[row.row] = Ranked(row, score * 1.01, f"replaces {old}")
    return list(by_row.values())


def _names(question: Question, library: Library, document: str) -> bool:
    number = library.documents[document].number
    return bool(number) and f"adr{number}" in question.names


def _main_units(documents: Iterable[str], catalog: Catalog) -> list[Row]:
    """The outcome of each decision, or its first unit where it has none."""
    first: dict[str, Row] = {}
    for row in catalog.units_of(documents):
        held = first.get(row.unit.document)
        if held is None or (row.unit.role == "outcome" and held.unit.role != "outcome"):
            first[row.unit.document] = row
    return list(first.values())
