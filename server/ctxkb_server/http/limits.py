"""The bounds of one request: its body, its time, its place among the others. Plain ASGI."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import anyio

from ctxkb_server.http.rates import Rates, Room
from ctxkb_server.http.refused import Refused, later

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ctxkb.config import Server

LOOK_SECONDS = 2.0
"""Between two looks whether a stream may go on."""


class Limits:
    """Lets requests through to `app` within the bounds of the configuration."""

    def __init__(self, app: ASGIApp, settings: Server) -> None:
        self._app = app
        self._settings = settings
        self._rates = Rates(settings.rate, settings.burst)
        self._room = Room(settings.concurrency, settings.waiting)
        self._streams = 0
        self._left: set[asyncio.Task[None]] = set()

    def change(self, settings: Server) -> None:
        """Goes by other bounds from now on; what is under way keeps its place."""
        self._rates = Rates(settings.rate, settings.burst)
        self._room = Room(settings.concurrency, settings.waiting)
        self._settings = settings

    @property
    def inside(self) -> int:
        """Requests that wait or are worked on."""
        return self._room.inside

    @property
    def streams(self) -> int:
        """Streams of notices that are open."""
        return self._streams

    async def call(self, scope: Scope, receive: Receive, send: Send, key: str, name: str) -> None:
        """Answers a request of a caller, known by a key and called `name`. Raises `Refused`."""
        self._rate(key, name)
        room = self._room
        with room.entered(name):
            body = await self._body(scope, receive, name)
            try:
                async with asyncio.timeout(self._settings.request_seconds):
                    await room.take()
            except TimeoutError:
                raise later(503, "no place in time", "the server has too much to do; try again", 1, name) from None
            await self._answer(room, scope, _replaying(body, receive), _Once(send), name)

    async def stream(
        self, scope: Scope, receive: Receive, send: Send, key: str, name: str, goes_on: Callable[[], Awaitable[bool]]
    ) -> None:
        """Holds a stream of notices open as long as `goes_on` says so. Raises `Refused`."""
        self._rate(key, name)
        if self._streams >= self._settings.max_streams:
            raise later(503, "too many streams", "the server holds too many streams open; try again", 30, name)
        self._streams += 1
        once = _Once(send)
        try:
            body = await self._body(scope, receive, name) if scope["method"] == "POST" else b""
            again = _replaying(body, receive) if scope["method"] == "POST" else receive
            ending = anyio.CancelScope()
            task = asyncio.ensure_future(_run(self._app, scope, again, once, ending))
            try:
                while not (await asyncio.wait({task}, timeout=LOOK_SECONDS))[0] and await goes_on():
                    pass
            finally:
                if not task.done():
                    ending.cancel()
                    await asyncio.wait({task}, timeout=LOOK_SECONDS)
            _raised(task)
            await once.finish()
        finally:
            self._streams -= 1

    def _rate(self, key: str, name: str) -> None:
        if wait := self._rates.take(key):
            raise later(429, "too many requests", "too many requests of one caller; slow down", wait, name)

    async def _body(self, scope: Scope, receive: Receive, name: str) -> bytes:
        """The whole body. Raises `Refused` where it is too large or comes too slowly."""
        most = 1000 * self._settings.max_body_kb
        too_large = Refused(413, "too large a body", f"a request may have {most} bytes", {"Connection": "close"}, name)
        if any(key == b"content-length" and int(value) > most for key, value in scope["headers"] if value.isdigit()):
            raise too_large
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.slow_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise Refused(499, "the client left", "", caller=name)
                    body += message.get("body", b"")
                    if len(body) > most:
                        raise too_large
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Refused(
                408, "too slow a body", "the request came too slowly", {"Connection": "close"}, name
            ) from None

    async def _answer(self, room: Room, scope: Scope, receive: Receive, once: _Once, name: str) -> None:
        """Answers within the time. What runs on in a thread after that keeps its place, and reaches nobody."""
        ending = anyio.CancelScope()
        task = asyncio.ensure_future(_run(self._app, scope, receive, once, ending))
        self._left.add(task)
        task.add_done_callback(self._left.discard)
        task.add_done_callback(lambda done: room.give())  # noqa: ARG005 - whichever it is
        try:
            done, _ = await asyncio.wait({task}, timeout=self._settings.request_seconds)
        except asyncio.CancelledError:
            once.closed = True
            ending.cancel()
            raise
        if done:
            return _raised(task)
        begun, once.closed = once.begun, True
        ending.cancel()  # and not the task: that would forget the threads that work for it
        if begun:
            return await once.finish()
        raise Refused(504, "no answer in time", "the server took too long; ask for less, or try again", caller=name)


class _Once:
    """Sends one answer: nothing more once it is `closed`."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.begun = self.ended = self.closed = False

    async def __call__(self, message: Message) -> None:
        if self.closed:
            return
        self.begun = True
        self.ended = message["type"] == "http.response.body" and not message.get("more_body", False)
        await self._send(message)

    async def finish(self) -> None:
        """Ends an answer that has begun and whose end did not come."""
        self.closed = True
        if self.begun and not self.ended:
            await self._send({"type": "http.response.body", "body": b"", "more_body": False})


async def _run(app: ASGIApp, scope: Scope, receive: Receive, send: Send, ending: anyio.CancelScope) -> None:
    """Answers until `ending` is cancelled."""
    with ending:
        await app(scope, receive, send)


def _raised(task: asyncio.Task[None]) -> None:
    """Raises what a task raised; that it was cancelled is nobody's business."""
    if task.done() and not task.cancelled() and (error := task.exception()):
        raise error


def _replaying(body: bytes, receive: Receive) -> Receive:
    """Gives a body that was read already, and then what else comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again
