"""Changing the catalog: only the owner does, and each file changes in one step."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from ctxkb.catalog import rows
from ctxkb.errors import StoreError
from ctxkb.text.words import terms
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import FileState
    from ctxkb.types import Document, Unit


def text_hash(text: str) -> bytes:
    """What identifies a text to be embedded: 16 bytes of its SHA-256."""
    return hashlib.sha256(text.encode()).digest()[:16]


@contextmanager
def writing(catalog: Catalog) -> Iterator[sqlite3.Connection]:
    """One transaction: either all of it is seen by readers, or nothing. The generation rises with it.

    Raises `StoreError` where the disk is full or the file cannot be written; what was there before stays.
    """
    connection = catalog.connection
    try:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    except sqlite3.Error as error:
        raise _unwritable(catalog, error) from error


def _unwritable(catalog: Catalog, error: sqlite3.Error) -> StoreError:
    return StoreError(
        f"cannot write the index {catalog.path}: {error}; free disk space or check permissions, then run `kb index`"
    )


def forget_dropped(catalog: Catalog) -> None:
    """Writes the database anew, so that no free page of it holds what was dropped: it may have been a secret.

    Takes as long as copying it. Raises `StoreError` where there is no room for the copy.
    """
    try:
        catalog.connection.execute("INSERT INTO words (words) VALUES ('optimize')")
        catalog.connection.execute("VACUUM")
        catalog.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        raise _unwritable(catalog, error) from error


def put_file(
    connection: sqlite3.Connection, state: FileState, documents: Iterable[Document], units: Iterable[Unit]
) -> None:
    """Replaces everything that came of one file; call it inside `writing`."""
    drop_file(connection, state.path)
    connection.execute("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows.file_row(state))
    called = {}
    for document in documents:
        connection.execute("INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?)", rows.document_row(document))
        called[document.id] = _numbered(document)
    for ordinal, unit in enumerate(units):
        _put_unit(connection, unit, ordinal, called.get(unit.document, ""))


def _numbered(document: Document) -> str:
    """The terms for a decision's number, by which people name it whether or not its file does: adr12, rfc12.

    One of a series beside the ADRs has that series' name only.
    """
    number = document.number if document.kind is Kind.DECISION else ""
    named = (document.series,) if document.series else ("adr", "rfc")
    return " ".join(f"{word}{number}" for word in named) if number.isdecimal() else ""


def _put_unit(connection: sqlite3.Connection, unit: Unit, ordinal: int, called: str) -> None:
    cursor = connection.execute(
        f"INSERT INTO units ({rows.UNIT_COLUMNS}) VALUES (NULL{', ?' * 17})",  # noqa: S608 - constants only
        rows.unit_row(unit, ordinal),
    )
    if unit.role == "rule":
        return  # it is given for the paths that it governs, whatever the words of a question
    number = cursor.lastrowid
    above = " ".join((*unit.breadcrumb, unit.heading, unit.anchor if unit.syntax != "markdown" else ""))
    fields = (" ".join(terms(field)) for field in (f"{unit.title} {unit.path}", above, unit.text))
    title, heading, body = fields
    values = (number, f"{title} {called}", heading, body)
    connection.execute("INSERT INTO words (rowid, title, heading, body) VALUES (?, ?, ?, ?)", values)
    texts = dict.fromkeys(unit.details, 1) | dict.fromkeys(unit.embed, 0)
    passages = [(number, text_hash(text), text, detail) for text, detail in texts.items()]
    connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?)", passages)


def touch_file(connection: sqlite3.Connection, state: FileState) -> None:
    """Remembers new times of a file whose content is the same."""
    connection.execute("REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows.file_row(state))


def drop_file(connection: sqlite3.Connection, path: str) -> None:
    """Forgets a file and all that came of it; embeddings stay, for the day when the text comes back."""
    owned = "SELECT row FROM units WHERE document IN (SELECT id FROM documents WHERE path = ?)"
    connection.execute(f"DELETE FROM words WHERE rowid IN ({owned})", (path,))  # noqa: S608 - constants only
    connection.execute(f"DELETE FROM passages WHERE unit IN ({owned})", (path,))  # noqa: S608 - constants only
    connection.execute("DELETE FROM subjects WHERE document IN (SELECT id FROM documents WHERE path = ?)", (path,))
    connection.execute("DELETE FROM units WHERE document IN (SELECT id FROM documents WHERE path = ?)", (path,))
    connection.execute("DELETE FROM documents WHERE path = ?", (path,))
    connection.execute("DELETE FROM files WHERE path = ?", (path,))


def put_embeddings(
    connection: sqlite3.Connection, model: str, hashes: Sequence[bytes], vectors: NDArray[np.float32]
) -> None:
    """Stores one vector a text; a text that has one already keeps it."""
    packed = ((model, key, vector.tobytes()) for key, vector in zip(hashes, vectors, strict=True))
    connection.executemany("INSERT OR IGNORE INTO embeddings (model, hash, vector) VALUES (?, ?, ?)", packed)


def put_subjects(connection: sqlite3.Connection, model: str) -> None:
    """Stores what each document is about, the mean of its units' vectors, where it is not known yet."""
    wanted = (
        "SELECT u.document, e.vector FROM units u JOIN passages p ON p.unit = u.row AND NOT p.detail "
        "JOIN embeddings e ON e.hash = p.hash AND e.model = ? "
        "WHERE u.document NOT IN (SELECT document FROM subjects WHERE model = ?) ORDER BY u.document"
    )
    found = connection.execute(wanted, (model, model))
    means = [(document, model, _mean(packed)) for document, packed in groupby(found, key=itemgetter(0))]
    connection.executemany("INSERT INTO subjects VALUES (?, ?, ?)", means)


def _mean(packed: Iterable[tuple[str, bytes]]) -> bytes:
    import numpy as np

    total = np.mean([np.frombuffer(vector, np.float32) for _, vector in packed], axis=0, dtype=np.float32)
    return bytes(total.tobytes())


def set_meta(connection: sqlite3.Connection, values: Mapping[str, int]) -> None:
    """Sets counters or flags."""
    connection.executemany("REPLACE INTO meta VALUES (?, ?)", values.items())


def raise_vectors(connection: sqlite3.Connection) -> None:
    """Says that the set of live embeddings changed, so that what was derived from it is out of date."""
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'vectors'")
