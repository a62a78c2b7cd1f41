from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx2
import pytest

from support.network import (
    HELLO,
    TASK,
    Guarded,
    bearer,
    guarded_network,
    message,
    modern,
    raw,
    result_of,
    tool_call,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server that wants tokens, and tokens of every sort by their names."""
    with guarded_network(tmp_path_factory.mktemp("guarded").resolve() / "sample") as server:
        yield server


REFUSED = {
    "no token": ({}, 401, "no token"),
    "an empty one": ({"Authorization": "Bearer"}, 401, "no bearer token"),
    "another scheme": ({"Authorization": "Basic Ym9iOng="}, 401, "no bearer token"),
    "an unknown one": (bearer("kb_" + "x" * 43), 401, "an unknown token"),
    "what is no token": (bearer("x"), 401, "an unknown token"),
    "another host": ({"Host": "evil.example"}, 421, "a wrong host"),
    "a host that begins like ours": ({"Host": "127.0.0.1.evil.example"}, 421, "a wrong host"),
    "a host with a user": ({"Host": "127.0.0.1@evil.example"}, 421, "a wrong host"),
    "another origin": ({"Origin": "https://evil.example"}, 403, "a wrong origin"),
    "an origin that begins like ours": ({"Origin": "http://localhost.evil.example"}, 403, "a wrong origin"),
    "an origin of nothing": ({"Origin": "null"}, 403, "a wrong origin"),
}


@pytest.mark.parametrize(("headers", "status", "why"), REFUSED.values(), ids=REFUSED)
def test_who_may_not_ask_is_refused(guarded: Guarded, headers: dict[str, str], status: int, why: str) -> None:
    """Each is refused with its status, told why in one line, and logged with its address."""
    server, tokens = guarded
    given = {**bearer(tokens["all"]), **headers} if "Host" in headers or "Origin" in headers else headers
    answer = server.post(tool_call("search", query="httpx"), **{**modern("tools/call", "search"), **given})
    assert answer.status_code == status
    assert answer.json()["error"]["message"]
    assert ("www-authenticate" in answer.headers) == (status == 401)
    entry = server.log()[-1]
    assert (entry["refused"], entry["status"], entry["address"]) == (why, status, "127.0.0.1")
    assert entry["request"] == "POST /mcp"


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [
        ("short", 401, "a token that is expired"),
        ("gone", 401, "a token that is revoked"),
        ("figures", 403, "lacks the scope read"),
    ],
)
def test_a_token_that_does_not_count_is_refused(guarded: Guarded, name: str, status: int, why: str) -> None:
    """An expired, a revoked and one of another scope are told apart, for who has them and in the log."""
    server, tokens = guarded
    answer = server.post(tool_call("search", query="httpx"), tokens[name], **modern("tools/call", "search"))
    assert answer.status_code == status
    error = "invalid_token" if status == 401 else "insufficient_scope"
    assert f'error="{error}"' in answer.headers["www-authenticate"]
    entry = server.log()[-1]
    assert (entry["refused"], entry["caller"]) == (why, name)
    assert tokens[name] not in json.dumps(server.log())


def test_a_token_shows_what_its_scopes_allow(guarded: Guarded) -> None:
    """Of other kinds and paths nothing is found, read, listed or counted, in either era."""
    server, tokens = guarded
    assert "AGENTS.md" in str(server.call("search", tokens["all"], query="log customer data"))
    for name, path in (("decisions", "docs/adr/0002"), ("guides", "docs/guides")):
        assert path in str(server.call("search", tokens[name], query="outgoing calls, or add an endpoint"))
        packed = server.call("get_context", tokens[name], task=TASK, paths=["api/x.py"], format="json")
        assert "AGENTS.md" not in str(packed)
        assert server.call("read", tokens[name], id="AGENTS.md")["isError"]
        listed = server.post(message("resources/list"), tokens[name], **modern("resources/list"))
        assert {one["uri"].split("/")[2] for one in result_of(listed)["resources"]} == {name.rstrip("s")}
        hello = result_of(server.post(HELLO, tokens[name]))["instructions"]
        assert "convention" not in hello
        assert "contract" not in hello


def test_a_session_answers_only_to_who_began_it(guarded: Guarded) -> None:
    """With another token a session is not there; with its own it goes on."""
    server, tokens = guarded
    session = server.post(HELLO, tokens["all"]).headers["mcp-session-id"]
    tools = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}
    own = server.post(tools, tokens["all"], **{"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-06-18"})
    other = server.post(tools, tokens["guides"], **{"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-06-18"})
    assert (own.status_code, other.status_code) == (200, 404)


TRAVERSALS = (
    "../../etc/passwd",
    "/etc/passwd",
    "docs/../../../etc/passwd",
    "..\\..\\etc\\passwd",
    "%2e%2e/%2e%2e/etc/passwd",
)


@pytest.mark.parametrize("path", TRAVERSALS)
def test_no_argument_leads_out_of_the_repository(guarded: Guarded, path: str) -> None:
    """A path outside is refused or finds nothing, in every argument and address; it is logged."""
    server, tokens = guarded
    token, seen = tokens["all"], len(server.log())
    calls = [
        server.call("get_context", token, task=path, paths=[path]),
        server.call("get_context", token, task="x", paths=[path], have=path),
        server.call("search", token, query="x", path=path),
        server.call("read", token, id=path),
        server.call("read", token, id=f"{path}:1"),
        server.call("report_gap", token, question=path, note=path),
    ]
    assert "root:" not in str(calls)
    for uri in (f"kb://decision/{path}", f"kb://guide/docs/{path}", f"file:///{path}", path):
        answer = server.post(message("resources/read", uri=uri), token, **modern("resources/read", uri))
        assert "error" in answer.json()
        assert "root:" not in answer.text
    for place in (f"/mcp/{path}", f"/{path}", f"/.well-known/{path}"):
        assert server.get(place, token).status_code in {404, 421}
    said = server.log()[seen:]
    assert len(said) >= len(calls)
    assert all("error" in entry for entry in said if entry.get("tool") == "read")


@pytest.mark.parametrize(
    "evil", [b"x\r\nX-Evil: 1", b"x\nX-Evil: 1", b"a\x00b", b"a\x0bb", b'x", error="y', b"x\x85\xff"]
)
def test_no_header_is_injected(guarded: Guarded, evil: bytes) -> None:
    """Whatever stands in a header, none of it becomes a header of the answer or a line of the log."""
    server, _ = guarded
    for name in (b"User-Agent", b"Authorization: Bearer", b"Origin", b"Mcp-Session-Id"):
        answer = raw(server, b"GET /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\n%b: %b\r\n\r\n" % (name, evil))
        assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 401", b"HTTP/1.1 403"))
        assert b"evil" not in answer.lower()
    assert server.log()


def test_no_line_of_the_log_is_forged(guarded: Guarded) -> None:
    """Questions, clients, paths and addresses that hold line breaks stay within their lines."""
    server, tokens = guarded
    forged = '{"tool": "forged"}'
    raw(server, b"GET /%%0a%b HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: x\x85%b\r\n\r\n" % (b"x", forged.encode()))
    call = tool_call("search", query=f"x\n{forged}\u2028", path=f"docs\n{forged}")
    call["params"]["_meta"]["io.modelcontextprotocol/clientInfo"] = {"name": f"x\n{forged}\r\n", "version": "\u2028"}
    assert server.post(call, tokens["all"], **modern("tools/call", "search")).status_code == 200
    entries = [json.loads(line) for line in (server.root / ".kb" / "audit.jsonl").read_text("utf-8").splitlines()]
    assert entries[-1]["tool"] == "search"
    assert [entry for entry in entries if entry.get("tool") == "forged"] == []


def test_what_is_no_mcp_is_refused_as_such(guarded: Guarded) -> None:
    """Broken, deep and foreign bodies, other methods and media types are errors of the client, never of the server."""
    server, tokens = guarded
    token = tokens["all"]
    batch = json.dumps([HELLO] * 3).encode()
    bodies = [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b"[" * 10_000,
        b'{"jsonrpc": "2.0"}',
        b"1" * 5000,
        batch,
    ]
    for body in bodies:
        for headers in ({}, modern("tools/call", "search")):
            assert 400 <= server.post(body, token, **headers).status_code < 500, (body[:20], headers)
    assert server.post(HELLO, token, **{"Content-Type": "text/plain"}).status_code == 400
    for method in ("PUT", "PATCH", "OPTIONS", "TRACE"):
        answer = httpx2.request(method, server.mcp, headers=bearer(token))
        assert answer.status_code in {404, 405}
    assert not any("Traceback" in line for line in server.said)


def test_the_public_name_is_allowed(guarded: Guarded) -> None:
    """The host of `public_url` reaches it, as loopback does under each of its names."""
    server, tokens = guarded
    for host in ("kb.example.com", f"localhost:{server.port}", f"[::1]:{server.port}"):
        answer = server.post(tool_call("search", query="x"), tokens["all"], **modern("tools/call", "search"), Host=host)
        assert answer.status_code == 200
