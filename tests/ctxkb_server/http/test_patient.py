from __future__ import annotations

import asyncio
import json
import socket
from typing import TYPE_CHECKING

import uvicorn

from ctxkb_server.http.patient import LARGEST_HEAD, PatientProtocol

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import Receive, Scope, Send

PART = b"x" * 65_536
PARTS = 400


class _Hasty(PatientProtocol):
    seconds = 0.4


async def _endless(scope: Scope, receive: Receive, send: Send) -> None:
    """More than any buffer holds."""
    assert scope["type"] == "http"
    await receive()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(PARTS):
        await send({"type": "http.response.body", "body": PART, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _served(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]],
) -> list[tuple[int, str, str]]:
    """What was told of clients turned away while `talk` had a connection to a server with little patience."""
    told: list[tuple[int, str, str]] = []

    async def conversation() -> None:
        _Hasty.on_refused = staticmethod(lambda status, why, address: told.append((status, why, address)))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            config = uvicorn.Config(
                _endless,
                http=_Hasty,
                ws="none",
                lifespan="off",
                log_config=None,
                h11_max_incomplete_event_size=LARGEST_HEAD,
            )
            server = uvicorn.Server(config)
            task = asyncio.create_task(server._serve([listening]))
            while not server.started:
                await asyncio.sleep(0.01)
            reader, writer = await asyncio.open_connection("127.0.0.1", listening.getsockname()[1], limit=1024)
            await asyncio.wait_for(talk(reader, writer), 20)
            writer.close()
            server.should_exit = True
            await task

    asyncio.run(conversation())
    return told


def test_a_head_that_does_not_end_is_answered_with_408() -> None:
    """A byte now and then does not begin the wait anew."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nX: ")
        while not reader.at_eof() and not reader._buffer:
            writer.write(b"x")
            await asyncio.sleep(0.05)
        assert (await reader.readline()) == b"HTTP/1.1 408 Request Timeout\r\n"

    assert _served(talk) == [(408, "too slow a request", "127.0.0.1")]


def test_a_head_that_is_too_large_is_refused() -> None:
    """However fast it comes, with one line that says what is allowed."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nX: " + b"x" * 2 * LARGEST_HEAD)
        assert (await reader.readline()) == b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
        body = (await reader.read()).rpartition(b"\r\n")[2]
        assert json.loads(body)["error"]["message"] == "a request's head may have 32768 bytes; send less"

    assert _served(talk) == [(431, "too large a head", "127.0.0.1")]


def test_who_goes_on_sending_still_gets_the_answer() -> None:
    """A large head in pieces is answered once, and the connection is not cut while its client sends the rest."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\n")
        for number in range(200):
            writer.write(b"X%d: %b\r\n" % (number, b"x" * 1000))
            await writer.drain()
            await asyncio.sleep(0.001)
        writer.write(b"\r\n")
        answer = await reader.read()
        assert (answer.startswith(b"HTTP/1.1 431 "), answer.count(b"HTTP/1.1 ")) == (True, 1)

    assert _served(talk) == [(431, "too large a head", "127.0.0.1")]


def test_what_is_no_http_is_told_so() -> None:
    """Also in a body that has begun, and once."""

    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"hello\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json")

    async def chunk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzzz\r\n")
        answer = await reader.read()
        assert (answer.startswith(b"HTTP/1.1 400 "), answer.count(b"HTTP/1.1 ")) == (True, 1)

    assert _served(nonsense) == [(400, "no HTTP", "127.0.0.1")]
    assert _served(chunk) == [(400, "no HTTP", "127.0.0.1")]


def test_who_sends_nothing_is_let_go_in_silence() -> None:
    """A browser that connects ahead of time is no attack."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert not writer.is_closing()
        assert (await reader.readline()).startswith(b"HTTP/1.1 408")

    assert _served(talk) == []


def test_who_takes_nothing_is_let_go() -> None:
    """An answer that is not read is dropped after a while, not kept."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.sleep(1.5)
        taken = 0
        try:
            while part := await reader.read(1_000_000):
                taken += len(part)
        except ConnectionError:
            pass
        assert taken < PARTS * len(PART)

    assert _served(talk) == [(408, "too slow a reader", "127.0.0.1")]


def test_who_takes_it_slowly_but_surely_gets_all() -> None:
    """As long as something is taken now and then, the answer goes on."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        taken = 0
        while part := await reader.read(1_000_000):
            taken += len(part)
            await asyncio.sleep(0)
        assert taken > PARTS * len(PART)

    assert _served(talk) == []
