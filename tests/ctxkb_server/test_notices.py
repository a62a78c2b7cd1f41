from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
import pytest
from mcp import Client
from mcp.server.subscriptions import PromptsListChanged, ResourcesListChanged, ResourceUpdated

from ctxkb.catalog.view import Sight
from ctxkb.config import load_config
from ctxkb.types import Kind
from ctxkb_ingest.index import index_repository
from ctxkb_server.caller import Caller, acting
from support.embedders import HashEmbedder
from support.sample import FILES, sample
from support.serving import indexed, served

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from ctxkb.knowledge import Knowledge
    from support.repos import Repo

HTTPX = "docs/adr/0002-call-services-with-httpx.md"
GUIDE = "docs/guides/add-an-endpoint.md"
WATCHED = [f"kb://decision/{HTTPX}", f"kb://guide/{GUIDE}%23test-it", "kb://guide/nowhere.md"]
SECONDS = 5.0

pytestmark = pytest.mark.filterwarnings(  # the SDK's client warns of what only the older protocols have
    "ignore:resources/(un)?subscribe is removed:mcp.MCPDeprecationWarning"
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """The sample repository."""
    return sample(tmp_path)


def _index(knowledge: Knowledge) -> None:
    index_repository(knowledge.root, load_config(knowledge.root), knowledge.catalog, HashEmbedder)


class Inbox:
    """What a client was told, in order."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def take(self, message: Any) -> None:  # noqa: ANN401 - whatever the SDK hands over
        """Takes notice of one message from the server."""
        self.told.append((message.method, getattr(message.params, "uri", "")))

    async def until(self, count: int) -> list[tuple[str, str]]:
        """The next notices, once there are so many; those that come right behind them too."""
        end = time.monotonic() + SECONDS
        while len(self.told) < count and time.monotonic() < end:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.2)
        told, self.told = self.told, []
        return told


@asynccontextmanager
async def _session(knowledge: Knowledge) -> AsyncIterator[tuple[Client, Inbox]]:
    """A client of the era with sessions."""
    inbox = Inbox()
    async with Client(served(knowledge), mode="legacy", message_handler=inbox.take) as client:
        yield client, inbox


def test_a_session_is_told_of_what_it_subscribed_to(repo: Repo) -> None:
    """An edit is told once for the document and for its part, and nothing of documents that stayed as they were."""
    knowledge = indexed(repo.root)

    async def conversation() -> None:
        async with _session(knowledge) as (client, inbox):
            assert client.server_capabilities.resources is not None
            assert client.server_capabilities.resources.subscribe is True
            for uri in WATCHED:
                await client.subscribe_resource(uri)
            repo.write({GUIDE: "# Add an endpoint\n\n## Test it\n\nRun `make all`.\n"})
            _index(knowledge)
            assert await inbox.until(1) == [("notifications/resources/updated", WATCHED[1])]
            await client.unsubscribe_resource(WATCHED[1])
            repo.write({GUIDE: "# Add an endpoint\n\n## Test it\n\nRun `make test`.\n"})
            _index(knowledge)
            await asyncio.sleep(1)
            assert inbox.told == []

    asyncio.run(conversation())


def test_an_address_with_a_number_is_followed(repo: Repo) -> None:
    """As the address with the path is, however the number is written; one that names nothing is silent."""
    knowledge = indexed(repo.root)
    followed = ["kb://decision/ADR-0002", "kb://decision/2"]

    async def conversation() -> None:
        async with _session(knowledge) as (client, inbox):
            for uri in (*followed, "kb://decision/ADR-1", "kb://decision/ADR-99", "kb://guide/ADR-2"):
                await client.subscribe_resource(uri)
            repo.write({HTTPX: str(FILES[HTTPX]).replace("five", "nine")})
            _index(knowledge)
            told = await inbox.until(2)
            assert sorted(told) == [("notifications/resources/updated", uri) for uri in sorted(followed)]
            (repo.root / HTTPX).unlink()
            _index(knowledge)
            assert {uri for _, uri in await inbox.until(3)} >= set(followed)

    asyncio.run(conversation())


def test_a_session_is_told_when_the_lists_change(repo: Repo) -> None:
    """Documents and prompts that come, go or change their title or status; an edit of text alone is no change."""
    knowledge = indexed(repo.root)
    resources, prompts = ("notifications/resources/list_changed", ""), ("notifications/prompts/list_changed", "")

    async def conversation() -> None:
        async with _session(knowledge) as (client, inbox):
            await client.subscribe_resource(WATCHED[0])
            repo.write({"docs/guides/new.md": "# New\n\nText.\n"})
            _index(knowledge)
            assert await inbox.until(1) == [resources]
            repo.write({"docs/guides/new.md": "# New\n\nOther text.\n", ".claude/commands/x.md": "Do x.\n"})
            assert await inbox.until(1) == [prompts]
            _index(knowledge)
            assert await inbox.until(1) == [resources]
            text = str(FILES[HTTPX]).replace("Accepted", "Deprecated")
            repo.write({HTTPX: text})
            _index(knowledge)
            assert await inbox.until(2) == [resources, ("notifications/resources/updated", WATCHED[0])]
            (repo.root / "docs/guides/new.md").unlink()
            _index(knowledge)
            assert await inbox.until(1) == [resources]

    asyncio.run(conversation())


def test_a_session_that_only_began_is_told_when_lists_change(repo: Repo) -> None:
    """Nothing needs to be subscribed to for that."""
    knowledge = indexed(repo.root)

    async def conversation() -> None:
        async with _session(knowledge) as (client, inbox):
            assert client.server_capabilities.prompts is not None
            assert client.server_capabilities.prompts.list_changed is True
            await asyncio.sleep(1)
            repo.write({"docs/guides/new.md": "# New\n\nText.\n"})
            _index(knowledge)
            assert await inbox.until(1) == [("notifications/resources/list_changed", "")]

    asyncio.run(conversation())


async def _heard(
    knowledge: Knowledge, change: Callable[[], object], count: int, uris: list[str], caller: Caller | None = None
) -> tuple[list[str], list[object]]:
    """What a listen stream was acknowledged and told after a change, as whoever opened it may see."""
    events: list[object] = []
    async with Client(served(knowledge)) as client:
        with acting(caller or Caller("ci")):
            listening = client.listen(
                resources_list_changed=True, prompts_list_changed=True, resource_subscriptions=uris
            )
            stream = await listening.__aenter__()
        honoured = list(stream.honored.resource_subscriptions or ())
        change()
        with anyio.move_on_after(SECONDS if count else 1.5):
            async for event in stream:
                events.append(event)
                if len(events) == count:
                    break
        await listening.__aexit__(None, None, None)
    return honoured, events


def test_a_stream_is_told_of_what_it_asked_for(repo: Repo) -> None:
    """In the era without sessions the same changes come on a stream."""
    knowledge = indexed(repo.root)

    def change() -> None:
        repo.write(
            {
                GUIDE: "# Add an endpoint\n\n## Test it\n\nRun `make all`.\n",
                "docs/guides/new.md": "# New\n\nText.\n",
                ".claude/commands/x.md": "Do x.\n",
            }
        )
        _index(knowledge)

    honoured, events = asyncio.run(_heard(knowledge, change, 3, WATCHED))
    assert honoured == WATCHED
    assert sorted(events, key=repr) == [
        PromptsListChanged(),
        ResourceUpdated(WATCHED[1]),
        ResourcesListChanged(),
    ]


def test_a_stream_tells_nothing_of_what_its_reader_may_not_see(repo: Repo) -> None:
    """An address outside of a caller's sight is not followed for them."""
    knowledge = indexed(repo.root)

    def change() -> None:
        repo.write({HTTPX: str(FILES[HTTPX]).replace("five", "nine")})
        _index(knowledge)

    caller = Caller("ci", Sight(frozenset({Kind.GUIDE})))
    honoured, events = asyncio.run(_heard(knowledge, change, 0, [*WATCHED, "kb://decision/ADR-2"], caller))
    assert (honoured, events) == ([WATCHED[1]], [])


def test_a_session_that_ended_is_forgotten(repo: Repo) -> None:
    """What sessions subscribed to does not pile up in a server that goes on."""
    server = served(indexed(repo.root))

    async def conversation() -> None:
        for _ in range(3):
            async with Client(server, mode="legacy") as client:
                await client.subscribe_resource(WATCHED[0])
                assert len(server.notices.sessions) == 1
            assert len(server.notices.sessions) == 0

    asyncio.run(conversation())
