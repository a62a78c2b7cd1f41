"""The owner: the one process that writes the index of a repository, keeps it up to date, and answers for it."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

from ctxkb_ingest.ipc import RequestServer
from ctxkb_ingest.keeper import Keeper
from ctxkb_ingest.repair import open_for_writing
from ctxkb_ingest.report import report_json
from ctxkb_ingest.updater import Updater
from ctxkb_ingest.watch import watch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.vectors.interface import VectorIndex
    from ctxkb_ingest.ipc import Handler, Send
    from ctxkb_ingest.report import IndexReport, Phase


class Owner:
    """Holds the index of one repository, in a process that has its `OwnerLock`.

    `handlers` are operations that other processes may ask for beside "ping" and "index". `on_report` is told of each
    run that a change caused, `on_problem` of what went wrong without ending the owner.
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
        self._root = root
        self._on_problem = on_problem
        self.catalog: Catalog = open_for_writing(root, on_problem)
        self._keeper = Keeper(self.catalog, config.vectors.url, embedder, on_problem)
        self._updater = Updater(root, config, self.catalog, embedder, self._keeper.settle, on_report, on_problem)
        own: dict[str, Handler] = {"ping": _ping, "index": self._index}
        self._requests = RequestServer(root, {**own, **(handlers or {})})
        self._stop = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="kb-watch", daemon=True)

    def start(self) -> None:
        """Watches, indexes and answers from now on, on threads of its own; raises `StoreError` where it cannot."""
        self._requests.start()
        self._watcher.start()
        self._updater.start()

    def close(self) -> None:
        """Ends what it does, in order; the lock is the caller's to release."""
        self._stop.set()
        self._requests.close()
        self._updater.close()
        self._keeper.close()
        if self._watcher.ident is not None:
            self._watcher.join()
        self.catalog.close()

    @property
    def looked(self) -> bool:
        """Whether all files have been looked at since the start."""
        return self._updater.looked

    def vectors(self) -> VectorIndex | None:
        """The vectors as of now, from any thread; None while there is no embedder."""
        return self._keeper.current()

    def _watch(self) -> None:
        for changes in watch(self._root, self._stop, on_problem=self._on_problem):
            self._updater.changed(changes)

    def _index(self, payload: dict[str, Any], send: Send) -> dict[str, Any]:
        report = self._updater.run(full=bool(payload.get("full")), progress=_Sent(send))
        return report_json(report)


def _ping(payload: dict[str, Any], send: Send) -> dict[str, Any]:  # noqa: ARG001 - what every handler takes
    return {"pid": os.getpid()}


class _Sent:
    """Progress that goes to the process that asked."""

    def __init__(self, send: Send) -> None:
        self._send = send

    def start(self, phase: Phase, total: int) -> None:
        """Sends a phase with its total."""
        self._send({"phase": phase, "total": total})

    def advance(self, phase: Phase, done: int) -> None:
        """Sends how many more are done."""
        self._send({"phase": phase, "done": done})
