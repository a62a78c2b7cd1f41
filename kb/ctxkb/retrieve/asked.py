"""A question's meaning: embedded and compared on a thread of its own while others search for its words."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.embed.interface import Embedder
    from ctxkb.vectors.interface import VectorIndex


@dataclass(frozen=True, slots=True)
class Nearest:
    """A question's embedding, of unit length, and by id the cosines of the embeddings nearest to it."""

    vector: NDArray[np.float32]
    near: Mapping[int, float]


class Asked:
    """Looks for the `limit` embeddings nearest to a question; model and vectors do not hold Python's lock meanwhile."""

    def __init__(self, text: str, embedder: Embedder, vectors: VectorIndex, limit: int) -> None:
        self.model = embedder.name
        self._found: Nearest | BaseException | None = None
        self._thread = threading.Thread(
            target=self._look, args=(text, embedder, vectors, limit), name="kb-asked", daemon=True
        )
        self._thread.start()

    def nearest(self) -> Nearest:
        """Waits for what is found. Raises what embedding and comparing raised."""
        self._thread.join()
        if isinstance(self._found, BaseException):
            raise self._found
        assert self._found is not None  # noqa: S101 - the thread has ended with one of both
        return self._found

    def _look(self, text: str, embedder: Embedder, vectors: VectorIndex, limit: int) -> None:
        try:
            vector = embedder.embed([text])[0]
            self._found = Nearest(vector, dict(vectors.query(vector, limit)))
        except BaseException as error:  # noqa: BLE001 - raised in the thread that asks for it
            self._found = error
