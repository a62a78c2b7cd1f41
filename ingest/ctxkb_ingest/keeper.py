"""The owner's vectors: Chroma, with an exact scan while it is opened or rebuilt, and right at once after a change."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from ctxkb.errors import StoreError
from ctxkb.vectors.fresh import FreshIndex
from ctxkb_ingest.folder import CHROMA
from ctxkb_ingest.scan import exact_index, save_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder
    from ctxkb.vectors.chroma import ChromaIndex
    from ctxkb.vectors.interface import VectorIndex
    from ctxkb.vectors.server import ChromaServerIndex

PART = 1_000
"""Rows that are read from the catalog at once while Chroma is rebuilt: half a second, which is how soon it can end."""

SCANNED = "; until this process starts again vectors are compared one by one, which is as right"
ANEW = "; the next start builds it anew"
"""How it is told that Chroma cannot be used, meanwhile and at the end: nobody has to do anything about it."""

MOST_PENDING = 256
"""Changes that are scanned beside Chroma before they are brought into it."""


class Keeper:
    """Holds the vectors of one catalog and one model, for the owner. Queries may come from any thread."""

    def __init__(
        self, catalog: Catalog, url: str, embedder: Callable[[], Embedder | None], on_problem: Callable[[str], None]
    ) -> None:
        self._catalog = catalog
        self._url = url
        self._embedder = embedder
        self._on_problem = on_problem
        self._lock = threading.Lock()
        self._closing = False
        self._model: Embedder | None = None
        self._fresh: FreshIndex | None = None
        self._held: NDArray[np.int64] = np.zeros(0, np.int64)
        self._stamp = -1
        self._chroma: ChromaIndex | ChromaServerIndex | None = None
        self._opening: threading.Thread | None = None

    def current(self) -> VectorIndex | None:
        """The vectors as of now; None while there is no embedder."""
        with self._lock:
            self._refresh()
            return self._fresh

    def settle(self) -> None:
        """After a run: Chroma is opened, or told of what changed once that is much."""
        with self._lock:
            self._refresh()
            fresh, model, chroma, stamp = self._fresh, self._model, self._chroma, self._stamp
        if fresh is None or model is None:
            return
        if self._opening is None:
            self._opening = threading.Thread(target=self._open, args=(model,), name="kb-chroma", daemon=True)
            self._opening.start()
        elif chroma is not None and fresh.pending > (0 if self._url else MOST_PENDING):
            fresh.catch_up()
            chroma.mark_generation(stamp)

    def close(self) -> None:
        """Closes Chroma so that it can be opened again without a rebuild; one that is being built is given up.

        Where that fails, as on a full disk or in a deleted folder, it is reported, and the next owner rebuilds.
        """
        self._closing = True
        if self._opening is not None:
            self._opening.join()
        with self._lock:
            self._refresh()
            fresh, self._fresh = self._fresh, None
        if fresh is None or self._model is None:
            return
        try:
            self._finish(fresh, self._model.name)
        except StoreError as error:
            self._on_problem(f"{error}{ANEW}")

    def _finish(self, fresh: FreshIndex, model: str) -> None:
        try:
            save_snapshot(self._catalog, model, always=True)
            fresh.catch_up()
            if self._chroma is not None:
                self._chroma.mark_generation(self._stamp)
        finally:
            fresh.close()

    def _refresh(self) -> None:
        """Takes note of what the catalog's vectors gained and lost; the lock is held."""
        self._model = self._model or self._embedder()
        stamp = self._catalog.meta("vectors")
        if self._model is None or stamp == self._stamp:
            return
        live = self._catalog.live_ids(self._model.name)
        if self._fresh is None:
            self._fresh = FreshIndex(exact_index(self._catalog, self._model.name))
        else:
            self._change(self._held, live)
        self._held, self._stamp = live, stamp

    def _change(self, before: NDArray[np.int64], after: NDArray[np.int64]) -> None:
        assert self._fresh is not None  # noqa: S101 - the callers made it
        ids, matrix = self._catalog.embeddings(np.setdiff1d(after, before).tolist())
        self._fresh.update(list(zip(ids.tolist(), matrix, strict=True)), np.setdiff1d(before, after).tolist())

    def _open(self, model: Embedder) -> None:
        """Opens or rebuilds Chroma, and lets it take the scan's place. Where that fails the scan goes on."""
        live = self._catalog.live_ids(model.name)
        stamp = self._catalog.meta("vectors")
        try:
            chroma = self._open_chroma(model, live, stamp)
        except StoreError as error:
            if not self._closing:
                self._on_problem(f"{error}{SCANNED}")
            return
        with self._lock:
            if self._fresh is None:
                chroma.close()
                return
            self._refresh()
            self._change(live, self._held)
            self._chroma = chroma
            self._fresh.rebase(chroma, None if self._url else self._scan)

    def _scan(self, error: StoreError) -> VectorIndex:
        """What answers in the place of a Chroma that failed: the catalog has all that it held."""
        assert self._model is not None  # noqa: S101 - Chroma is opened for a model
        self._on_problem(f"{error}{ANEW if self._closing else SCANNED}")
        return exact_index(self._catalog, self._model.name)

    def _open_chroma(self, model: Embedder, live: NDArray[np.int64], stamp: int) -> ChromaIndex | ChromaServerIndex:
        def load() -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
            for start in range(0, len(live), PART):
                if self._closing:
                    raise StoreError("the owner ended before Chroma was rebuilt")
                yield self._catalog.embeddings(live[start : start + PART].tolist())

        if self._url:
            from ctxkb.vectors.server import open_chroma_server

            return open_chroma_server(self._url, identity(self._catalog), model.name, load, stamp)
        from ctxkb.vectors.chroma import open_chroma

        return open_chroma(self._catalog.folder / CHROMA, model.name, model.dimensions, load, stamp)


def identity(catalog: Catalog) -> str:
    """What names this catalog among others on a Chroma server: its row numbers mean nothing to another one."""
    return f"{catalog.meta('identity')}"
