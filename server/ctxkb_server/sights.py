"""The knowledge base as each caller may see it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from ctxkb.catalog.view import CatalogView, Sight
from ctxkb_ingest.scan import Scan

if TYPE_CHECKING:
    from ctxkb.knowledge import Knowledge

MOST = 16
"""So many different sights are kept ready; one more takes the place of the one that was not used for longest."""


class Sights:
    """Gives the part of a knowledge base that a sight allows. Thread-safe."""

    def __init__(self) -> None:
        self._of: Knowledge | None = None
        self._held: OrderedDict[Sight, Knowledge] = OrderedDict()
        self._lock = threading.Lock()

    def seen(self, knowledge: Knowledge, sight: Sight) -> Knowledge:
        """The whole of `knowledge` for who may see everything, else what lies within their sight."""
        if sight.everything:
            return knowledge
        with self._lock:
            if self._of is not knowledge:
                self._of = knowledge
                self._held.clear()
            part = self._held.get(sight) or _part(knowledge, sight)
            self._held[sight] = part
            self._held.move_to_end(sight)
            if len(self._held) > MOST:
                self._held.popitem(last=False)
            return part


def _part(knowledge: Knowledge, sight: Sight) -> Knowledge:
    view = CatalogView(knowledge.catalog.folder, sight)
    return knowledge.seen(view, Scan(view, knowledge.embedder).current)
