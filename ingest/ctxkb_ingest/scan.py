"""The exact scan over the catalog's embeddings: what every process has that does not hold Chroma."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.snapshot import open_snapshot, remove_leftovers, write_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder
    from ctxkb.vectors.interface import VectorIndex


class Scan:
    """A reader's vectors: the snapshot, with what changed since. Looked at again when the catalog's vectors change."""

    def __init__(self, catalog: Catalog, embedder: Callable[[], Embedder | None]) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._lock = threading.Lock()
        self._stamp: tuple[str, int] | None = None
        self._index: ExactIndex | None = None

    def current(self) -> VectorIndex | None:
        """The index as of now; None while there is no embedder."""
        embedder = self._embedder()
        if embedder is None:
            return None
        stamp = (embedder.name, self._catalog.meta("vectors"))
        with self._lock:
            if self._index is None or stamp != self._stamp:
                self._index = exact_index(self._catalog, embedder.name)
                self._stamp = stamp
            return self._index


def exact_index(catalog: Catalog, model: str) -> ExactIndex:
    """A scan over all live embeddings of `model`: the snapshot in `.kb/`, and whatever differs from it."""
    stamp = catalog.meta("vectors")
    snapshot = open_snapshot(catalog.folder, model)
    if snapshot is None:
        return ExactIndex(None, *catalog.live_embeddings(model))
    if snapshot.generation == stamp and catalog.whole:
        return ExactIndex(snapshot)
    live = catalog.live_ids(model)
    ids, matrix = catalog.embeddings(snapshot.missing(live).tolist())
    return ExactIndex(snapshot, ids, matrix, snapshot.stale(live).tolist())


def save_snapshot(catalog: Catalog, model: str, *, always: bool = False) -> None:
    """Writes the snapshot anew where it has fallen far behind; `always` where it has at all. Only the owner does."""
    stamp = catalog.meta("vectors")
    snapshot = open_snapshot(catalog.folder, model)
    if snapshot is not None and snapshot.generation == stamp:
        return
    live = catalog.live_ids(model)
    if snapshot is not None and not always:
        behind = len(snapshot.missing(live)) + len(snapshot.stale(live))
        if behind < len(live) // 20:
            return
    remove_leftovers(catalog.folder)
    ids, matrix = catalog.live_embeddings(model)
    write_snapshot(catalog.folder, model, ids, matrix, stamp)
