from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest
from anyio import to_thread

from ctxkb.config import Server
from ctxkb_server.http import rates
from ctxkb_server.http.limits import Limits
from ctxkb_server.http.rates import Rates
from ctxkb_server.http.refused import Refused

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

SCOPE: dict[str, Any] = {"type": "http", "method": "POST", "path": "/mcp", "headers": []}


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    assert scope["type"] == "http"
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def _call(limits: Limits, body: bytes = b"hello", sent: list[Message] | None = None) -> list[Message]:
    """What is sent for a request."""
    came, told = [{"type": "http.request", "body": body, "more_body": False}], [] if sent is None else sent

    async def receive() -> Message:
        if came:
            return came.pop()
        await asyncio.sleep(60)
        raise AssertionError

    async def send(message: Message) -> None:
        told.append(message)

    await limits.call(SCOPE, receive, send, "key", "name")
    return told


def _limits(app: ASGIApp, **settings: int) -> Limits:
    return Limits(app, Server(**settings))  # type: ignore[arg-type]


def test_a_bucket_fills_again() -> None:
    """`burst` at once, then one each 1/`rate` seconds; each caller has a bucket of its own."""
    now = [0.0]
    held = Rates(2, 3, lambda: now[0])
    assert [held.take("a") for _ in range(4)] == [0, 0, 0, 0.5]
    assert held.take("b") == 0
    now[0] = 0.5
    assert [held.take("a"), held.take("a")] == [0, 0.5]
    now[0] = 100
    assert [held.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_buckets_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Callers that come once do not gather."""
    monkeypatch.setattr(rates, "MOST_CALLERS", 10)
    held = Rates(1, 1)
    for number in range(1000):
        held.take(f"{number}")
    assert len(held._held) == 10


def test_what_takes_too_long_is_given_up_and_keeps_its_place_until_it_ends() -> None:
    """A thread cannot be stopped: its caller is told 504, and nobody gets its place while it runs."""
    going_on = threading.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        await to_thread.run_sync(going_on.wait)
        await _answer(scope, receive, send)

    async def conversation() -> None:
        limits = _limits(slow, concurrency=1, waiting=1, request_seconds=1)
        sent: list[Message] = []
        with pytest.raises(Refused) as first:
            await _call(limits, sent=sent)
        with pytest.raises(Refused) as second:
            await _call(limits)
        assert (first.value.status, second.value.status, second.value.headers) == (504, 503, {"Retry-After": "2"})
        going_on.set()
        await asyncio.sleep(0.2)
        assert sent == []
        assert [message["type"] for message in await _call(limits)] == ["http.response.start", "http.response.body"]
        assert limits.inside == 0

    asyncio.run(conversation())


def test_an_answer_that_has_begun_is_ended_in_time() -> None:
    """Half an answer is ended properly, and nothing comes after its end."""

    async def drip(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while True:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
            await asyncio.sleep(0.05)

    sent = asyncio.run(_call(_limits(drip, request_seconds=1)))
    assert sent[-1] == {"type": "http.response.body", "body": b"", "more_body": False}
    assert sum(not message.get("more_body", True) for message in sent) == 1


def test_an_error_of_the_application_stays_one() -> None:
    """It is not hidden, and frees its place."""

    async def broken(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001 - it breaks before
        raise RuntimeError("a bug")

    async def conversation() -> None:
        limits = _limits(broken, concurrency=1, waiting=0)
        for _ in range(3):
            with pytest.raises(RuntimeError, match="a bug"):
                await _call(limits)
        assert limits.inside == 0

    asyncio.run(conversation())


def test_the_first_come_are_served_first() -> None:
    """Who waits gets a place in the order of coming; who finds no room to wait is refused at once."""
    order: list[bytes] = []

    async def note(scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        order.append((await receive())["body"])
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def conversation() -> list[object]:
        limits = _limits(note, concurrency=1, waiting=4)
        return list(await asyncio.gather(*(_call(limits, b"%d" % n) for n in range(8)), return_exceptions=True))

    ended = asyncio.run(conversation())
    assert order == [b"0", b"1", b"2", b"3", b"4"]
    assert [one.status for one in ended if isinstance(one, Refused)] == [503] * 3


def test_a_body_is_bounded_in_size_and_time() -> None:
    """Whatever its header says."""

    async def send_parts(limits: Limits, parts: list[bytes], wait: float) -> int:
        async def receive() -> Message:
            await asyncio.sleep(wait)
            return {"type": "http.request", "body": parts.pop(), "more_body": bool(parts)}

        async def send(message: Message) -> None:
            assert message

        with pytest.raises(Refused) as refused:
            await limits.call(SCOPE, receive, send, "key", "name")
        return refused.value.status

    async def conversation() -> list[int]:
        limits = _limits(_answer, max_body_kb=1, slow_seconds=1)
        return [await send_parts(limits, [b"x" * 500] * 3, 0), await send_parts(limits, [b"x"] * 100, 0.1)]

    assert asyncio.run(conversation()) == [413, 408]
