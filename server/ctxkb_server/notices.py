"""Tells clients that documents or prompts have changed: on their listen streams (2026-07-28) or by session (before).

Nothing is looked at while nobody listens.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from anyio import to_thread
from mcp.server.subscriptions import (
    InMemorySubscriptionBus,
    ListenHandler,
    PromptsListChanged,
    ResourcesListChanged,
    ResourceUpdated,
)
from mcp.shared.exceptions import MCPError
from mcp.types import INVALID_PARAMS, EmptyResult

from ctxkb.errors import KbError
from ctxkb_server.caller import current
from ctxkb_server.watched import document_at, watched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Container, Iterable

    from mcp.server import ServerRequestContext
    from mcp.server.connection import Connection
    from mcp.types import (
        NotificationParams,
        SubscribeRequestParams,
        SubscriptionsListenRequestParams,
        SubscriptionsListenResult,
        UnsubscribeRequestParams,
    )

    from ctxkb_server.tools import Served
    from ctxkb_server.watched import Watched

    Asked = ServerRequestContext[None, Any]

LOOK_SECONDS = 0.5
"""Between two looks whether something changed, while somebody listens."""

TELL_SECONDS = 5.0
"""After which a client that takes no notice is given up for this time: others are told meanwhile."""

MOST_SUBSCRIPTIONS = 1_000
"""Addresses that one session or stream may follow."""


class Notices:
    """Who wants to be told of what, and the task that looks. All of it lives on the server's event loop."""

    def __init__(self, served: Served) -> None:
        self._served = served
        self._bus = InMemorySubscriptionBus()
        self._handler = ListenHandler(self._bus)
        self._streams: Counter[str] = Counter()
        self._open = 0
        self.sessions: dict[Connection, set[str]] = {}
        """What each session that has begun and not ended has subscribed to."""
        self._seen: Watched | None = None

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Looks for changes meanwhile, and ends the listen streams at the end."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._watch)
            try:
                yield
            finally:
                self._handler.close()
                tasks.cancel_scope.cancel()

    async def listen(self, ctx: Asked, params: SubscriptionsListenRequestParams) -> SubscriptionsListenResult:
        """Serves one stream of notices, as far as its reader may see the documents, until the reader goes."""
        wanted = params.notifications.resource_subscriptions or []
        uris = await to_thread.run_sync(self._seen_by_caller, wanted[:MOST_SUBSCRIPTIONS])
        notifications = params.notifications.model_copy(update={"resource_subscriptions": uris or None})
        await self._look()
        self._open += 1
        self._streams.update(uris)
        try:
            return await self._handler(ctx, params.model_copy(update={"notifications": notifications}))
        finally:
            self._open -= 1
            self._streams -= Counter(uris)

    async def greet(self, ctx: Asked, _params: NotificationParams) -> None:
        """Takes note of a session that has begun."""
        self._join(ctx)

    async def subscribe(self, ctx: Asked, params: SubscribeRequestParams) -> EmptyResult:
        """Tells a session of changes to one document from now on."""
        session = self._join(ctx)
        if len(session) >= MOST_SUBSCRIPTIONS:
            raise MCPError(INVALID_PARAMS, f"{MOST_SUBSCRIPTIONS} subscriptions are all that a session may have")
        session.update(await to_thread.run_sync(self._seen_by_caller, (params.uri,)))
        await self._look()
        return EmptyResult()

    async def unsubscribe(self, ctx: Asked, params: UnsubscribeRequestParams) -> EmptyResult:
        """Tells it no longer."""
        self._join(ctx).discard(params.uri)
        return EmptyResult()

    def _join(self, ctx: Asked) -> set[str]:
        """What the session of a message has subscribed to; it is forgotten when its connection ends."""
        connection = ctx.session._connection  # the SDK has no public way from a request to its connection
        if connection not in self.sessions:
            self.sessions[connection] = set()
            connection.exit_stack.callback(self.sessions.pop, connection, None)
        return self.sessions[connection]

    def _seen_by_caller(self, uris: Iterable[str]) -> list[str]:
        """Those addresses that whoever asks may hear of: all of them for who may see everything."""
        if current().sight.everything:
            return list(uris)
        own, whole = self._served.knowledge().library, self._served.everything().library
        seen, known = ((each.documents, each.finder) for each in (own, whole))
        return [uri for uri in uris if (found := document_at(uri, *seen)) and found == document_at(uri, *known)]

    async def _watch(self) -> None:
        while True:
            await anyio.sleep(LOOK_SECONDS)
            if self.sessions or self._open:
                await self._look()
            else:
                self._seen = None

    async def _look(self) -> None:
        """Compares what is there with what was there at the last look, and tells of the difference."""
        before = self._seen
        after = await to_thread.run_sync(self._read, before)
        if self._seen is not before:  # somebody else looked meanwhile
            return
        self._seen = after
        if before is not None and after is not None and after != before:
            await self._tell(before, after)

    def _read(self, before: Watched | None) -> Watched | None:
        """What there is now, for all eyes; as before where the index is just being put in the place of another one."""
        try:
            return watched(self._served.everything(), before)
        except (KbError, sqlite3.Error):  # the next look tells; who asks for a document is told the reason
            return before

    async def _tell(self, before: Watched, after: Watched) -> None:
        touched = partial(_touched, before, after, after.changed(before))
        lists, prompts = not after.lists_alike(before), after.prompts != before.prompts
        if lists:
            await self._bus.publish(ResourcesListChanged())
        if prompts:
            await self._bus.publish(PromptsListChanged())
        for uri in touched(list(self._streams)):
            await self._bus.publish(ResourceUpdated(uri))
        async with anyio.create_task_group() as tasks:
            for connection, uris in list(self.sessions.items()):
                tasks.start_soon(_tell_session, connection, lists, prompts, touched(uris))


async def _tell_session(connection: Connection, resources: bool, prompts: bool, uris: Iterable[str]) -> None:
    with anyio.move_on_after(TELL_SECONDS):
        if resources:
            await connection.send_resource_list_changed()
        if prompts:
            await connection.send_prompt_list_changed()
        for uri in uris:
            await connection.send_resource_updated(uri)


def _touched(before: Watched, after: Watched, changed: Container[str], uris: Iterable[str]) -> list[str]:
    """Those of `uris` that name, or named, a document which changed, or a part of one."""
    looks = (before, after)
    return [uri for uri in uris if any(document_at(uri, look.documents, look.finder) in changed for look in looks)]
