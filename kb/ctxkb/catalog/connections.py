"""The connections of one catalog: one for each thread, as long as that thread lives."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ctxkb.catalog.schema import connect, connect_to_read, stamp

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path


class Connections:
    """Opens a connection for each thread that asks; `prepare` is called with each new one.

    Where the folder is read-only or the disk is full it reads what is there all the same, unless it is `owned`. A
    server's threads come and go: what one of them left open is closed when the next one comes.
    """

    def __init__(
        self,
        path: Path,
        *,
        owned: bool = False,
        prepare: Callable[[sqlite3.Connection], None] = lambda connection: None,  # noqa: ARG005 - as it is
    ) -> None:
        self._path = path
        self._owned = owned
        self._prepare = prepare
        self._local = threading.local()
        self._opened: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many are open."""
        return len(self._opened)

    def mine(self) -> sqlite3.Connection:
        """This thread's connection. Raises `StoreError` where there can be none."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        as_of = getattr(self._local, "as_of", None)
        if found is None or (as_of is not None and as_of != stamp(self._path)):
            found, self._local.as_of = (connect(self._path), None) if self._owned else connect_to_read(self._path)
            self._prepare(found)
            self._local.connection = found
            self._remember(found)
        return found

    def close(self) -> None:
        """Closes those of all threads."""
        with self._lock:
            for _, connection in self._opened:
                connection.close()
            self._opened.clear()
        self._local = threading.local()

    def _remember(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            for thread, left in self._opened:
                if not thread.is_alive():
                    left.close()
            self._opened = [pair for pair in self._opened if pair[0].is_alive()]
            self._opened.append((threading.current_thread(), connection))
