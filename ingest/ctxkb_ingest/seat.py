"""A server's place at an index: the owner's, as soon as nobody else has it; a reader's until then."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from ctxkb.errors import KbError
from ctxkb_ingest.folder import OwnerLock
from ctxkb_ingest.open import open_catalog, reader_vectors
from ctxkb_ingest.owner import Owner

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.vectors.interface import VectorIndex
    from ctxkb_ingest.ipc import Handler
    from ctxkb_ingest.report import IndexReport

RETRY_SECONDS = 0.5
"""Between two tries for the owner's lock: about as long may an index be without an owner."""


class Seat:
    """Keeps trying to become the owner of an index; `on_problem` is told of what went wrong on the way.

    `catalog` and `vectors` are there for readers from the beginning, and stay the same ones when it becomes the owner.
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        embedder: Callable[[], Embedder | None],
        *,
        handlers: Mapping[str, Handler] | None = None,
        on_report: Callable[[IndexReport], None] = lambda report: None,  # noqa: ARG005 - nobody wants to be told
        on_problem: Callable[[str], None] = lambda problem: None,  # noqa: ARG005 - likewise
    ) -> None:
        self._lock = OwnerLock(root)
        self._on_problem = on_problem
        self._open = partial(
            Owner, root, config, embedder, handlers=handlers, on_report=on_report, on_problem=on_problem
        )
        self.catalog = open_catalog(root)
        self._reader = reader_vectors(self.catalog, config.vectors.url, embedder)
        self._owner: Owner | None = None
        self._problem = ""
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._wait, name="kb-seat", daemon=True)

    @property
    def is_owner(self) -> bool:
        """Whether this process is the owner now."""
        return self._owner is not None

    def looked(self) -> bool:
        """Whether the index was compared with the files; False while its owner, where that is this process, begins."""
        owner = self._owner
        return owner is None or owner.looked

    def vectors(self) -> VectorIndex | None:
        """The vectors as of now, from any thread; None while there is no embedder."""
        owner = self._owner
        return self._reader() if owner is None else owner.vectors()

    def start(self) -> None:
        """Takes the owner's place where it is free, and else waits for it on a thread."""
        if not self._take():
            self._thread.start()

    def close(self) -> None:
        """Gives the place up."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()
        if self._owner is not None:
            self._owner.close()
        self._lock.release()
        self.catalog.close()

    def _wait(self) -> None:
        while not self._stop.wait(RETRY_SECONDS):
            if self._take():
                return

    def _take(self) -> bool:
        """Tries once. A place that cannot be taken (a read-only folder, a full disk) is reported, once, and left."""
        try:
            if not self._lock.acquire():
                return False
            self._owner = self._started()
        except KbError as error:
            self._lock.release()
            if str(error) != self._problem:
                self._on_problem(str(error))
            self._problem = str(error)
            return False
        return True

    def _started(self) -> Owner:
        owner = self._open()
        try:
            owner.start()
        except KbError:
            owner.catalog.close()  # nothing else was started: to be reachable is the first step
            raise
        return owner
