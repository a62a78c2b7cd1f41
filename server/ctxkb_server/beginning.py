"""The first seconds of an index: who asks before anything was read waits a little rather than being told nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxkb.knowledge import Knowledge

PATIENCE = 2.0
"""Seconds that a question waits for the first look at the documents, in which most repositories are read."""

_LOOK_SECONDS = 0.02


def begun(knowledge: Knowledge, patience: float = PATIENCE) -> Knowledge:
    """The same knowledge base: where nothing is in it yet, once all words were read or `patience` seconds are over."""
    catalog = knowledge.catalog
    end = time.monotonic() + patience
    if not catalog.unit_count():
        while not catalog.meta("settings") and time.monotonic() < end:  # remembered at the end of the first look
            time.sleep(_LOOK_SECONDS)
    return knowledge
