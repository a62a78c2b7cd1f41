from __future__ import annotations

import asyncio
import socket
import time
from typing import TYPE_CHECKING

import httpx2
import pytest

from support.network import (
    HEAD,
    HELLO,
    TASK,
    Guarded,
    Served,
    bearer,
    guarded_network,
    modern,
    network,
    new_token,
    raw,
    tool_call,
    until,
)
from support.sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server that wants tokens, and tokens of every sort by their names."""
    with guarded_network(tmp_path_factory.mktemp("guarded").resolve() / "sample") as server:
        yield server


def test_a_body_that_is_too_large_is_refused(guarded: Guarded) -> None:
    """With its length or in chunks it is refused as soon as that is known, and the connection is closed."""
    server, tokens = guarded
    large = tool_call("search", query="x" * 30_000)
    told = server.post(large, tokens["all"], **modern("tools/call", "search"))
    assert (told.status_code, told.headers["connection"]) == (413, "close")
    chunks = (part for part in [b"x" * 1000] * 1000)
    with httpx2.Client() as client:
        answer = client.post(server.mcp, content=chunks, headers={**HEAD, **bearer(tokens["all"])})
    assert answer.status_code == 413
    assert server.refusals()[-2:] == ["too large a body"] * 2


@pytest.mark.parametrize("size", [33_000, 60_000, 100_000, 3_000_000])
@pytest.mark.parametrize("target", [b"/healthz", b"/mcp", b"/" + b"x" * 33_000])
def test_a_head_that_is_too_large_is_refused(guarded: Guarded, size: int, target: bytes) -> None:
    """Whether it comes at once or in pieces, wherever it is meant to go; it is logged."""
    server, _ = guarded
    fields = b"".join(b"X%d: %b\r\n" % (number, b"a " * 500) for number in range(size // 1000))
    before = server.refusals().count("too large a head")
    answer = raw(server, b"GET %b HTTP/1.1\r\nHost: 127.0.0.1\r\n%b\r\n" % (target, fields))
    assert answer.startswith(b"HTTP/1.1 431 ")
    until(lambda: server.refusals().count("too large a head") == before + 1, 5)


def test_a_large_head_that_is_allowed_is_answered(guarded: Guarded) -> None:
    """Up to 32 kB."""
    server, _ = guarded
    assert server.get("/healthz", **{"X-Long": "a" * 32_000}).status_code == 200


def test_a_body_that_lies_about_its_length_is_refused(guarded: Guarded) -> None:
    """Lengths that are no number or contradict each other are no request at all."""
    server, _ = guarded
    for lengths in ("Content-Length: -1", "Content-Length: 1x", "Content-Length: 5\r\nContent-Length: 6",
                    "Content-Length: 5\r\nTransfer-Encoding: chunked"):  # fmt: skip
        request = f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n{lengths}\r\n\r\nhello"
        answer = raw(server, request.encode())
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401"))


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"X-Slow: ", "too slow a request"),
        (b"Authorization: Bearer TOKEN\r\nContent-Length: 99\r\n\r\n{", "too slow a body"),
    ],
)
def test_a_slow_client_is_let_go(guarded: Guarded, sent: bytes, why: str) -> None:
    """Who sends a byte now and then gets 408 within seconds; others are answered meanwhile."""
    server, tokens = guarded
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        line.sendall(b"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n" + sent.replace(b"TOKEN", tokens["all"].encode()))
        started, answer = time.monotonic(), b""
        line.settimeout(0.2)
        while b"\r\n\r\n" not in answer and time.monotonic() < started + 8:
            try:
                line.sendall(b"x")
                answer += line.recv(4096)
            except TimeoutError:
                assert server.get("/healthz").status_code == 200
            except OSError:
                break
    assert answer.startswith(b"HTTP/1.1 408")
    until(lambda: server.refusals()[-1:] == [why], 5)


def test_too_many_requests_of_one_caller_are_refused(tmp_path: Path) -> None:
    """Past its burst a caller is told when to come again, others are answered, and then it is answered too."""
    root = sample(tmp_path.resolve() / "sample").write({"kb.toml": "[server]\nrate = 1\nburst = 10\n"}).root
    tokens = [new_token(root, "busy"), new_token(root, "calm")]
    with network(root) as server, httpx2.Client(headers={**HEAD, **bearer(tokens[0])}) as client:
        answers = [client.delete(server.mcp) for _ in range(30)]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert len(refused) >= 15
        assert {answer.headers["retry-after"] for answer in refused} <= {"1", "2"}
        assert server.call("search", tokens[1], query="httpx")["content"]
        time.sleep(1.5)
        assert client.delete(server.mcp).status_code != 429
        assert next(entry["caller"] for entry in server.log() if entry.get("refused") == "too many requests") == "busy"


def test_figures_are_for_who_may_see_them(guarded: Guarded) -> None:
    """/metrics wants the scope; what it holds names neither tokens nor questions."""
    server, tokens = guarded
    assert server.get("/metrics").status_code == 401
    assert server.get("/metrics", tokens["decisions"]).status_code == 403
    server.call("search", tokens["all"], query="httpx")
    text = server.get("/metrics", tokens["figures"]).text
    assert (
        'kb_calls_total{outcome="high",tool="search"}' in text or 'kb_calls_total{outcome="low",tool="search"}' in text
    )
    for line in (
        'kb_documents{kind="decision"} 2.0',
        "kb_index_complete 1.0",
        'kb_http_requests_total{status="401"}',
        'kb_refused_total{reason="no token"}',
        "kb_requests_inside 0.0",
        "process_resident_memory_bytes",
    ):
        assert line in text
    assert "kb_units " in text
    assert "httpx" not in text


def test_probes_are_open_and_say_nothing(guarded: Guarded) -> None:
    """Whether it lives and is ready is told to anybody, under any name, and nothing besides."""
    server, _ = guarded
    assert server.get("/healthz", Host="10.0.0.1").text == "ok\n"
    assert server.get("/readyz", Host="pod").json() == {"ready": True, "index": "complete"}
    assert httpx2.post(f"{server.url}/healthz").status_code == 405


def test_more_than_there_is_room_for_is_refused_and_then_answered(tmp_path: Path) -> None:
    """Of a crowd some wait, some are told to come again, none fails otherwise; afterwards all is as before."""
    root = sample(tmp_path / "sample").root
    (root / "kb.toml").write_text("[server]\nconcurrency = 1\nwaiting = 3\nburst = 10000\nrate = 10000\n")

    async def crowd(server: Served) -> list[httpx2.Response]:
        head = {**HEAD, **modern("tools/call", "get_context")}
        async with httpx2.AsyncClient(limits=httpx2.Limits(max_connections=40), timeout=30, headers=head) as client:
            call = tool_call("get_context", task=TASK, paths=["api/x.py"])
            return list(await asyncio.gather(*(client.post(server.mcp, json=call) for _ in range(80))))

    with network(root) as server:
        answers = asyncio.run(crowd(server))
        statuses = {answer.status_code for answer in answers}
        assert statuses == {200, 503}
        assert {answer.headers["retry-after"] for answer in answers if answer.status_code == 503} == {"2"}
        assert server.call("search", query="httpx")["content"]


def test_no_more_connections_are_open_than_allowed(tmp_path: Path) -> None:
    """One more is told so like any other refusal; once another one ends there is room again."""
    root = sample(tmp_path / "sample").write({"kb.toml": "[server]\nmax_connections = 2\n"}).root
    with network(root) as server:
        place = ("127.0.0.1", server.port)
        with socket.create_connection(place, 10), socket.create_connection(place, 10):
            until(lambda: server.get("/healthz").status_code == 503)
            answer = server.get("/healthz")
            assert answer.json()["error"]["message"] == "the server holds too many connections open; try again"
            assert (answer.headers["retry-after"], answer.headers["connection"]) == ("2", "close")
            assert server.refusals()[-1] == "too many connections"
        until(lambda: server.get("/healthz").status_code == 200)


def test_no_more_sessions_and_streams_are_open_than_allowed(tmp_path: Path) -> None:
    """One more is refused politely; the sessions that are open go on."""
    root = sample(tmp_path / "sample").root
    (root / "kb.toml").write_text("[server]\nmax_sessions = 2\nmax_streams = 0\n")
    with network(root) as server:
        answers = [server.post(HELLO) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 503]
        session = {"Mcp-Session-Id": answers[0].headers["mcp-session-id"], "MCP-Protocol-Version": "2025-06-18"}
        assert server.get("/mcp", Accept="text/event-stream", **session).status_code == 503
        assert server.post({"jsonrpc": "2.0", "id": 2, "method": "ping"}, **session).status_code == 200


def test_one_caller_does_not_take_the_sessions_of_all(tmp_path: Path) -> None:
    """Past its share a caller must end some; others begin theirs meanwhile."""
    root = sample(tmp_path.resolve() / "sample").write({"kb.toml": "[server]\nmax_sessions = 50\n"}).root
    tokens = [new_token(root, "greedy"), new_token(root, "other")]
    with network(root) as server:
        answers = [server.post(HELLO, tokens[0]) for _ in range(12)]
        assert [answer.status_code for answer in answers] == [200] * 10 + [503] * 2
        assert server.post(HELLO, tokens[1]).status_code == 200
        session = {"Mcp-Session-Id": answers[0].headers["mcp-session-id"], "MCP-Protocol-Version": "2025-06-18"}
        assert httpx2.delete(server.mcp, headers={**bearer(tokens[0]), **session}).status_code == 200
        assert server.post(HELLO, tokens[0]).status_code == 200
