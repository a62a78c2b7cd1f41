"""What each kind of evidence counts. The figures behind these numbers are in docs/retrieval.md."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """Shares and factors of the ranking; 0 switches a share off, 1 a factor."""

    words: float = 0.3
    """The share of BM25, relative to the best in the answer."""
    meaning: float = 0.7
    """The share of the cosine, relative to the best in the answer."""
    names: float = 0.3
    """What the identifiers of the question add."""
    naming: float = 0.7
    """What they add besides where the question is nothing but identifiers."""
    detail: float = 0.6
    """The share of the way from a unit's cosine to that of its nearest detail, where that is nearer."""
    floor: float = 0.2
    """The cosine that stands for no nearness at all."""
    document: float = 0.1
    """How much a unit gains from what speaks for the other units of its document."""
    subject: float = 0.15
    """How much a unit gains where its document is about the question, as a whole."""
    decay: tuple[float, ...] = (1.0, 0.3, 0.15)
    """What the best, second and third unit of a document count for it."""
    outcome: float = 1.0
    """The share of a decision's best score that its outcome gets: what was decided comes before why."""
    consequence: float = 0.9
    """The share of its outcome's score that a decision's consequences get."""
    introduction: float = 0.6
    """The share of a guide's best score that its first unit gets: what the guide is about."""
    reference: float = 0.9
    """The share that the schemas of an operation get."""
    repeat: float = 0.95
    """The factor for each further unit of one document after the second."""
    kin: float = 0.3
    """What a document gains from an older decision on the same subject that was found."""
    kin_least: float = 0.5
    """The cosine from which on two documents are about the same subject."""
    convention: float = 1.35
    """The factor for conventions: rules before descriptions."""
    contract: float = 0.8
    """The factor for contracts where the question names no identifier: their words are everywhere."""
    settled: float = 0.6
    """The factor for a deprecated or rejected decision, and for a proposal that was left behind."""
    manner: float = 0.55
    """The factor for decisions where the question asks how to do something: they say why, guides say how."""
    thin: float = 0.6
    """The factor for what says less than its words: changelogs, lists, old pages, prose of the product itself."""


DEFAULT = Weights()
