"""A running `kb serve`, as an agent meets it: over MCP on standard input and output."""

from __future__ import annotations

import os
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mcp import Client, StdioServerParameters
from mcp.types import TextContent

from measuring import KB
from processes import children, settle

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

UNFINISHED = "The index is being built"


@dataclass(frozen=True, slots=True)
class Serving:
    """A server's process and a client of it."""

    client: Client
    pid: int

    async def ask(self, task: str, **arguments: object) -> str:
        """The text of the pack for a task."""
        return await ask(self.client, task, **arguments)

    async def timed(self, task: str, **arguments: object) -> float:
        """Seconds from the call to its answer."""
        started = time.perf_counter()
        await self.ask(task, **arguments)
        return time.perf_counter() - started


async def ask(client: Client, task: str, **arguments: object) -> str:
    """The text that `get_context` gives."""
    reply = await client.call_tool("get_context", {"task": task, **arguments})
    assert not reply.is_error, reply.content
    return "\n".join(block.text for block in reply.content if isinstance(block, TextContent))


@asynccontextmanager
async def connected(words: list[str], cwd: Path) -> AsyncIterator[tuple[Client, int]]:
    """A client of the MCP server that a command starts, and the server's process."""
    before = children()
    parameters = StdioServerParameters(command=words[0], args=words[1:], cwd=str(cwd), env=dict(os.environ))
    async with Client(parameters) as client:
        (pid,) = children() - before
        yield client, pid


@asynccontextmanager
async def served(root: Path) -> AsyncIterator[Serving]:
    """A server of the repository at `root`, its model loaded, its index complete and its vectors in place."""
    async with connected([KB, "serve"], root) as (client, pid):
        while UNFINISHED in await ask(client, "warm up"):
            time.sleep(0.5)
        settle(pid)
        for number in range(20):
            await ask(client, f"warm up {number}")
        yield Serving(client, pid)


def bare(replies: Path) -> list[str]:
    """The command of an MCP server that gives prepared replies and does nothing else."""
    return [sys.executable, str(Path(__file__).with_name("bare_server.py")), str(replies)]
