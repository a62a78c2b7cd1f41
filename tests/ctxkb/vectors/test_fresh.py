from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import numpy as np
import pytest

from ctxkb.errors import StoreError
from ctxkb.vectors.chroma import open_chroma
from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.fresh import FreshIndex
from ctxkb.vectors.snapshot import Snapshot
from support.vectors import DIMENSIONS, nearest, rows_of, vector_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ctxkb.vectors.chroma import ChromaIndex


def chroma(folder: Path, keys: Iterable[int]) -> ChromaIndex:
    held = rows_of(keys)
    return open_chroma(folder, "m", DIMENSIONS, lambda: [held], 1)


def keys_found(index: FreshIndex, key: int, limit: int) -> list[int]:
    return [found for found, _ in index.query(vector_of(key), limit)]


def test_pending_changes_are_seen_at_once_over_a_chroma(tmp_path: Path) -> None:
    """Before and after catching up the answers are those of an exact sort of the live rows."""
    base = chroma(tmp_path, range(200))
    index = FreshIndex(base)
    index.update([(key, vector_of(key)) for key in range(200, 230)], range(100))
    right = nearest(range(100, 230), vector_of(999), 10)
    assert keys_found(index, 999, 10) == right
    assert index.pending == 130
    index.catch_up()
    assert index.pending == 0
    assert keys_found(index, 999, 10) == right
    assert [key for key, _ in base.query(vector_of(999), 10)] == right
    index.close()


def test_many_removed_neighbours_do_not_shorten_the_answer() -> None:
    """When all of the base's nearest were removed, the next ones are fetched."""
    index = FreshIndex(ExactIndex(Snapshot(*rows_of(range(300)), generation=1)))
    gone = nearest(range(300), vector_of(999), 250)
    index.update([], gone)
    assert keys_found(index, 999, 10) == nearest(set(range(300)) - set(gone), vector_of(999), 10)


def test_the_last_word_about_an_id_holds() -> None:
    """An id that is removed and added again is there, one that is added and removed is not."""
    index = FreshIndex(ExactIndex(Snapshot(*rows_of(range(3)), generation=1)))
    index.update([(7, vector_of(7))], [1])
    index.update([(1, vector_of(1))], [7])
    assert sorted(keys_found(index, 0, 10)) == [0, 1, 2]


def test_a_rebuilt_base_takes_over(tmp_path: Path) -> None:
    """Rows that came while Chroma was rebuilt are found before, during and after the change of base."""
    index = FreshIndex(ExactIndex(Snapshot(*rows_of(range(50)), generation=1)))
    index.update([(50, vector_of(50))], [0])
    rebuilt = chroma(tmp_path, range(51))
    assert keys_found(index, 50, 1) == [50]
    index.rebase(rebuilt)
    assert keys_found(index, 50, 1) == [50]
    index.catch_up()
    assert keys_found(index, 0, 60) == nearest(range(1, 51), vector_of(0), 60)
    index.close()


def test_similarities_of_base_and_pending_rows_agree(tmp_path: Path) -> None:
    """The score of one vector is the same from Chroma and from the scan beside it."""
    index = FreshIndex(chroma(tmp_path, [1, 2]))
    before = index.query(vector_of(9), 2)
    index.update([(1, vector_of(1))], [])
    after = index.query(vector_of(9), 2)
    assert [key for key, _ in before] == [key for key, _ in after]
    assert np.allclose([score for _, score in before], [score for _, score in after], atol=1e-5)
    index.close()


class _Failing(ExactIndex):
    """A base that fails from now on, as a Chroma whose files somebody deleted."""

    closed = False

    def query(self, *_: object) -> NoReturn:
        raise StoreError("its files are gone")

    update = query

    def close(self) -> None:
        self.closed = True


@pytest.mark.parametrize("first", ["query", "catch_up"])
def test_a_base_that_fails_is_replaced(first: str) -> None:
    """Whether it fails at a question or at a change: the spare answers in its place, rightly, and is told why once."""
    told: list[str] = []

    def spare(error: StoreError) -> ExactIndex:
        told.append(str(error))
        return ExactIndex(Snapshot(*rows_of(range(60)), generation=1))

    base = _Failing()
    index = FreshIndex(ExactIndex(Snapshot(*rows_of(range(50)), generation=1)))
    index.rebase(base, spare)
    index.update([(key, vector_of(key)) for key in range(50, 60)], [0])
    if first == "catch_up":
        index.catch_up()
    assert keys_found(index, 999, 60) == nearest(range(1, 60), vector_of(999), 60)
    index.catch_up()
    assert keys_found(index, 999, 60) == nearest(range(1, 60), vector_of(999), 60)
    assert (told, base.closed, index.pending) == (["its files are gone"], True, 0)


def test_without_a_spare_the_error_is_the_callers() -> None:
    """A Chroma server that fails is not left: it may be there again at the next question."""
    index = FreshIndex(_Failing())
    index.update([], [1])
    with pytest.raises(StoreError, match="its files are gone"):
        index.query(vector_of(1), 1)
    with pytest.raises(StoreError, match="its files are gone"):
        index.catch_up()
