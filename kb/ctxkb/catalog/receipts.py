"""Receipts: what was given to whoever asked, kept so that a later question or a check can look it up."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
import zlib
from base64 import b32encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ctxkb.catalog.usage import DATABASE
from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

PREFIX = "kb-"

WIDEST = f"{PREFIX}7q7q7q7q7q"
"""No receipt has more tokens than this one: each of its characters is one."""

MOST = 3_000
"""How many receipts are kept, the newest ones: a few kilobytes each."""

PATIENCE = 0.25
"""Seconds that an answer waits for another process which writes a receipt."""

Shown = Literal["whole", "cut", "cited"]
"""How much of a unit was given."""

_TABLE = """
CREATE TABLE IF NOT EXISTS receipts (
    row INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, at TEXT NOT NULL, content BLOB NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Given:
    """One unit as it was given: the hash of its content and status, how much of it, and whether it bound and held."""

    hash: str
    shown: Shown
    binding: bool
    held: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an answer held: `included` by unit id, and by unit id the hashes of what binds `paths` but was left out.

    `state` names the documents that the answer was made from (`Catalog.state`).
    """

    state: str
    paths: tuple[str, ...]
    included: Mapping[str, Given]
    left_out: Mapping[str, str]

    @property
    def name(self) -> str:
        """The token that stands for it: the same for the same content."""
        digest = hashlib.sha256(_packed(self)).digest()
        return f"{PREFIX}{b32encode(digest).decode().lower()[:10]}"


class Receipts:
    """The receipts of one repository, in `.kb/usage.sqlite`. Thread-safe; several processes may write at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DATABASE
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None

    def keep(self, receipt: Receipt, now: datetime) -> None:
        """Stores a receipt and forgets the oldest ones. Raises `StoreError` where the file cannot be written."""
        values = (receipt.name, now.isoformat(timespec="seconds"), zlib.compress(_packed(receipt)))
        with self._lock:
            try:
                self._write(values)
            except sqlite3.Error as error:
                self._drop()
                raise StoreError(f"cannot write {self._path}: {error}; check the disk") from error

    def recall(self, name: str) -> Receipt | None:
        """The receipt of that name; None for one that never was or is forgotten. Raises `StoreError` as `keep` does."""
        with self._lock:
            try:
                found = self._open().execute("SELECT content FROM receipts WHERE name = ?", (name,)).fetchone()
            except sqlite3.Error as error:
                self._drop()
                raise StoreError(f"cannot read {self._path}: {error}; check the disk") from error
        return _unpacked(found[0]) if found else None

    def close(self) -> None:
        """Closes the file; it opens again when it is needed."""
        with self._lock:
            self._drop()

    def _write(self, values: tuple[str, str, bytes]) -> None:
        connection = self._open()
        with connection:
            connection.execute("INSERT OR REPLACE INTO receipts (name, at, content) VALUES (?, ?, ?)", values)
            connection.execute("DELETE FROM receipts WHERE row <= (SELECT max(row) FROM receipts) - ?", (MOST,))

    def _open(self) -> sqlite3.Connection:
        """The connection; a new one where someone deleted the file, which SQLite does not tell."""
        if self._connection is not None and self._file != self._identity():
            self._drop()
        if self._connection is None:
            self._connection = sqlite3.connect(self._path, timeout=PATIENCE, check_same_thread=False)
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = NORMAL")
            self._connection.execute(_TABLE)
            self._file = self._identity()
        return self._connection

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _packed(receipt: Receipt) -> bytes:
    included = {
        key: [given.hash, given.shown, given.binding, given.held] for key, given in sorted(receipt.included.items())
    }
    content = [receipt.state, list(receipt.paths), included, dict(sorted(receipt.left_out.items()))]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _unpacked(packed: bytes) -> Receipt:
    state, paths, included, left_out = json.loads(zlib.decompress(packed))
    return Receipt(state, tuple(paths), {key: Given(*given) for key, given in included.items()}, left_out)
