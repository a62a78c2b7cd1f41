from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.schema import SCHEMA_VERSION, OutdatedError
from ctxkb.errors import StoreError
from ctxkb_ingest.folder import kb_folder
from ctxkb_ingest.repair import open_for_writing
from support.indexed import indexed

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, str | bytes] = {"README.md": "# Handbook\n\nUse gearbox oil.\n"}


@pytest.mark.parametrize("version", [SCHEMA_VERSION + 1, 99_999])
def test_a_catalog_of_another_version_is_rebuilt_with_its_embeddings(tmp_path: Path, version: int) -> None:
    """The owner gives it this version's tables, and nothing is embedded again; readers are told to wait for that."""
    with indexed(tmp_path, FILES) as held:
        embedded = held.index().embedded
    with sqlite3.connect(tmp_path / ".kb/catalog.sqlite") as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    connection.close()
    with pytest.raises(OutdatedError, match="run `kb index`"):
        _ = Catalog(tmp_path / ".kb").connection
    told: list[str] = []
    open_for_writing(tmp_path, told.append).close()
    assert told == [
        f"the index {tmp_path / '.kb'} is of another version of ctxkb: it is rebuilt, its embeddings are kept"
    ]
    with indexed(tmp_path, {}) as held:
        report = held.index()
        assert (report.changed, report.embedded, report.reused) == (1, 0, embedded)


def test_embeddings_of_unknown_columns_are_given_up(tmp_path: Path) -> None:
    """What another version kept differently cannot be taken over; the rest is built anew all the same."""
    with indexed(tmp_path, FILES) as held:
        held.index()
    with sqlite3.connect(tmp_path / ".kb/catalog.sqlite") as connection:
        connection.execute("ALTER TABLE embeddings ADD COLUMN more TEXT")
        connection.execute("PRAGMA user_version = 99999")
    connection.close()
    with indexed(tmp_path, {}) as held:
        assert held.index().embedded == 1


def test_a_damaged_catalog_is_replaced(tmp_path: Path) -> None:
    """A catalog file that is garbage is built anew, with a warning."""
    folder = kb_folder(tmp_path)
    (folder / "catalog.sqlite").write_bytes(b"garbage" * 1000)
    told: list[str] = []
    open_for_writing(tmp_path, told.append).close()
    assert told == [f"the index {folder} is damaged: it is built anew"]
    with indexed(tmp_path, FILES) as held:
        assert held.index().files == 1


def test_the_folder_hides_itself_from_git(tmp_path: Path) -> None:
    """`.kb/` is made with a .gitignore of its own."""
    assert (kb_folder(tmp_path) / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    """Where `.kb` is a file the message says what to do."""
    (tmp_path / ".kb").write_text("")
    with pytest.raises(StoreError, match=r"cannot make the index folder .*check the disk"):
        kb_folder(tmp_path)


def test_a_killed_transaction_leaves_what_was_there(tmp_path: Path) -> None:
    """A write that never committed is not seen by the next one."""
    with indexed(tmp_path, FILES) as held:
        held.index()
        units = held.catalog.unit_count()
    other = sqlite3.connect(tmp_path / ".kb/catalog.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM units")
    other.close()
    started = time.monotonic()
    with indexed(tmp_path, {}) as held:
        assert held.catalog.unit_count() == units
    assert time.monotonic() - started < 5


def test_vectors_of_the_catalog_before_are_not_taken_for_those_of_a_new_one(tmp_path: Path) -> None:
    """A new catalog counts its generations from the first again: their numbers may meet."""
    with indexed(tmp_path, FILES) as held:
        held.index()
    folder = tmp_path / ".kb"
    (folder / "vectors-0123456789ab.bin").write_bytes(b"of another catalog")
    (folder / "chroma").mkdir(exist_ok=True)
    (folder / "chroma/dirty").unlink(missing_ok=True)
    open_for_writing(tmp_path).close()
    assert (folder / "vectors-0123456789ab.bin").exists()

    (folder / "catalog.sqlite").unlink()
    open_for_writing(tmp_path).close()

    assert (list(folder.glob("vectors-*.bin")), (folder / "chroma/dirty").exists()) == ([], True)
