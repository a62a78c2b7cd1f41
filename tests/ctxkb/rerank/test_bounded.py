from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from ctxkb.rerank.bounded import BATCH, scores_in_time

if TYPE_CHECKING:
    from collections.abc import Sequence


def test_scores_come_in_the_order_of_the_texts() -> None:
    """Every text gets its score, over more than one batch."""
    texts = ["x" * length for length in range(3 * BATCH + 1)]
    assert scores_in_time(lambda _, some: [float(len(text)) for text in some], "", texts, 5) == list(range(len(texts)))


def test_a_slow_scorer_is_not_waited_for_and_stops() -> None:
    """When the time is up there are no scores, at once; the scorer ends with the batch that it is at."""
    batches = []
    free = threading.Event()

    def slow(_: str, texts: Sequence[str]) -> list[float]:
        batches.append(len(texts))
        free.wait(5)
        return [0.0] * len(texts)

    started = time.monotonic()
    assert scores_in_time(slow, "", ["x"] * 3 * BATCH, 0.05) is None
    assert time.monotonic() - started < 1
    free.set()
    for thread in [thread for thread in threading.enumerate() if thread.name.startswith("kb-rerank")]:
        thread.join(5)
    assert batches == [BATCH]


def test_what_a_scorer_raises_is_raised() -> None:
    """A scorer that fails is no scorer that is slow."""

    def broken(_: str, texts: Sequence[str]) -> list[float]:
        raise ArithmeticError(len(texts))

    with pytest.raises(ArithmeticError):
        scores_in_time(broken, "", ["x"], 5)
