"""Reading the catalog: any process, any number of threads, never half a file."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from ctxkb.catalog import rows
from ctxkb.catalog.connections import Connections
from ctxkb.catalog.counts import Counts
from ctxkb.catalog.receipts import Receipts
from ctxkb.catalog.units import UnitReader

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.catalog.rows import FileState
    from ctxkb.types import Document, Problem

DATABASE = "catalog.sqlite"

HOST_PARAMETERS = 500
"""Values in one statement: below SQLite's oldest limit of 999."""

FIELD_WEIGHTS = (3.0, 2.0, 1.0)
"""BM25 weights of a unit's title, heading with breadcrumb, and body."""


class Catalog(UnitReader):
    """What is known of a repository. Each thread gets a connection of its own; a read sees one committed state.

    Where the folder is read-only or the disk is full, what is there is read all the same, unless this is `owned`.
    """

    whole = True
    """False where it shows a part of what there is."""

    def __init__(self, folder: Path, *, owned: bool = False) -> None:
        super().__init__()
        self.folder = folder
        self.path = folder / DATABASE
        self.receipts = Receipts(folder)
        self._connections = Connections(self.path, owned=owned)
        self._counts = Counts()

    @property
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""
        return self._connections.mine()

    def close(self) -> None:
        """Closes the connections of all threads."""
        self.receipts.close()
        self._connections.close()

    def meta(self, key: str) -> int:
        """A counter or flag: "generation" rises with every change, "vectors" when the live embeddings change."""
        row = self.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else 0

    @property
    def generation(self) -> int:
        """Rises with every committed change; what was read under another generation may be out of date."""
        return self.meta("generation")

    def state(self) -> str:
        """Ten hex digits that name the content of all documents: the same in another clone with the same files."""
        found = self.connection.execute("SELECT path, sha256 FROM files WHERE kind != '' ORDER BY path")
        listed = "".join(f"{sha256} {path}\n" for path, sha256 in found)
        return hashlib.sha256(listed.encode()).hexdigest()[:10]

    def files(self) -> dict[str, FileState]:
        """All files that were looked at, by path, whether they are documents or not."""
        found = self.connection.execute("SELECT * FROM files")
        return {row[0]: rows.file_state(row) for row in found}

    def file(self, path: str) -> FileState | None:
        """What is known of one file."""
        row = self.connection.execute("SELECT * FROM files WHERE path = ?", (path,)).fetchone()
        return rows.file_state(row) if row else None

    def problems(self) -> list[Problem]:
        """What could not be read, by path and line."""
        found = self.connection.execute("SELECT * FROM files WHERE problems != '[]' ORDER BY path")
        return [problem for row in found for problem in rows.file_state(row).problems]

    def documents(self, kind: str | None = None) -> list[Document]:
        """Documents without their sections, by path; of one kind, or all."""
        where, values = ("WHERE kind = ?", (kind,)) if kind else ("", ())
        query = f"SELECT id, path, kind, title, status, data FROM documents {where} ORDER BY id"  # noqa: S608 - no input in it
        return [rows.document(row) for row in self.connection.execute(query, values)]

    def document_paths(self) -> set[str]:
        """The files that hold documents."""
        return {row[0] for row in self.connection.execute("SELECT DISTINCT path FROM documents")}

    def counts(self) -> dict[str, int]:
        """How many documents there are of each kind."""
        return dict(self.connection.execute("SELECT kind, count(*) FROM documents GROUP BY kind ORDER BY kind"))

    def unit_count(self) -> int:
        """How many units there are."""
        return self._counts.units(self.connection, self.generation)

    def totals(self) -> tuple[int, int, int]:
        """How many files hold documents, how many units there are, and how many distinct texts stand for them."""
        query = (
            "SELECT (SELECT count(DISTINCT path) FROM documents), (SELECT count(*) FROM units), "
            "(SELECT count(DISTINCT hash) FROM passages)"
        )
        files, units, texts = self.connection.execute(query).fetchone()
        return files, units, texts

    def subjects(self, model: str) -> tuple[list[str], NDArray[np.float32]]:
        """What each document is about: ids, and the means of their units' vectors, shape (n, dimensions)."""
        import numpy as np

        query = "SELECT document, vector FROM subjects WHERE model = ? ORDER BY document"
        found = self.connection.execute(query, (model,)).fetchall()
        if not found:
            return [], np.zeros((0, 0), np.float32)
        joined = b"".join(row[1] for row in found)
        return [row[0] for row in found], np.frombuffer(joined, np.float32).reshape(len(found), -1)

    def search_words(self, wanted: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (row number, BM25 score) pairs for any of the terms, the best first; scores are positive."""
        if not wanted:
            return []
        match = " OR ".join(f'"{term}"' for term in wanted)
        title, heading, body = FIELD_WEIGHTS
        query = "SELECT rowid, -bm25(words, ?, ?, ?) FROM words WHERE words MATCH ? ORDER BY 2 DESC LIMIT ?"
        return self.connection.execute(query, (title, heading, body, match, limit)).fetchall()

    def frequencies(self, wanted: Iterable[str]) -> dict[str, int]:
        """In how many units each term stands; a term that stands nowhere is left out."""
        return self._counts.frequencies(self.connection, self.generation, frozenset(wanted))

    def live_embeddings(self, model: str, after: int = 0) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids, shape (n,), and vectors, (n, dimensions), of a model's embeddings that some unit uses, id > after."""
        query = (
            "SELECT e.id, e.vector FROM embeddings e WHERE e.model = ? AND e.id > ? "
            "AND EXISTS (SELECT 1 FROM passages p WHERE p.hash = e.hash) ORDER BY e.id"
        )
        import numpy as np

        found = self.connection.execute(query, (model, after)).fetchall()
        ids = np.fromiter((row[0] for row in found), np.int64, len(found))
        if not found:
            return ids, np.zeros((0, 0), np.float32)
        return ids, np.frombuffer(b"".join(row[1] for row in found), np.float32).reshape(len(found), -1)

    def embeddings(self, ids: Iterable[int]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of `ids` that exist, in ascending order, shape (n,), and their vectors, (n, dimensions)."""
        import numpy as np

        query = "SELECT id, vector FROM embeddings WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id"
        found = self.connection.execute(query, (json.dumps([int(key) for key in ids]),)).fetchall()
        known = np.fromiter((row[0] for row in found), np.int64, len(found))
        if not found:
            return known, np.zeros((0, 0), np.float32)
        return known, np.frombuffer(b"".join(row[1] for row in found), np.float32).reshape(len(found), -1)

    def live_ids(self, model: str) -> NDArray[np.int64]:
        """The ids alone, without reading the vectors."""
        query = (
            "SELECT e.id FROM embeddings e WHERE e.model = ? "
            "AND EXISTS (SELECT 1 FROM passages p WHERE p.hash = e.hash) ORDER BY e.id"
        )
        import numpy as np

        found = self.connection.execute(query, (model,)).fetchall()
        return np.fromiter((row[0] for row in found), np.int64, len(found))

    def unembedded(self, model: str, paths: Iterable[str] | None = None) -> Mapping[bytes, str]:
        """Texts by hash that units, of all files or of some, want embedded and that have no vector of this model."""
        query = (
            "SELECT DISTINCT hash, text FROM passages p "
            "WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model = ? AND e.hash = p.hash)"
        )
        if paths is None:
            return dict(self.connection.execute(query, (model,)))
        query += (
            " AND unit IN (SELECT row FROM units WHERE document IN "
            "(SELECT id FROM documents WHERE path IN (SELECT value FROM json_each(?))))"
        )
        return dict(self.connection.execute(query, (model, json.dumps(list(paths)))))

    def unembedded_files(self, model: str) -> list[tuple[str, int]]:
        """Files with texts that have no vector of this model yet, and how many units each has, by path."""
        query = (
            "SELECT u.path, count(DISTINCT u.row) FROM passages p JOIN units u ON u.row = p.unit "
            "WHERE NOT EXISTS (SELECT 1 FROM embeddings e WHERE e.model = ? AND e.hash = p.hash) "
            "GROUP BY u.path ORDER BY u.path"
        )
        return self.connection.execute(query, (model,)).fetchall()

    def vectors(self, model: str, hashes: Iterable[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors of a model for texts, by hash; a text that has none is left out."""
        import numpy as np

        keys = list(hashes)
        found: dict[bytes, NDArray[np.float32]] = {}
        for start in range(0, len(keys), HOST_PARAMETERS):
            part = keys[start : start + HOST_PARAMETERS]
            marks = ", ".join("?" * len(part))
            query = f"SELECT hash, vector FROM embeddings WHERE model = ? AND hash IN ({marks})"  # noqa: S608 - marks only
            rows_found = self.connection.execute(query, (model, *part))
            found.update((key, np.frombuffer(vector, np.float32)) for key, vector in rows_found)
        return found
