"""Takes embeddings over from an index that belongs to somebody else, without leaving a trace beside it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from ctxkb.catalog.write import writing

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.catalog.read import Catalog


def borrow_embeddings(file: Path, catalog: Catalog, model: str) -> int:
    """Copies all vectors of `model` from the catalog in `file`, if there is one, into `catalog`; how many.

    What cannot be read gives none: its texts are embedded again.
    """
    if not file.is_file():
        return 0
    # Reading leaves a -wal and a -shm file where there was none, unless SQLite is told that nobody writes.
    writer = file.with_name(f"{file.name}-wal").exists()
    address = f"{file.resolve().as_uri()}?mode=ro{'' if writer else '&immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as theirs:
            found = theirs.execute("SELECT model, hash, vector FROM embeddings WHERE model = ?", (model,)).fetchall()
    except sqlite3.Error:  # damaged, or of another version: it helps nobody here, and `kb doctor` tells of it
        return 0
    with writing(catalog) as ours:
        ours.executemany("INSERT OR IGNORE INTO embeddings (model, hash, vector) VALUES (?, ?, ?)", found)
    return len(found)
