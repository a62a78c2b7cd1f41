"""The embedding model, loaded beside the answering: nobody waits for it longer than it is worth."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ctxkb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.embed.interface import Embedder

PATIENCE = 3.0
"""Seconds from the start of loading during which an answer waits for the model; later ones rest on words alone."""


class Loading:
    """A model on its way. `open_model` is called on a thread of its own; `on_problem` is told why it failed."""

    def __init__(self, open_model: Callable[[], Embedder], on_problem: Callable[[str], None]) -> None:
        self._open = open_model
        self._on_problem = on_problem
        self._done = threading.Event()
        self._embedder: Embedder | None = None
        self._until = 0.0
        self._thread = threading.Thread(target=self._load, name="kb-model", daemon=True)

    def start(self) -> None:
        """Begins to load."""
        self._until = time.monotonic() + PATIENCE
        self._thread.start()

    def give_up(self) -> None:
        """Lets everyone who waits go on without a model."""
        self._done.set()

    def now(self) -> Embedder | None:
        """The model, or None where it failed or takes too long for an answer."""
        self._done.wait(max(0.0, self._until - time.monotonic()))
        return self._embedder

    def whenever(self) -> Embedder | None:
        """The model, however long it takes; None where it failed."""
        self._done.wait()
        return self._embedder

    def _load(self) -> None:
        try:
            embedder = self._open()
            embedder.embed(["the first text takes longer than those after it"])
            self._embedder = embedder
        except KbError as error:
            self._on_problem(f"{error} (until then answers rest on words alone)")
        finally:
            self._done.set()
