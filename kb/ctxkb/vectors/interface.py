"""What a vector index is: keys and vectors only. The catalog is the truth and checks every answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class VectorIndex(Protocol):
    """Nearest neighbours among embeddings, each named by its row id in the catalog's `embeddings` table."""

    def query(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (embedding id, cosine similarity) pairs, the nearest first."""
        ...

    def update(self, add: Sequence[tuple[int, NDArray[np.float32]]], remove: Sequence[int]) -> None:
        """Adds and removes vectors; adding an id that exists replaces its vector."""
        ...

    def close(self) -> None:
        """Releases what the index holds; a clean close is what lets it be opened again without a rebuild."""
        ...
