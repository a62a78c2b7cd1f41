"""A catalog as somebody sees it who may not see everything: whatever is read, what lies outside is not there.

The tables are covered by temporary views of the same names, so that no query has to remember who asks.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.catalog.connections import Connections
from ctxkb.catalog.counts import Counts
from ctxkb.catalog.read import FIELD_WEIGHTS, Catalog
from ctxkb.catalog.receipts import Receipts
from ctxkb.text.globs import compile_globs
from ctxkb.types import Kind

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.catalog.receipts import Receipt

CACHE_KB = 256
"""Memory that each connection of a view may keep: there may be one for each thread and each sight."""

_VIEWS = """
CREATE TEMP VIEW files AS SELECT * FROM main.files WHERE seen(kind, path);
CREATE TEMP VIEW documents AS SELECT * FROM main.documents WHERE seen(kind, path);
CREATE TEMP VIEW units AS SELECT * FROM main.units WHERE seen(kind, path);
CREATE TEMP VIEW passages AS SELECT p.rowid AS rowid, p.* FROM main.passages p
    WHERE EXISTS (SELECT 1 FROM main.units u WHERE u.row = p.unit AND seen(u.kind, u.path));
CREATE TEMP VIEW subjects AS SELECT * FROM main.subjects s
    WHERE EXISTS (SELECT 1 FROM main.documents d WHERE d.id = s.document AND seen(d.kind, d.path));
CREATE TEMP VIEW vocabulary AS SELECT NULL AS term, 0 AS doc, 0 AS cnt WHERE 0;
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody may see: documents of some kinds, in files that some globs match; no globs match every file."""

    kinds: frozenset[Kind] = frozenset(Kind)
    paths: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        """Whether nothing lies outside."""
        return not self.paths and self.kinds == frozenset(Kind)

    @property
    def mark(self) -> str:
        """Ten hex digits that tell this sight from others."""
        return hashlib.sha256(json.dumps([sorted(self.kinds), self.paths]).encode()).hexdigest()[:10]

    def sees(self, kind: str, path: str) -> bool:
        """Whether a document of a kind, in a file, is within it."""
        return kind in self.kinds and (not self.paths or compile_globs(self.paths).matches(path))


class CatalogView(Catalog):
    """What of the catalog in `folder` lies within a sight: documents, units, vectors, counts and receipts."""

    whole = False

    def __init__(self, folder: Path, sight: Sight) -> None:
        super().__init__(folder)
        self.sight = sight
        self.receipts = _OwnReceipts(folder, sight.mark)
        self._connections = Connections(self.path, prepare=self._cover)
        self._counts = _SeenCounts()

    def state(self) -> str:
        """As for the whole catalog, of what is seen; with a mark, since what was given to others is told to nobody."""
        return f"{super().state()}-{self.sight.mark}"

    def search_words(self, wanted: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (row number, BM25 score) pairs for any of the terms, the best first; scores are positive."""
        if not wanted:
            return []
        query = (
            "SELECT units.row, -bm25(words, ?, ?, ?) FROM words JOIN units ON units.row = words.rowid "
            "WHERE words MATCH ? ORDER BY 2 DESC LIMIT ?"
        )
        match = " OR ".join(f'"{term}"' for term in wanted)
        return self.connection.execute(query, (*FIELD_WEIGHTS, match, limit)).fetchall()

    def _cover(self, connection: sqlite3.Connection) -> None:
        connection.create_function("seen", 2, self.sight.sees, deterministic=True)
        connection.execute(f"PRAGMA cache_size = -{CACHE_KB}")
        for statement in filter(str.strip, _VIEWS.split(";\n")):
            connection.execute(statement)


class _SeenCounts(Counts):
    """Counts terms in what is seen, unit by unit: the vocabulary counts everything."""

    def count(self, connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
        query = "SELECT count(*) FROM words JOIN units ON units.row = words.rowid WHERE words MATCH ?"
        return {term: int(connection.execute(query, (f'"{term}"',)).fetchone()[0]) for term in terms}


class _OwnReceipts(Receipts):
    """Receipts of answers that were given under the same sight; others name what may lie outside."""

    def __init__(self, folder: Path, mark: str) -> None:
        super().__init__(folder)
        self._mark = mark

    def recall(self, name: str) -> Receipt | None:
        found = super().recall(name)
        return found if found and found.state.endswith(f"-{self._mark}") else None
