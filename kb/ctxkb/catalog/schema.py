"""The tables of the catalog, and how a connection to it is opened."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

SCHEMA_VERSION = 6
"""Raised whenever tables, terms or units change their meaning; a catalog of another version is built anew."""

BUSY_SECONDS = 10

TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, inode INTEGER NOT NULL,
    sha256 TEXT NOT NULL, kind TEXT NOT NULL, format TEXT NOT NULL, problems TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE documents (
    id TEXT PRIMARY KEY, path TEXT NOT NULL, kind TEXT NOT NULL, title TEXT NOT NULL, status TEXT NOT NULL,
    data TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX documents_path ON documents(path);
CREATE TABLE units (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document TEXT NOT NULL, ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL, path TEXT NOT NULL, title TEXT NOT NULL, heading TEXT NOT NULL, breadcrumb TEXT NOT NULL,
    anchor TEXT NOT NULL, section TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, text TEXT NOT NULL,
    syntax TEXT NOT NULL,
    role TEXT NOT NULL, tokens INTEGER NOT NULL, refs TEXT NOT NULL
);
CREATE INDEX units_document ON units(document, ordinal);
CREATE INDEX units_section ON units(document, section);
CREATE TABLE passages (
    unit INTEGER NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL, detail INTEGER NOT NULL, PRIMARY KEY (unit, hash)
);
CREATE INDEX passages_hash ON passages(hash);
CREATE TABLE embeddings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL,
    UNIQUE (model, hash)
);
CREATE TABLE subjects (
    document TEXT NOT NULL, model TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (document, model)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(title, heading, body, tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab(words, row);
INSERT INTO meta VALUES ('generation', 0), ('vectors', 0), ('complete', 0);
"""


UNWRITABLE = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM}
)
"""What SQLite says of a read-only folder and of a full disk, where it can make no log beside the file."""


def connect(path: Path) -> sqlite3.Connection:
    """A connection to the catalog at `path`, its tables made if they are not there.

    Raises `StoreError` where the file cannot be opened or is damaged. A catalog of another schema version raises
    `OutdatedError`, since only the owner may replace it.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = _opened(f"{path}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        _ensure_tables(connection)
    except (OSError, sqlite3.Error) as error:
        mend = "" if _unwritable(error) and path.is_file() else ", or delete the file and run `kb index`"
        raise StoreError(
            f"cannot open the index {path}: {error}; check the disk and the folder's permissions{mend}"
        ) from error
    return connection


Stamp = tuple[tuple[int, int], ...]
"""Sizes and times of the catalog's files: it changes with every commit."""


def stamp(path: Path) -> Stamp:
    """The stamp of the catalog at `path` as of now."""
    places = (path, path.with_name(f"{path.name}-wal"))
    found = [place.stat() for place in places if place.exists()]
    return tuple((one.st_size, one.st_mtime_ns) for one in found)


def connect_to_read(path: Path) -> tuple[sqlite3.Connection, Stamp | None]:
    """As `connect`, and where the folder is read-only or the disk is full, a connection to the catalog as it is.

    Such a one comes with the stamp under which it is right: open it anew once the files have another.
    """
    as_of = stamp(path)
    try:
        return connect(path), None
    except StoreError as error:
        found = _connect_unchanging(path) if _unwritable(error.__cause__) else None
        if found is None:
            raise
        return found, as_of


def _connect_unchanging(path: Path) -> sqlite3.Connection | None:
    """A connection that only reads and writes no log; None where there is no catalog of this version."""
    address = path.absolute().as_uri()
    for how in ("mode=ro", "mode=ro&immutable=1"):  # the first also sees a log, where there is one with its index
        try:
            connection = _opened(f"{address}?{how}")
            if _version(connection) == SCHEMA_VERSION:
                return connection
        except sqlite3.Error:
            continue
    return None


def _opened(name: str) -> sqlite3.Connection:
    uri = name.startswith("file:")
    return sqlite3.connect(name, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False, uri=uri)


def _unwritable(error: BaseException | None) -> bool:
    """Whether an error says that the folder is read-only or the disk is full."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in UNWRITABLE or isinstance(error, OSError)


class OutdatedError(StoreError):
    """The catalog was written by another version of ctxkb."""


def _ensure_tables(connection: sqlite3.Connection) -> None:
    if _version(connection) == SCHEMA_VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _version(connection)
        if found == 0:
            for statement in filter(str.strip, TABLES.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
        elif found != SCHEMA_VERSION:
            raise OutdatedError(
                f"the index has schema {found}, this version of ctxkb needs {SCHEMA_VERSION}; run `kb index`"
            )
    finally:
        connection.execute("COMMIT")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
