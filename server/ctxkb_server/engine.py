"""What a server works with: the knowledge base, its model, and a place at the index, all in the background."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from ctxkb.knowledge import Knowledge
from ctxkb.knowledge.reranking import open_reranker
from ctxkb_ingest.embedders import configured_embedder
from ctxkb_ingest.seat import Seat
from ctxkb_server.beginning import begun
from ctxkb_server.handlers import HANDLERS
from ctxkb_server.loading import Loading, warmed
from ctxkb_server.process import settle
from ctxkb_server.settings import Settings
from ctxkb_server.slack import Slack

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.rerank.interface import Scorer
    from ctxkb_ingest.report import IndexReport

LOOK_SECONDS = 1.0
"""Between two looks whether the index is still the file that was opened."""

SETTLED_LOOKS = 15
"""After so many of them everything that a server needs has been loaded."""


class Engine:
    """Answers for one repository and keeps its index, as its owner or until it becomes that."""

    def __init__(
        self,
        root: Path,
        config: Config,
        on_problem: Callable[[str], None],
        on_report: Callable[[IndexReport], None] = lambda report: None,  # noqa: ARG005 - nobody wants to be told
    ) -> None:
        self._root = root
        self._config = config
        self._on_problem = on_problem
        self._on_report = on_report
        self._settings = Settings(root)
        self._model = self._new_model()
        self._reranker = self._new_reranker()
        self._seat = self._take_seat()
        self.knowledge = self._open_knowledge()
        self._identity: tuple[int, int] | None = None
        self._stop = threading.Event()
        self._guard = threading.Thread(target=self._look_after_the_file, name="kb-guard", daemon=True)
        self._closing = threading.Lock()

    def start(self) -> None:
        """Loads the model, and keeps the index from now on."""
        self._model.start()
        if self._config.rerank.model:
            self._reranker.start()
        self._seat.start()
        self._identity = self._file()
        self._guard.start()

    def close(self) -> None:
        """Ends everything, in order; calling it again does nothing."""
        with self._closing:
            if self._stop.is_set():
                return
            self._stop.set()
            self._model.give_up()
            self._reranker.give_up()
            if self._guard.ident is not None:
                self._guard.join()
            self._model.give_up()  # where another one was begun meanwhile
            self._seat.close()

    @property
    def catalog(self) -> Catalog:
        """The catalog of the moment."""
        return self._seat.catalog

    @asynccontextmanager
    async def lifespan(self, server: object) -> AsyncIterator[None]:  # noqa: ARG002 - the SDK passes the server
        """Runs while the server talks to its client: from here on nothing but the protocol reaches its output."""
        self.start()
        try:
            yield
        finally:
            self.close()

    def _new_model(self) -> Loading[Embedder]:
        open_model = configured_embedder(self._config, self._on_problem)
        return Loading(lambda: warmed(open_model()), self._on_problem)

    def _new_reranker(self) -> Loading[Scorer | None]:
        open_model = partial(open_reranker, self._config.rerank)
        return Loading(open_model, self._on_problem, "nothing is reranked", patience=0)

    def _open_knowledge(self) -> Knowledge:
        return Knowledge(
            self._root,
            self._config,
            self.catalog,
            self._model.now,
            self._seat.vectors,
            reranker=self._reranker.now,
            looked=self._seat.looked,
        )

    def _answer(
        self,
        handler: Callable[[Knowledge, Mapping[str, Any]], dict[str, Any]],
        asked: dict[str, Any],
        send: object,  # noqa: ARG002 - these answers are too quick to tell of progress
    ) -> dict[str, Any]:
        return handler(begun(self.knowledge), asked)

    def _take_seat(self) -> Seat:
        handlers = {name: partial(self._answer, handler) for name, handler in HANDLERS.items()}
        return Seat(
            self._root,
            self._config,
            self._model.whenever,
            handlers=handlers,
            on_report=self._on_report,
            on_problem=self._on_problem,
        )

    def _file(self) -> tuple[int, int] | None:
        try:
            found = self.catalog.path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _look_after_the_file(self) -> None:
        """Starts again where someone deleted the index, or put another one in its place; gives unused memory back.

        Another configuration is taken over, another model or place of the vectors with a new seat.
        """
        slack, looks = Slack(), 0
        while not self._stop.wait(LOOK_SECONDS):
            looks += 1
            if looks == SETTLED_LOOKS:
                settle()
            config = self._settings.changed()
            if config is not None:
                self._take_over(config)
            elif self._identity is not None and self._file() != self._identity:
                self._sit_down_again()
            self._identity = self._file()
            slack.look()

    def _take_over(self, config: Config) -> None:
        before, self._config = self._config, config
        if config.embedding != before.embedding:
            self._model.give_up()
            self._model = self._new_model()
            self._model.start()
        if config.rerank != before.rerank:
            self._reranker.give_up()
            self._reranker = self._new_reranker()
            if config.rerank.model:
                self._reranker.start()
        if (config.embedding, config.vectors) != (before.embedding, before.vectors):
            self._sit_down_again()
        else:
            self.knowledge = self._open_knowledge()

    def _sit_down_again(self) -> None:
        self._seat.close()
        self._seat = self._take_seat()
        self.knowledge = self._open_knowledge()
        self._seat.start()
