"""All vectors of one model as one memory-mapped file, which any process may read while another writes the next one.

The file is a line of JSON padded with spaces to `HEADER` bytes, then the ids as int64 in ascending order, then the
matrix as float32, row by row, both little-endian.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from numpy.typing import NDArray

HEADER = 512
VERSION = 1


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Vectors as they were at one generation of the catalog. `ids` ascends, shape (n,); `matrix` is (n, dimensions)."""

    ids: NDArray[np.int64]
    matrix: NDArray[np.float32]
    generation: int

    def missing(self, live: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ids among `live` that are not in here: what the caller must add."""
        return np.setdiff1d(live, self.ids, assume_unique=True)

    def stale(self, live: NDArray[np.int64]) -> NDArray[np.int64]:
        """The ids in here that are not among `live`: what the caller must take away."""
        return np.setdiff1d(self.ids, live, assume_unique=True)


def snapshot_path(folder: Path, model: str) -> Path:
    """Where the vectors of `model` lie in `folder`."""
    return folder / f"vectors-{hashlib.sha256(model.encode()).hexdigest()[:12]}.bin"


def write_snapshot(
    folder: Path, model: str, ids: NDArray[np.int64], matrix: NDArray[np.float32], generation: int
) -> None:
    """Replaces the snapshot of `model` in one step; who has the old one open keeps reading the old one.

    `ids` has shape (n,) and no id twice, `matrix` (n, dimensions). Raises `StoreError` where it cannot be written.
    """
    target = snapshot_path(folder, model)
    order = np.argsort(ids)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f"{target.stem}-", suffix=".tmp", dir=folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(_header(model, generation, matrix))
                file.write(np.ascontiguousarray(ids[order], "<i8").tobytes())
                file.write(np.ascontiguousarray(matrix[order], "<f4").data)
            Path(name).replace(target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(
            f"cannot write the vectors to {target}: {error}; free some space, or make the folder writable"
        ) from error


def open_snapshot(folder: Path, model: str) -> Snapshot | None:
    """The snapshot of `model`, mapped into memory; None where there is none, or none that is whole."""
    path = snapshot_path(folder, model)
    try:
        with path.open("rb") as file:
            head = _read_header(file.read(HEADER))
            if head is None or head["model"] != model:
                return None
            rows, dimensions = head["rows"], head["dimensions"]
            if os.fstat(file.fileno()).st_size != HEADER + rows * (8 + 4 * dimensions):
                return None
            if rows == 0:
                return Snapshot(np.zeros(0, np.int64), np.zeros((0, dimensions), np.float32), head["generation"])
            ids = np.memmap(file, "<i8", "r", HEADER, (rows,))
            matrix = np.memmap(file, "<f4", "r", HEADER + 8 * rows, (rows, dimensions))
            return Snapshot(ids.view(np.ndarray), matrix.view(np.ndarray), head["generation"])
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"cannot read the vectors in {path}: {error}; delete the file and run `kb index`") from error


def remove_snapshots(folder: Path) -> None:
    """Deletes the vectors of all models. Raises `StoreError` where that is not allowed."""
    try:
        for path in folder.glob("vectors-*.bin"):
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot delete the vectors in {folder}: {error}; make the folder writable") from error


def remove_leftovers(folder: Path) -> None:
    """Deletes the temporary files of writers that were killed. Only the process that writes snapshots may call it."""
    for path in folder.glob("vectors-*.tmp"):
        path.unlink(missing_ok=True)


def _header(model: str, generation: int, matrix: NDArray[np.float32]) -> bytes:
    rows, dimensions = matrix.shape
    head = {"version": VERSION, "model": model, "generation": generation, "rows": rows, "dimensions": dimensions}
    line = json.dumps(head).encode()
    if len(line) >= HEADER:
        raise StoreError(f"the name of the embedding model is too long: {model}")
    return line.ljust(HEADER - 1) + b"\n"


def _read_header(line: bytes) -> dict[str, Any] | None:
    try:
        head = json.loads(line)
    except ValueError:
        return None
    return head if isinstance(head, dict) and head.get("version") == VERSION else None
