"""Whether two questions ask the same in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.words import identifiers, query_terms

if TYPE_CHECKING:
    from collections.abc import Iterable

SHARED = 0.75
"""The share of their different terms that two questions have in common where they ask the same."""

NEAR = 0.9
"""The cosine from which on two questions mean the same, as long as they name the same things."""


def ask_the_same(one: str, other: str, nearness: float = 0.0) -> bool:
    """Whether two questions share nearly all their terms or meaning (a cosine), and each names what the other names.

    A name, number or quoted word that only one of them has is what it asks about.
    """
    if set(identifiers(one)) != set(identifiers(other)):
        return False
    mine, theirs = query_terms(one), query_terms(other)
    if not mine or not theirs:
        return False
    return nearness >= NEAR or overlap(mine, theirs) >= SHARED


def overlap(one: Iterable[str], other: Iterable[str]) -> float:
    """The share (0..1) of the different terms of two questions that both have."""
    mine, theirs = set(one), set(other)
    return len(mine & theirs) / len(mine | theirs) if mine or theirs else 0.0
