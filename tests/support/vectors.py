"""Vectors for tests: seeded, of length 1, each telling its id."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

DIMENSIONS = 16


def vector_of(key: int) -> NDArray[np.float32]:
    """The vector that belongs to an id, in every process."""
    drawn = np.random.default_rng(key).standard_normal(DIMENSIONS)
    return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


def rows_of(keys: Iterable[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Ids and their vectors: shapes (n,) and (n, DIMENSIONS)."""
    ids = np.fromiter(keys, np.int64)
    if not len(ids):
        return ids, np.zeros((0, DIMENSIONS), np.float32)
    return ids, np.stack([vector_of(int(key)) for key in ids])


def nearest(keys: Iterable[int], vector: NDArray[np.float32], limit: int) -> list[int]:
    """The right answer: the ids by falling similarity."""
    ids, matrix = rows_of(keys)
    return [int(ids[at]) for at in np.argsort(-(matrix @ vector))[:limit]]
