"""A question's meaning: embedded and compared on a thread of its own while others search for its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.aside import Aside

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

        def look() -> Nearest:
            vector = embedder.embed([text])[0]
            return Nearest(vector, dict(vectors.query(vector, limit)))

        self._looking = Aside(look, "kb-asked")

    def nearest(self) -> Nearest:
        """Waits for what is found. Raises what embedding and comparing raised."""
        return self._looking.result()
