"""What embedded Chroma and a Chroma server have in common: a collection of ids and vectors, by cosine."""

from __future__ import annotations

from contextlib import contextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

COLLECTION = "embeddings"
SPACE: Mapping[str, Any] = MappingProxyType({"hnsw": {"space": "cosine", "ef_search": 200}})
"""Cosine distance; of the 50 nearest among 20,000, 100 candidates a query find 0.970 and 200 find 0.992."""


def query_rows(collection: Any, vector: NDArray[np.float32], limit: int, place: str) -> list[tuple[int, float]]:  # noqa: ANN401 - chromadb's classes are met here only
    """At most `limit` (id, cosine similarity) pairs, the nearest first."""
    if limit < 1:
        return []
    with chroma_errors(place):
        found = collection.query(query_embeddings=vector.reshape(1, -1), n_results=limit, include=["distances"])
    return [(int(key), 1.0 - distance) for key, distance in zip(found["ids"][0], found["distances"][0], strict=True)]


def change_rows(
    collection: Any,  # noqa: ANN401 - see above
    add: Sequence[tuple[int, NDArray[np.float32]]],
    remove: Sequence[int],
    batch: int,
    place: str,
) -> None:
    """Deletes what is removed and what is replaced, then adds: an id that exists would keep its old vector."""
    added = dict(add)
    gone = [str(key) for key in {*remove, *added}]
    with chroma_errors(place):
        for start in range(0, len(gone), batch):
            collection.delete(ids=gone[start : start + batch])
    if added:
        add_rows(collection, np.fromiter(added, np.int64), np.stack(list(added.values())), batch, place)


def add_rows(
    collection: Any,  # noqa: ANN401 - see above
    ids: NDArray[np.int64],
    matrix: NDArray[np.float32],
    batch: int,
    place: str,
) -> None:
    """Adds rows whose ids are not there yet, in parts that Chroma takes."""
    with chroma_errors(place):
        for start in range(0, len(ids), batch):
            part = slice(start, start + batch)
            collection.add(ids=[str(key) for key in ids[part]], embeddings=matrix[part])


@contextmanager
def chroma_errors(place: str) -> Iterator[None]:
    """Turns what Chroma raises into a `StoreError` that names `place`."""
    from chromadb.errors import ChromaError

    try:
        yield
    except ChromaError as error:
        raise StoreError(f"Chroma failed in {place}: {error}") from error
