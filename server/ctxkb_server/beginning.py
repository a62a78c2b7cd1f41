"""The first seconds of an index: who asks before anything was read waits a little rather than being told nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.knowledge import Knowledge

PATIENCE = 2.0
"""Seconds that a question waits for the first look at the documents, in which most repositories are read."""

_LOOK_SECONDS = 0.02
_TELL_SECONDS = 0.2


def begun(
    knowledge: Knowledge,
    tell: Callable[[float, float], None] = lambda done, total: None,  # noqa: ARG005 - nobody wants to be told
    patience: float = PATIENCE,
) -> Knowledge:
    """The same knowledge base: where nothing is in it yet, once all words were read or `patience` seconds are over.

    `tell` is told now and then how many of those seconds have passed, and may end the wait by raising.
    """
    if knowledge.catalog.unit_count():
        return knowledge
    start = time.monotonic()
    told = 0.0
    while not knowledge.catalog.meta("settings"):  # remembered at the end of the first look
        waited = time.monotonic() - start
        if waited >= patience:
            break
        if waited - told >= _TELL_SECONDS:
            told = waited
            tell(waited, patience)
        time.sleep(_LOOK_SECONDS)
    return knowledge
