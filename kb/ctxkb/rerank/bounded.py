"""Scores within a time: an answer never waits longer for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.rerank.interface import Scorer

BATCH = 8
"""Texts that are scored in one go; between two of them a scorer whose time is up is stopped."""


def scores_in_time(scorer: Scorer, question: str, texts: Sequence[str], seconds: float) -> list[float] | None:
    """One score a text, or None where `seconds` did not suffice. Raises what `scorer` raises."""
    stop = Event()

    def work() -> list[float]:
        found: list[float] = []
        for start in range(0, len(texts), BATCH):
            if stop.is_set():
                break
            found.extend(scorer(question, texts[start : start + BATCH]))
        return found

    worker = ThreadPoolExecutor(1, "kb-rerank")
    try:
        return worker.submit(work).result(seconds)
    except TimeoutError:
        return None
    finally:
        stop.set()
        worker.shutdown(wait=False)
