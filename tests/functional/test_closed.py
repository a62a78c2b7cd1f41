from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from mcp import Client, StdioServerParameters

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb_ingest import updater
from ctxkb_ingest.seat import Seat
from support.closed import fill, read_only, small_disk
from support.embedders import HashEmbedder
from support.network import until
from support.repos import Repo
from support.sample import KB, kb, sample
from support.serving import text_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HTTPX = "docs/adr/0002-call-services-with-httpx.md"
STALE = "The index is not brought up to date, so this answer rests on it as it is: cannot open"


def test_a_read_only_repository_answers_from_its_index(tmp_path: Path) -> None:
    """In a folder that nobody may write, questions are answered from the index as it is, and one line says so."""
    sample(tmp_path)
    assert kb(tmp_path, "index").returncode == 0
    with read_only(tmp_path):
        for command in (["query", "httpx"], ["context", "call with httpx"], ["show", "ADR-0002"]):
            done = kb(tmp_path, *command)
            assert (done.returncode, HTTPX in done.stdout) == (0, True)
            assert done.stderr.startswith(f"{STALE} {tmp_path}/.kb/owner.lock: Read-only file system")
            assert len(done.stderr.splitlines()) == 1
        assert "This answer has no receipt" in kb(tmp_path, "context", "call with httpx").stdout
        assert kb(tmp_path, "index").returncode == 2
        doctor = kb(tmp_path, "doctor").stdout
    assert "Read-only file system; answers rest on the index as it is, and have no receipts" in doctor
    assert "rm -r" not in doctor


def test_a_server_of_a_read_only_repository_is_a_reader(tmp_path: Path) -> None:
    """`kb serve` in a folder that nobody may write answers from the index that is there."""
    sample(tmp_path)
    assert kb(tmp_path, "index").returncode == 0
    with read_only(tmp_path):
        assert HTTPX in asyncio.run(_asked(tmp_path))


async def _asked(root: Path) -> str:
    server = StdioServerParameters(command=KB[0], args=[*KB[1:], "serve"], cwd=root, env=dict(os.environ))
    async with Client(server) as client:
        return text_of(await client.call_tool("get_context", {"task": "call with httpx"}))


def test_without_an_index_a_read_only_repository_is_an_error(tmp_path: Path) -> None:
    """Where there is nothing to answer from, the error says why no index can be made."""
    sample(tmp_path)
    with read_only(tmp_path):
        done = kb(tmp_path, "query", "httpx")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot make the index folder" in done.stderr


def test_a_full_disk_answers_from_the_index(tmp_path: Path) -> None:
    """On a disk without a free byte a question is answered from the complete index, and nobody is told to delete it."""
    disk = tmp_path / "disk"
    with small_disk(disk, 1000):
        sample(disk)
        assert kb(disk, "index").returncode == 0
        fill(disk)
        done = kb(disk, "query", "httpx")
        assert (done.returncode, HTTPX in done.stdout) == (0, True)
        assert done.stderr.startswith(STALE)
        assert "delete" not in done.stderr
        assert "No space left on device" in kb(disk, "doctor").stdout


def test_an_owner_goes_on_once_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an owner could not write on a full disk it writes by itself when there is room; it says so once."""
    monkeypatch.setattr(updater, "RETRY_SECONDS", 0.3)
    repo, embedder = Repo(tmp_path / "repo"), HashEmbedder()
    repo.write({"docs/a.md": "# A\n\nwalrus\n"})
    problems: list[str] = []
    with small_disk(repo.root / ".kb", 3000):
        seat = Seat(repo.root, load_config(repo.root), lambda: embedder, on_problem=problems.append)
        seat.start()
        try:
            until(lambda: (repo.root / ".kb/chroma/db").exists() and seat._owner._keeper._chroma is not None)
            fill(repo.root / ".kb")
            repo.write({"docs/b.md": "# B\n\notter\n" * 3000})
            until(lambda: bool(problems))
            assert set(seat.catalog.files()) == {"docs/a.md"}
            (repo.root / ".kb/filling").unlink()
            until(lambda: "docs/b.md" in seat.catalog.files())
        finally:
            seat.close()
    assert len(problems) == 1
    assert "database or disk is full; free disk space" in problems[0]


def test_an_answer_sees_what_was_written_once_there_is_room_again(tmp_path: Path) -> None:
    """A reader that began on a full disk takes in what the index gained since."""
    disk = tmp_path / "disk"
    with small_disk(disk, 1000):
        repo = sample(disk)
        assert kb(disk, "index").returncode == 0
        fill(disk)
        catalog = Catalog(disk / ".kb")
        before = catalog.generation
        (disk / "filling").unlink()
        repo.write({"docs/new.md": "# New\n\nwalrus\n"})
        assert kb(disk, "index").returncode == 0
        assert catalog.generation > before
        assert "docs/new.md" in catalog.files()
        catalog.close()
