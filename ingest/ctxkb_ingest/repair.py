"""Opens the catalog for writing, whatever state it was left in."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ctxkb.catalog.read import DATABASE, Catalog
from ctxkb.catalog.schema import SCHEMA_VERSION, TABLES, OutdatedError
from ctxkb.errors import StoreError
from ctxkb_ingest.folder import CHROMA, kb_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_KEPT = {
    "embeddings": ["id", "model", "hash", "vector"],
    "gaps": ["id", "question", "key", "paths", "note", "nearest", "asked", "first_at", "last_at"],
}
"""Tables whose content outlives a change of the schema, as long as they have these columns."""

_DAMAGED = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})


def open_for_writing(root: Path, on_problem: Callable[[str], None] | None = None) -> Catalog:
    """The catalog of `root`, ready for its owner: made, rebuilt from an older schema, or replaced where it is damaged.

    `on_problem` is told where something was rebuilt. Raises `StoreError` where the folder cannot be written.
    """
    folder = kb_folder(root)
    catalog = Catalog(folder, owned=True)
    try:
        _ = catalog.connection
        return _named(catalog)
    except OutdatedError:
        _renew(folder / DATABASE)
        message = f"the index {folder} is of another version of ctxkb: it is rebuilt, its embeddings are kept"
    except StoreError as error:
        if getattr(error.__cause__, "sqlite_errorcode", None) not in _DAMAGED:
            raise
        remove_catalog(folder)
        message = f"the index {folder} is damaged: it is built anew"
    if on_problem is not None:
        on_problem(message)
    return _named(catalog)


def _named(catalog: Catalog) -> Catalog:
    """A catalog that has an identity, by which a Chroma server tells it from others.

    One without is new: it counts its generations from the first, so that vectors made from the catalog before it
    would pass for its own.
    """
    if not catalog.meta("identity"):
        from secrets import randbits

        from ctxkb.catalog.write import set_meta, writing
        from ctxkb.vectors.marker import mark
        from ctxkb.vectors.snapshot import remove_snapshots

        remove_snapshots(catalog.folder)
        if (chroma := catalog.folder / CHROMA).exists():
            mark(chroma)
        with writing(catalog) as connection:
            set_meta(connection, {"identity": randbits(62)})
    return catalog


def remove_catalog(folder: Path) -> None:
    """Deletes the catalog's files. Raises `StoreError` where that is not allowed."""
    try:
        for suffix in ("", "-wal", "-shm"):
            (folder / f"{DATABASE}{suffix}").unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"cannot delete {folder / DATABASE}: {error.strerror}; delete it yourself") from error


def _renew(path: Path) -> None:
    """Gives a catalog this version's tables, in one transaction: it is killed before or after, never between."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("BEGIN IMMEDIATE")
        kept = [name for name, columns in _KEPT.items() if _columns(connection, name) == columns]
        for name in kept:
            connection.execute(f"ALTER TABLE {name} RENAME TO kept_{name}")
        for name in _tables(connection) - {f"kept_{name}" for name in kept}:
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        for statement in filter(str.strip, TABLES.split(";\n")):
            connection.execute(statement)
        for name in kept:
            connection.execute(f"INSERT INTO {name} SELECT * FROM kept_{name}")  # noqa: S608 - our own names
            connection.execute(f"DROP TABLE kept_{name}")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreError(f"cannot rebuild the index {path}: {error}; delete the file and run `kb index`") from error
    finally:
        connection.close()


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def _tables(connection: sqlite3.Connection) -> set[str]:
    """Tables that can be dropped by name; those which a full text table keeps for itself go with it."""
    virtual = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'")}
    names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    shadows = {name for name in names for table in virtual if name.startswith(f"{table}_")}
    return {name for name in names - shadows if not name.startswith("sqlite_")}
