from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.errors import StoreError
from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.snapshot import open_snapshot, remove_leftovers, snapshot_path, write_snapshot
from support.vectors import DIMENSIONS, rows_of, vector_of

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_written_is_what_is_opened(tmp_path: Path) -> None:
    """A snapshot gives back ids in ascending order with their vectors, and the generation."""
    write_snapshot(tmp_path, "m", *rows_of([5, 2, 9]), generation=7)
    found = open_snapshot(tmp_path, "m")
    assert found is not None
    assert found.ids.tolist() == [2, 5, 9]
    assert np.array_equal(found.matrix, rows_of([2, 5, 9])[1])
    assert found.generation == 7


def test_an_empty_snapshot_can_be_opened(tmp_path: Path) -> None:
    """A repository without a single unit has a snapshot of no rows."""
    write_snapshot(tmp_path, "m", *rows_of([]), generation=1)
    found = open_snapshot(tmp_path, "m")
    assert found is not None
    assert found.matrix.shape == (0, DIMENSIONS)
    assert ExactIndex(found).query(vector_of(1), 5) == []


def test_models_have_snapshots_of_their_own(tmp_path: Path) -> None:
    """Opening the snapshot of a model that has none gives nothing, whatever lies beside it."""
    write_snapshot(tmp_path, "m", *rows_of([1]), generation=1)
    assert open_snapshot(tmp_path, "other") is None
    assert open_snapshot(tmp_path / "nowhere", "m") is None


@pytest.mark.parametrize("spoil", [lambda data: data[:-4], lambda data: b"garbage" + data, lambda _: b""])
def test_a_file_that_is_not_whole_is_no_snapshot(tmp_path: Path, spoil: object) -> None:
    """A truncated, overwritten or empty file is passed over, so that the caller reads the catalog."""
    write_snapshot(tmp_path, "m", *rows_of([1, 2]), generation=1)
    path = snapshot_path(tmp_path, "m")
    path.write_bytes(spoil(path.read_bytes()))  # type: ignore[operator]  # one of the functions above
    assert open_snapshot(tmp_path, "m") is None


def test_an_open_snapshot_survives_its_replacement(tmp_path: Path) -> None:
    """Who has a snapshot open keeps reading the rows that it held."""
    write_snapshot(tmp_path, "m", *rows_of([1, 2]), generation=1)
    old = open_snapshot(tmp_path, "m")
    write_snapshot(tmp_path, "m", *rows_of([3]), generation=2)
    assert old is not None
    assert np.array_equal(old.matrix, rows_of([1, 2])[1])


def test_what_is_missing_and_stale_is_told(tmp_path: Path) -> None:
    """Against the catalog's live ids a snapshot tells what to add and what to take away."""
    write_snapshot(tmp_path, "m", *rows_of([1, 2, 3]), generation=1)
    found = open_snapshot(tmp_path, "m")
    assert found is not None
    live = np.array([2, 3, 4, 8])
    assert (found.missing(live).tolist(), found.stale(live).tolist()) == ([4, 8], [1])


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """Where the folder's place is taken by a file, the error names the file that cannot be written."""
    (tmp_path / "kb").write_text("")
    with pytest.raises(StoreError, match=r"cannot write the vectors to .*kb/vectors-"):
        write_snapshot(tmp_path / "kb", "m", *rows_of([1]), generation=1)


def test_leftovers_of_killed_writers_go_away(tmp_path: Path) -> None:
    """Temporary files are deleted, snapshots are not."""
    write_snapshot(tmp_path, "m", *rows_of([1]), generation=1)
    (tmp_path / "vectors-abc-xyz.tmp").write_text("")
    remove_leftovers(tmp_path)
    assert list(tmp_path.iterdir()) == [snapshot_path(tmp_path, "m")]


READER = """
import sys
from pathlib import Path
from support.vectors import vector_of
from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.snapshot import open_snapshot
for line in sys.stdin:
    found = ExactIndex(open_snapshot(Path(sys.argv[1]), "m")).query(vector_of(int(line)), 1)
    print(found[0][0], flush=True)
"""


def test_another_process_finds_what_was_written(tmp_path: Path) -> None:
    """A reader in a second process answers with a row as soon as the first one has written it."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", READER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        for last in (10, 200, 201):
            write_snapshot(tmp_path, "m", *rows_of(range(last)), generation=last)
            reader.stdin.write(f"{last - 1}\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == f"{last - 1}\n"
        reader.stdin.close()
