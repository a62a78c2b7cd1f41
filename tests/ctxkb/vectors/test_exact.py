from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.snapshot import Snapshot
from support.vectors import nearest, rows_of, vector_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def snapshot(keys: Iterable[int]) -> Snapshot:
    return Snapshot(*rows_of(keys), generation=1)


def keys_found(index: ExactIndex, key: int, limit: int) -> list[int]:
    return [found for found, _ in index.query(vector_of(key), limit)]


@pytest.mark.parametrize("limit", [0, 1, 10, 400, 1000])
def test_the_nearest_are_those_of_a_full_sort(limit: int) -> None:
    """Snapshot, newer rows and removed ones together give exactly what sorting all live rows gives."""
    index = ExactIndex(snapshot(range(300)), *rows_of(range(300, 400)), removed=range(50))
    assert keys_found(index, 999, limit) == nearest(range(50, 400), vector_of(999), limit)
    assert len(index) == 350


def test_scores_are_cosines() -> None:
    """A vector is at similarity 1 from itself, and at -1 from its opposite."""
    index = ExactIndex(None, np.array([1, 2]), np.stack([vector_of(1), -vector_of(1)]))
    assert [(key, round(score, 5)) for key, score in index.query(vector_of(1), 5)] == [(1, 1.0), (2, -1.0)]


def test_an_empty_index_finds_nothing() -> None:
    """Without rows every query is answered by an empty list."""
    assert ExactIndex().query(vector_of(1), 5) == []


def test_equal_scores_come_by_id() -> None:
    """Two rows with the same vector always come in the same order."""
    index = ExactIndex(None, np.array([9, 4]), np.stack([vector_of(1), vector_of(1)]))
    assert [key for key, _ in index.query(vector_of(1), 2)] == [4, 9]


def test_an_update_is_found_at_once() -> None:
    """Added rows are found, removed ones are not, and an id that is added again has its new vector only."""
    index = ExactIndex(snapshot(range(20)))
    index.update([(20, vector_of(20)), (3, vector_of(77))], [5])
    assert keys_found(index, 20, 1) == [20]
    assert keys_found(index, 77, 1) == [3]
    index.update([(3, vector_of(78)), (5, vector_of(5))], [20])
    assert sorted(keys_found(index, 0, 100)) == list(range(20))
    assert (keys_found(index, 78, 1), keys_found(index, 5, 1)) == ([3], [5])


def test_a_newer_row_replaces_the_snapshot_s() -> None:
    """An id that stands in the snapshot and beside it is found once, by the newer vector."""
    index = ExactIndex(snapshot([1, 2]), np.array([2]), vector_of(50).reshape(1, -1))
    assert keys_found(index, 50, 5) == [2, 1]
    assert len(index) == 2


def test_a_closed_index_finds_nothing() -> None:
    """After closing, the snapshot's file is let go."""
    index = ExactIndex(snapshot([1]))
    index.close()
    assert index.query(vector_of(1), 1) == []
