"""What was asked and answered: gaps and receipts, in a file of their own, since every server writes them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError
from ctxkb.text.words import query_terms

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

DATABASE = "usage.sqlite"

_TABLES = """
CREATE TABLE IF NOT EXISTS gaps (
    key TEXT PRIMARY KEY, question TEXT NOT NULL, paths TEXT NOT NULL, note TEXT NOT NULL, nearest TEXT NOT NULL,
    asked INTEGER NOT NULL, first_at TEXT NOT NULL, last_at TEXT NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the knowledge base could not answer; `nearest` holds the ids of what came nearest."""

    question: str
    paths: tuple[str, ...]
    note: str
    nearest: tuple[str, ...]
    asked: int
    first_at: str
    last_at: str


def record_gap(
    folder: Path, question: str, now: datetime, paths: Sequence[str] = (), note: str = "", nearest: Sequence[str] = ()
) -> None:
    """Remembers a question without an answer; one that asks the same in other words of the same stem counts up.

    Raises `StoreError` where the file cannot be written.
    """
    key = " ".join(sorted(query_terms(question))) or " ".join(question.lower().split())
    stamp = now.isoformat(timespec="seconds")
    values = (key, question, json.dumps(list(paths)), note, json.dumps(list(nearest)), stamp, stamp)
    try:
        with closing(_connect(folder)) as connection, connection:
            connection.execute(
                "INSERT INTO gaps VALUES (?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (key) DO UPDATE SET "
                "asked = asked + 1, last_at = excluded.last_at, paths = excluded.paths, nearest = excluded.nearest, "
                "note = CASE WHEN excluded.note = '' THEN note ELSE excluded.note END",
                values,
            )
    except sqlite3.Error as error:
        raise StoreError(f"cannot record the gap in {folder / DATABASE}: {error}; check the disk") from error


def gaps(folder: Path) -> list[Gap]:
    """All gaps, the most often asked first. Raises `StoreError` where the file cannot be read."""
    columns = "question, paths, note, nearest, asked, first_at, last_at"
    query = f"SELECT {columns} FROM gaps ORDER BY asked DESC, last_at DESC"  # noqa: S608 - constants only
    try:
        with closing(_connect(folder)) as connection:
            found = connection.execute(query).fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"cannot read the gaps in {folder / DATABASE}: {error}; check the disk") from error
    return [
        Gap(question, tuple(json.loads(paths)), note, tuple(json.loads(nearest)), asked, first, last)
        for question, paths, note, nearest, asked, first, last in found
    ]


def _connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / DATABASE, timeout=2)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute(_TABLES)
    return connection
