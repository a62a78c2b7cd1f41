from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.errors import StoreError
from ctxkb.vectors.chroma import needs_rebuild, open_chroma
from support.vectors import DIMENSIONS, nearest, rows_of, vector_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.vectors.chroma import ChromaIndex

WRITER = Path(__file__).parents[2] / "support" / "chroma_writer.py"


def opened(folder: Path, keys: Iterable[int] | None = None, *, model: str = "test", generation: int = 1) -> ChromaIndex:
    """Opens, and fails where a rebuild is wanted that the test did not allow for by naming `keys`."""

    def load() -> list[tuple[np.ndarray, np.ndarray]]:
        assert keys is not None, "rebuilt"
        return [rows_of(keys)]

    return open_chroma(folder, model, DIMENSIONS, load, generation)


def keys_found(index: ChromaIndex, key: int, limit: int) -> list[int]:
    return [found for found, _ in index.query(vector_of(key), limit)]


def test_it_answers_as_an_exact_scan_does(tmp_path: Path) -> None:
    """Keys come by falling cosine similarity."""
    index = opened(tmp_path, range(200))
    found = index.query(vector_of(999), 10)
    assert [key for key, _ in found] == nearest(range(200), vector_of(999), 10)
    assert np.allclose([score for _, score in found], [vector_of(key) @ vector_of(999) for key, _ in found], atol=1e-5)
    assert index.query(vector_of(999), 0) == []
    index.close()


def test_adding_an_id_again_replaces_its_vector(tmp_path: Path) -> None:
    """Chroma's own `add` would keep the old vector and say nothing."""
    index = opened(tmp_path, range(20))
    index.update([(3, vector_of(77)), (20, vector_of(20))], [5])
    assert (keys_found(index, 77, 1), keys_found(index, 20, 1)) == ([3], [20])
    assert sorted(keys_found(index, 0, 100)) == [key for key in range(21) if key != 5]
    index.close()


def test_more_rows_than_chroma_takes_at_once(tmp_path: Path) -> None:
    """Loading and updating are cut into batches below Chroma's limit (5,461 here)."""
    index = opened(tmp_path, range(6000))
    index.update([(key, vector_of(key)) for key in range(6000, 12000)], range(6000))
    found = keys_found(index, 10, 10)
    assert [keys_found(index, key, 1) for key in (6000, 11999)] == [[6000], [11999]]
    assert min(found) >= 6000
    # The graph is built by several threads and approximate: it may pass over one of the ten among thousands.
    assert len({*found} & {*nearest(range(6000, 12000), vector_of(10), 10)}) >= 8
    index.close()


def test_a_clean_close_keeps_everything(tmp_path: Path) -> None:
    """What was changed before a clean close is there afterwards, without a rebuild."""
    index = opened(tmp_path, range(20))
    index.update([(20, vector_of(20))], [5])
    index.mark_generation(4)
    assert needs_rebuild(tmp_path, "test", 4)
    index.close()
    index.close()
    assert not needs_rebuild(tmp_path, "test", 4)
    again = opened(tmp_path, generation=4)
    assert sorted(keys_found(again, 0, 100)) == [key for key in range(21) if key != 5]
    again.close()


def test_an_empty_collection_answers_with_nothing(tmp_path: Path) -> None:
    """A repository without units has an index all the same."""
    index = opened(tmp_path, [])
    assert index.query(vector_of(1), 5) == []
    index.close()


@pytest.mark.parametrize("wanted", [{"model": "other"}, {"generation": 2}])
def test_another_model_or_generation_rebuilds(tmp_path: Path, wanted: dict[str, str | int]) -> None:
    """A collection that holds something else than is asked for is filled anew."""
    opened(tmp_path, range(20)).close()
    index = opened(tmp_path, [42], **wanted)  # type: ignore[arg-type]  # one keyword or the other
    assert keys_found(index, 0, 10) == [42]
    index.close()


def test_another_version_of_chroma_rebuilds(tmp_path: Path) -> None:
    """A folder that another chromadb wrote is not opened."""
    opened(tmp_path, range(20)).close()
    note = tmp_path / "held.json"
    note.write_text(note.read_text().replace('"chroma": "', '"chroma": "0.'))
    assert needs_rebuild(tmp_path, "test", 1)


def test_a_marked_folder_is_never_opened(tmp_path: Path) -> None:
    """With the marker there, even a database of garbage is deleted and filled from the catalog."""
    opened(tmp_path, range(20)).close()
    (tmp_path / "dirty").write_text("")
    (tmp_path / "db" / "chroma.sqlite3").write_bytes(b"garbage" * 1000)
    index = opened(tmp_path, [1, 2])
    assert sorted(keys_found(index, 0, 10)) == [1, 2]
    index.close()


def test_a_load_that_fails_leaves_the_marker(tmp_path: Path) -> None:
    """When the catalog cannot be read to its end, the half collection is never taken for a whole one."""

    def load() -> Iterable[tuple[np.ndarray, np.ndarray]]:
        yield rows_of(range(10))
        raise StoreError("the disk is gone")

    with pytest.raises(StoreError, match="the disk is gone"):
        open_chroma(tmp_path, "test", DIMENSIONS, load, 1)
    assert needs_rebuild(tmp_path, "test", 1)


def test_vectors_of_another_length_are_refused(tmp_path: Path) -> None:
    """Rows that cannot be this model's are named, instead of an error from inside Chroma."""
    with pytest.raises(StoreError, match=r"shape \(2, 16\), not \(2, 8\)"):
        open_chroma(tmp_path, "test", 8, lambda: [rows_of([1, 2])], 1)


def test_a_closed_index_says_so(tmp_path: Path) -> None:
    """Asking after closing is a known error, not a crash inside Chroma."""
    index = opened(tmp_path, [1])
    index.close()
    with pytest.raises(StoreError, match="were closed"):
        index.query(vector_of(1), 1)


def test_a_read_only_disk_is_named(tmp_path: Path) -> None:
    """Where the folder's place is taken, the error says which folder cannot be written."""
    (tmp_path / "chroma").write_text("")
    with pytest.raises(StoreError, match=r"cannot write .*chroma"):
        opened(tmp_path / "chroma", [1])


def test_killed_writers_leave_no_ghost(tmp_path: Path) -> None:
    """After kill -9 under continuous batches the next open rebuilds, answers rightly, and no deleted id comes back."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    for round_ in range(4):
        command = [sys.executable, str(WRITER), str(tmp_path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "open\n"
            time.sleep(0.1 + 0.07 * round_)
            writer.kill()
        assert needs_rebuild(tmp_path, "test", 1)
        live = range(100 + round_, 300)
        index = opened(tmp_path, live)
        for key in (0, 150, 1000, 1049):
            assert keys_found(index, key, 20) == nearest(live, vector_of(key), 20)
        assert sorted(keys_found(index, 0, 5000)) == list(live)
        if round_ % 2:
            index.close()
            again = opened(tmp_path)
            assert keys_found(again, 5, 20) == nearest(live, vector_of(5), 20)
            again.close()
        else:
            index.close()
