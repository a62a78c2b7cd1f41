from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Literal

import anyio
import pytest
from mcp import Client

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb.knowledge import Knowledge
from ctxkb_ingest.folder import kb_folder
from ctxkb_server.audit import LOG, Audit
from ctxkb_server.beginning import PATIENCE
from ctxkb_server.waiting import FIRST_LOOK
from support.sample import sample
from support.serving import served, text_of

if TYPE_CHECKING:
    from pathlib import Path

Mode = Literal["auto", "legacy"]


@pytest.fixture
def unread(tmp_path: Path) -> Knowledge:
    """The sample repository, of which nothing was read yet and nobody reads."""
    sample(tmp_path)
    return Knowledge(tmp_path, load_config(tmp_path), Catalog(kb_folder(tmp_path)), lambda: None, lambda: None)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("tool", "arguments"), [("get_context", {"task": "x"}), ("search", {"query": "x"}), ("read", {"id": "x"})]
)
def test_a_call_that_waits_tells_how_long(unread: Knowledge, mode: Mode, tool: str, arguments: dict[str, str]) -> None:
    """The client is told how much of the wait is over, ever more of it, and why."""
    told: list[tuple[float, float | None, str | None]] = []

    async def note(done: float, total: float | None, message: str | None) -> None:
        told.append((done, total, message))

    async def conversation() -> None:
        async with Client(served(unread), mode=mode) as client:
            text_of(await client.call_tool(tool, arguments, progress_callback=note))

    asyncio.run(conversation())
    assert len(told) >= 3
    assert [done for done, _, _ in told] == sorted({done for done, _, _ in told})
    assert {(total, message) for _, total, message in told} == {(PATIENCE, FIRST_LOOK)}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_call_that_is_cancelled_ends(unread: Knowledge, tmp_path: Path, mode: Mode) -> None:
    """A wait that nobody waits for ends at once, and the log says so."""
    server = served(unread, Audit(tmp_path))

    async def conversation() -> None:
        async with Client(server, mode=mode) as client:
            with anyio.move_on_after(0.4):
                await client.call_tool("get_context", {"task": "x"})
            end = time.monotonic() + PATIENCE / 2
            while not (tmp_path / LOG).exists() and time.monotonic() < end:
                await asyncio.sleep(0.02)

    asyncio.run(conversation())
    (entry,) = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert entry["error"] == "cancelled"
    assert entry["ms"] < 1000 * PATIENCE / 2
