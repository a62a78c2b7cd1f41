from __future__ import annotations

import sqlite3
import threading
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.connections import Connections

if TYPE_CHECKING:
    from pathlib import Path


def test_each_thread_has_one_and_leaves_none_behind(tmp_path: Path) -> None:
    """A hundred threads, one after the other, leave one connection open beside that of the thread that stays."""
    connections = Connections(tmp_path / "catalog.sqlite")
    mine, others = connections.mine(), []
    for _ in range(100):
        thread = threading.Thread(target=lambda: others.append(connections.mine()))
        thread.start()
        thread.join()
    assert connections.mine() is mine
    assert len({id(other) for other in (*others, mine)}) == 101
    assert len(connections) == 2
    with pytest.raises(sqlite3.ProgrammingError):
        others[0].execute("SELECT 1")
    connections.close()
    assert len(connections) == 0


def test_a_new_connection_is_prepared_once(tmp_path: Path) -> None:
    """What prepares a connection sees each of them once, also after all were closed."""
    prepared: list[sqlite3.Connection] = []
    connections = Connections(tmp_path / "catalog.sqlite", prepare=prepared.append)
    first = [connections.mine(), connections.mine()]
    connections.close()
    assert prepared == [first[0]]
    assert [*prepared, connections.mine()] == prepared
    connections.close()
