from __future__ import annotations

import asyncio
import os
import time
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from mcp.server.subscriptions import ResourceUpdated

from support.sample import KB, sample

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo

GUIDE = "docs/guides/add-an-endpoint.md"
URI = f"kb://guide/{GUIDE}"
SECONDS = 15.0

pytestmark = pytest.mark.filterwarnings(  # the SDK's client warns of what only the older protocols have
    "ignore:resources/(un)?subscribe is removed:mcp.MCPDeprecationWarning"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """The sample repository, never indexed."""
    return sample(tmp_path / "sample")


def _server(root: Path) -> StdioServerParameters:
    return StdioServerParameters(command=KB[0], args=[*KB[1:], "serve"], cwd=root, env=dict(os.environ))


async def _settled(client: Client) -> None:
    """Waits until the server has read the repository."""
    end = time.monotonic() + SECONDS
    while URI not in [one.uri for one in (await client.list_resources(cache_mode="bypass")).resources]:
        assert time.monotonic() < end
        await asyncio.sleep(0.1)


def test_an_edit_is_told_to_every_session(repo: Repo) -> None:
    """Two servers on one repository, one of which only reads the index, each tell their client of a saved file."""
    told: dict[int, list[str]] = {1: [], 2: []}

    def handler(number: int) -> Any:  # noqa: ANN401 - a callback of the SDK
        async def take(message: Any) -> None:  # noqa: ANN401 - whatever the SDK hands over
            if message.method == "notifications/resources/updated":
                told[number].append(message.params.uri)

        return take

    async def conversation() -> None:
        async with (
            Client(_server(repo.root), mode="legacy", message_handler=handler(1)) as first,
            Client(_server(repo.root), mode="legacy", message_handler=handler(2)) as second,
        ):
            for client in (first, second):
                await _settled(client)
                await client.subscribe_resource(URI)
            repo.write({GUIDE: "# Add an endpoint\n\nCopy another one.\n"})
            end = time.monotonic() + SECONDS
            while not (told[1] and told[2]) and time.monotonic() < end:
                await asyncio.sleep(0.05)

    asyncio.run(conversation())
    assert (set(told[1]), set(told[2])) == ({URI}, {URI})


def test_an_edit_is_told_on_a_stream(repo: Repo) -> None:
    """In the protocol without sessions a saved file is told on the stream that asked for it, while calls go on."""

    async def conversation() -> object:
        async with Client(_server(repo.root)) as client:
            assert client.protocol_version == "2026-07-28"
            await _settled(client)
            async with client.listen(resource_subscriptions=[URI]) as stream:
                repo.write({GUIDE: "# Add an endpoint\n\nCopy another one.\n"})
                await client.call_tool("search", {"query": "endpoint"})
                with anyio.fail_after(SECONDS):
                    async for event in stream:
                        return event
        return None

    assert asyncio.run(conversation()) == ResourceUpdated(URI)
