"""Models, loaded beside the answering: nobody waits for one longer than it is worth."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from ctxkb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.embed.interface import Embedder

Model = TypeVar("Model")

PATIENCE = 3.0
"""Seconds from the start of loading during which an answer waits for the model; later ones rest on words alone."""


class Loading(Generic[Model]):
    """A model on its way. `open_model` is called on a thread of its own; `on_problem` is told why it failed.

    `without` says what an answer is like until the model is there; one waits for it for `patience` seconds at most.
    """

    def __init__(
        self,
        open_model: Callable[[], Model],
        on_problem: Callable[[str], None],
        without: str = "answers rest on words alone",
        patience: float = PATIENCE,
    ) -> None:
        self._open = open_model
        self._on_problem = on_problem
        self._without = without
        self._patience = patience
        self._done = threading.Event()
        self._model: Model | None = None
        self._until = 0.0
        self._thread = threading.Thread(target=self._load, name="kb-model", daemon=True)

    def start(self) -> None:
        """Begins to load."""
        self._until = time.monotonic() + self._patience
        self._thread.start()

    def give_up(self) -> None:
        """Lets everyone who waits go on without a model."""
        self._done.set()

    def now(self) -> Model | None:
        """The model, or None where it failed or takes too long for an answer."""
        self._done.wait(max(0.0, self._until - time.monotonic()))
        return self._model

    def whenever(self) -> Model | None:
        """The model, however long it takes; None where it failed."""
        self._done.wait()
        return self._model

    def _load(self) -> None:
        try:
            self._model = self._open()
        except KbError as error:
            self._on_problem(f"{error} (until then {self._without})")
        finally:
            self._done.set()


def warmed(embedder: Embedder) -> Embedder:
    """The embedder, which has embedded something: the first text takes longer than those after it."""
    embedder.embed(["warm"])
    return embedder
