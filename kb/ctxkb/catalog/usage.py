"""Questions without an answer, in a file of their own beside the receipts, since every server writes them."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb.catalog.alike import SHARED, ask_the_same, overlap
from ctxkb.errors import KbError, StoreError
from ctxkb.privacy.invisible import visible
from ctxkb.text.words import query_terms

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from ctxkb.types import Confidence

DATABASE = "usage.sqlite"

COMPARED = 500
"""With so many of the newest questions a new one is compared word by word."""

MOST_UNSURE = 500
"""So many questions that something may answer are kept, the last asked: agents ask many."""

MOST_PATHS = 50
"""So many paths are kept with a question, those that it was last asked with."""

BY_HAND = "by hand"
"""What stands in place of a document where a person closed a gap."""

_TABLES = """
CREATE TABLE IF NOT EXISTS questions (
    number INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, question TEXT NOT NULL, paths TEXT NOT NULL,
    note TEXT NOT NULL, nearest TEXT NOT NULL, seen TEXT NOT NULL, confidence TEXT NOT NULL, asked INTEGER NOT NULL,
    first_at TEXT NOT NULL, last_at TEXT NOT NULL,
    closed_at TEXT NOT NULL DEFAULT '', closed_by TEXT NOT NULL DEFAULT ''
)
"""
_COLUMNS = "number, question, paths, note, nearest, confidence, asked, first_at, last_at, closed_at, closed_by, seen"

_NOTED = "SELECT paths FROM questions WHERE key = ?"
_AGAIN = (  # no upsert: one that updates takes a number all the same
    "UPDATE questions SET paths = ?, nearest = ?, seen = ?, confidence = ?, last_at = ?, asked = asked + 1, "
    "note = CASE WHEN ? = '' THEN note ELSE ? END, closed_at = '', closed_by = '' WHERE key = ?"
)
_NEW = (
    "INSERT INTO questions (paths, nearest, seen, confidence, last_at, note, key, question, first_at, asked) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)"
)


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that the knowledge base could not answer; `nearest` holds the ids of what came nearest.

    `confidence` is what the last answer had; "high" where an asker said that it was none. `closed_by` is the document
    that answers it since `closed_at`, or `BY_HAND`; both are "" while it is open. `seen` are the hashes of what came
    nearest, by which is told whether an answer is a new one. Invisible characters are shown, as in documents.
    """

    number: int
    question: str
    paths: tuple[str, ...]
    note: str
    nearest: tuple[str, ...]
    confidence: Confidence
    asked: int
    first_at: str
    last_at: str
    closed_at: str = ""
    closed_by: str = ""
    seen: tuple[str, ...] = ()


def record_gap(
    folder: Path,
    question: str,
    now: datetime,
    paths: Sequence[str] = (),
    note: str = "",
    nearest: Sequence[str] = (),
    *,
    confidence: Confidence = "none",
    seen: Sequence[str] = (),
) -> None:
    """Remembers a question without an answer; one that asks the same counts up, and opens again if it was closed.

    It keeps the paths that it was asked with before, too.

    Raises `StoreError` where the file cannot be written.
    """
    stamp = now.isoformat(timespec="seconds")
    with _opened(folder, "record the gap") as connection, connection:
        connection.execute("BEGIN IMMEDIATE")
        key = _key_of(connection, question)
        before = connection.execute(_NOTED, (key,)).fetchone()
        together = _together(json.loads(before[0]) if before else (), paths)
        facts = (together, json.dumps(list(nearest)), json.dumps(list(seen)), confidence, stamp)
        if not connection.execute(_AGAIN, (*facts, note, note, key)).rowcount:
            connection.execute(_NEW, (*facts, note, key, question, stamp))
            unsure = "SELECT number FROM questions WHERE confidence = 'low' ORDER BY last_at DESC LIMIT -1 OFFSET ?"
            connection.execute(f"DELETE FROM questions WHERE number IN ({unsure})", (MOST_UNSURE,))  # noqa: S608 - a constant


def _together(before: Sequence[str], paths: Sequence[str]) -> str:
    """Both, each once and the last of them at the end, as they are stored."""
    return json.dumps([*dict.fromkeys((*reversed(paths), *reversed(before)))][:MOST_PATHS][::-1])


def _key_of(connection: sqlite3.Connection, question: str) -> str:
    """What stands for all questions that ask the same: that of an earlier one, or the stems of its words."""
    words = query_terms(question)
    own = " ".join(sorted(words)) or " ".join(question.lower().split())
    if not words or connection.execute("SELECT 1 FROM questions WHERE key = ?", (own,)).fetchone():
        return own
    newest = connection.execute("SELECT key, question FROM questions ORDER BY last_at DESC LIMIT ?", (COMPARED,))
    alike = (pair for pair in newest if overlap(words, pair[0].split()) >= SHARED)
    return next((key for key, other in alike if ask_the_same(question, other)), own)


def gaps(folder: Path, *, closed: bool = False) -> list[Gap]:
    """The open gaps; with `closed` also those that are closed, behind them.

    First those that nothing answers, then those that something may answer; of each the most often asked first.
    Raises `StoreError` where the file cannot be read.
    """
    wanted = "" if closed else "WHERE closed_at = '' "
    order = "ORDER BY closed_at <> '', confidence = 'low', asked DESC, last_at DESC, number"
    with _opened(folder, "read the gaps") as connection:
        found = connection.execute(f"SELECT {_COLUMNS} FROM questions {wanted}{order}").fetchall()  # noqa: S608 - constants only
    return [_gap(row) for row in found]


def _gap(row: Sequence[Any]) -> Gap:
    facts = dict(zip(_COLUMNS.split(", "), row, strict=True))
    lists = {name: tuple(map(visible, json.loads(facts[name]))) for name in ("paths", "nearest", "seen")}
    return Gap(**facts | lists | {name: visible(facts[name]) for name in ("question", "note", "closed_by")})


def close_gap(folder: Path, number: int, now: datetime, by: str = BY_HAND) -> None:
    """Closes a gap: the document `by` answers it. Raises `KbError` where there is no open gap of that number."""
    change = "UPDATE questions SET closed_at = ?, closed_by = ? WHERE number = ? AND closed_at = ''"
    _changed(folder, number, change, (now.isoformat(timespec="seconds"), by, number))


def drop_gap(folder: Path, number: int) -> None:
    """Forgets a gap, open or closed. Raises `KbError` where there is none of that number."""
    _changed(folder, number, "DELETE FROM questions WHERE number = ?", (number,))


def rate_gap(folder: Path, number: int, confidence: Confidence) -> None:
    """Notes how sure an answer to an open gap would be now. Raises `KbError` where there is none of that number."""
    change = "UPDATE questions SET confidence = ? WHERE number = ? AND closed_at = ''"
    _changed(folder, number, change, (confidence, number))


def merge_gaps(folder: Path, kept: Gap, other: Gap) -> None:
    """Counts one gap under another that asks the same, and forgets it. Raises `StoreError`."""
    first, last = min(kept.first_at, other.first_at), max(kept.last_at, other.last_at)
    with _opened(folder, "merge the gaps") as connection, connection:
        connection.execute("DELETE FROM questions WHERE number = ?", (other.number,))
        connection.execute(
            "UPDATE questions SET asked = asked + ?, first_at = ?, last_at = ?, paths = ? WHERE number = ?",
            (other.asked, first, last, _together(other.paths, kept.paths), kept.number),
        )


def _changed(folder: Path, number: int, change: str, values: Sequence[object]) -> None:
    with _opened(folder, "change the gaps") as connection, connection:
        if not connection.execute(change, values).rowcount:
            raise KbError(f"there is no open gap {number}; kb gaps lists them with their numbers")


@contextmanager
def _opened(folder: Path, purpose: str) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(folder / DATABASE, timeout=2)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(_TABLES)
            yield connection
    except sqlite3.Error as error:
        raise StoreError(f"cannot {purpose} in {folder / DATABASE}: {error}; check the disk") from error
