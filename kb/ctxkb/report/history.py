"""The figures of earlier runs, one row a day."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

from ctxkb.catalog.usage import DATABASE
from ctxkb.errors import StoreError
from ctxkb.report.figures import Row

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ctxkb.report.figures import Name

_TABLE = "CREATE TABLE IF NOT EXISTS reports (day TEXT PRIMARY KEY, figures TEXT NOT NULL) WITHOUT ROWID"


def earlier_rows(folder: Path) -> tuple[Row, ...]:
    """The figures that earlier runs kept in `.kb/`, the oldest first. Raises `StoreError`."""
    try:
        with closing(_connect(folder)) as connection:
            rows = connection.execute("SELECT day, figures FROM reports ORDER BY day").fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"cannot read the reports in {folder / DATABASE}: {error}; check the disk") from error
    return tuple(Row(date.fromisoformat(day), json.loads(figures)) for day, figures in rows)


def keep_row(folder: Path, day: date, figures: Mapping[Name, float | None]) -> None:
    """Keeps the figures of a day in place of those of an earlier run on it. Raises `StoreError`."""
    values = (day.isoformat(), json.dumps(figures))
    try:
        with closing(_connect(folder)) as connection, connection:
            connection.execute("INSERT OR REPLACE INTO reports VALUES (?, ?)", values)
    except sqlite3.Error as error:
        raise StoreError(f"cannot keep the report in {folder / DATABASE}: {error}; check the disk") from error


def _connect(folder: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / DATABASE, timeout=2)
    connection.execute(_TABLE)
    return connection
