"""Reading units: what was read before is kept until the catalog changes, since questions come back to it."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb.catalog import rows
from ctxkb.catalog.kept import Kept

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.catalog.rows import Row


class UnitReader(ABC):
    """The units of a catalog, with what is searched of them and the vectors of their passages."""

    def __init__(self) -> None:
        self._units: Kept[int, Row] = Kept()
        self._members: dict[tuple[str, ...], Kept[str, tuple[int, ...]]] = defaultdict(Kept)
        self._vectors: Kept[int, NDArray[np.float32]] = Kept()

    @property
    @abstractmethod
    def connection(self) -> sqlite3.Connection:
        """This thread's connection."""

    @property
    @abstractmethod
    def generation(self) -> int:
        """Rises with every committed change; what was read under another generation may be out of date."""

    def units(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Units by row number; a number that no longer exists is left out."""
        query = f"SELECT {rows.UNIT_COLUMNS} FROM units WHERE row IN (SELECT value FROM json_each(?))"  # noqa: S608 - constants

        def read(missing: set[int]) -> dict[int, Row]:
            return {row[0]: rows.unit(row) for row in self.connection.execute(query, (json.dumps([*missing]),))}

        return self._units.get(self.generation, numbers, read)

    def units_of(self, documents: Iterable[str], roles: Iterable[str] = ()) -> list[Row]:
        """All units of some documents, or those of some roles, by document and in the order of the file."""
        only = tuple(roles)
        query = (
            "SELECT document, row FROM units WHERE document IN (SELECT value FROM json_each(?)) "
            "AND (? = '[]' OR role IN (SELECT value FROM json_each(?))) ORDER BY document, ordinal"
        )

        def read(missing: set[str]) -> dict[str, tuple[int, ...]]:
            found: dict[str, list[int]] = {document: [] for document in missing}
            packed = json.dumps(only)
            for document, row in self.connection.execute(query, (json.dumps([*missing]), packed, packed)):
                found[document].append(row)
            return {document: tuple(numbers) for document, numbers in found.items()}

        members = self._members[only].get(self.generation, documents, read)
        known = self.units(number for numbers in members.values() for number in numbers)
        placed = ((known.get(number), document) for document in sorted(members) for number in members[document])
        # Between the two reads somebody may write: a number may be gone, or be that of another document's unit.
        return [row for row, document in placed if row is not None and row.unit.document == document]

    def first_units(self, documents: Iterable[str], least: int) -> list[Row]:
        """Of each document the first unit that has at least `least` tokens."""
        query = (
            f"SELECT {rows.UNIT_COLUMNS} FROM units "  # noqa: S608 - constants only
            "WHERE (document, ordinal) IN (SELECT document, min(ordinal) FROM units "
            "WHERE document IN (SELECT value FROM json_each(?)) AND tokens >= ? GROUP BY document)"
        )
        return [rows.unit(row) for row in self.connection.execute(query, (json.dumps(list(documents)), least))]

    def units_of_sections(self, sections: Iterable[tuple[str, str]]) -> list[Row]:
        """All units that were cut from some sections, each given by its document's id and its anchor."""
        query = (
            f"SELECT {rows.UNIT_COLUMNS} FROM units "  # noqa: S608 - constants only
            "WHERE (document, section) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?)) "
            "ORDER BY +document, ordinal"  # +: else SQLite reads all units of these documents, to save the sorting
        )
        packed = json.dumps(list(sections))
        return [rows.unit(row) for row in self.connection.execute(query, (packed,))]

    def unit(self, identity: str) -> Row | None:
        """The unit of that id."""
        query = f"SELECT {rows.UNIT_COLUMNS} FROM units WHERE id = ?"  # noqa: S608 - constants only
        found = self.connection.execute(query, (identity,)).fetchone()
        return rows.unit(found) if found else None

    def units_of_file(self, path: str) -> list[Row]:
        """All units of one file, in its order."""
        found = self.connection.execute("SELECT id FROM documents WHERE path = ?", (path,))
        return self.units_of([row[0] for row in found])

    def terms_of(self, numbers: Iterable[int]) -> dict[int, frozenset[str]]:
        """The search terms that stand in each unit, by row number, title and headings included."""
        query = "SELECT rowid, title, heading, body FROM words WHERE rowid IN (SELECT value FROM json_each(?))"
        found = self.connection.execute(query, (json.dumps(list(numbers)),))
        return {row[0]: frozenset(" ".join(row[1:]).split()) for row in found}

    def passages(self, numbers: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """The texts that stand for units when they are embedded, in their order, by row number."""
        query = "SELECT unit, text FROM passages WHERE unit IN (SELECT value FROM json_each(?)) ORDER BY rowid"
        found: dict[int, tuple[str, ...]] = {}
        for number, text in self.connection.execute(query, (json.dumps(list(numbers)),)):
            found[number] = (*found.get(number, ()), text)
        return found

    def units_of_embeddings(self, embeddings: Iterable[int]) -> list[tuple[int, int, int]]:
        """The live units behind embeddings: id, row number, and 1 where it is of a detail, else 0; ghosts have none."""
        packed = json.dumps(list(embeddings))
        query = (
            "SELECT e.id, p.unit, p.detail FROM embeddings e JOIN passages p ON p.hash = e.hash "
            "WHERE e.id IN (SELECT value FROM json_each(?))"
        )
        return self.connection.execute(query, (packed,)).fetchall()

    def vectors_of(self, model: str, numbers: Iterable[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of units as a whole, by row number, shape (passages, dimensions); those that have any."""
        import numpy as np

        query = (
            "SELECT p.unit, e.vector FROM passages p "
            "CROSS JOIN embeddings e ON e.hash = p.hash AND e.model = ? "  # CROSS: else SQLite reads all embeddings
            "WHERE NOT p.detail AND p.unit IN (SELECT value FROM json_each(?))"
        )

        def read(missing: set[int]) -> dict[int, NDArray[np.float32]]:
            found: dict[int, list[bytes]] = defaultdict(list)
            for row, vector in self.connection.execute(query, (model, json.dumps([*missing]))):
                found[row].append(vector)
            return {
                row: np.frombuffer(b"".join(vectors), np.float32).reshape(len(vectors), -1)
                for row, vectors in found.items()
            }

        return self._vectors.get((model, self.generation), numbers, read)
