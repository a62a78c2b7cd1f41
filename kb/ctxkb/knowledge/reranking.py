"""A reranker's word on the best units: its order and the former one are fused, if it comes in time."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.budget.render import name

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ctxkb.config import Rerank
    from ctxkb.rerank.interface import Scorer
    from ctxkb.retrieve.library import Library
    from ctxkb.retrieve.ranked import Ranked

TOO_LONG = (
    "The reranker took longer than {} ms, so the order is as without it: raise timeout_ms or lower top in [rerank]."
)

CONSTANT = 60
"""Of reciprocal rank fusion (Cormack, Clarke and Büttcher 2009): the larger, the less the first places count."""


def open_reranker(settings: Rerank) -> Scorer | None:
    """The configured reranker, loaded; None where there is none. Raises `ConfigError` where it cannot be loaded."""
    if not settings.model:
        return None
    from ctxkb.rerank.cross_encoder import open_cross_encoder

    return open_cross_encoder(settings.model)


class Reranking:
    """Reorders what was found, and remembers to say once that there was no time for it. Thread-safe."""

    def __init__(self, settings: Rerank, scorer: Callable[[], Scorer | None]) -> None:
        self._settings = settings
        self.scorer = scorer
        self._slow = False
        self._said = False
        self._lock = threading.Lock()

    def apply(self, question: str, ranked: list[Ranked], library: Library) -> list[Ranked]:
        """The same units, the best ones in a new order; what no longer holds keeps its place.

        Each place keeps its score, so that scores fall from place to place as before.
        """
        if not self._settings.model or not question.strip():
            return ranked
        places = [
            place for place, found in enumerate(ranked[: self._settings.top]) if library.holds(found.row.unit.document)
        ]
        scorer = self.scorer() if len(places) > 1 else None
        if scorer is None:
            return ranked
        from ctxkb.rerank.bounded import scores_in_time

        texts = [f"{name(ranked[place].row.unit)}\n{ranked[place].row.unit.text}" for place in places]
        scores = scores_in_time(scorer, question, texts, self._settings.timeout_ms / 1000)
        if scores is None:
            self._slow = True
            return ranked
        ordered = list(ranked)
        for place, number in zip(places, fused(scores), strict=True):
            ordered[place] = replace(ranked[places[number]], score=ranked[place].score)
        return ordered

    def notes(self) -> tuple[str, ...]:
        """What is to be told, once."""
        with self._lock:
            if not self._slow or self._said:
                return ()
            self._said = True
        return (TOO_LONG.format(self._settings.timeout_ms),)


def fused(scores: Sequence[float]) -> list[int]:
    """The numbers of the units, which stand in their former order, in the order in which both orders agree best."""
    second = sorted(range(len(scores)), key=lambda number: -scores[number])
    rank = {number: place for place, number in enumerate(second)}
    worth = [1 / (CONSTANT + place) + 1 / (CONSTANT + rank[place]) for place in range(len(scores))]
    return sorted(range(len(scores)), key=lambda number: -worth[number])
