from __future__ import annotations

from typing import TYPE_CHECKING

import httpx2
import pytest

from support.network import Guarded, bearer, guarded_network, message, modern

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A server that wants tokens, and tokens of every sort by their names."""
    with guarded_network(tmp_path_factory.mktemp("guarded").resolve() / "sample") as server:
        yield server


TOOLS = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
TURNED = {
    "a content type": (TOOLS, {"Content-Type": "text/plain"}, 400, "a wrong content type"),
    "what is accepted": (TOOLS, {"Accept": "text/html"}, 406, "a wrong Accept"),
    "no JSON": (b"{", {}, 400, "no JSON"),
    "half a character": (b'{"jsonrpc": "2.0", "id": 2, "method": "\\ud800"}', {}, 400, "no JSON"),
    "a list": ([], {}, 400, "no message of JSON-RPC"),
    "an object": ({}, {}, 400, "no message of JSON-RPC"),
    "no session": (TOOLS, {}, 400, "no session"),
    "another session": (TOOLS, {"Mcp-Session-Id": "x"}, 404, "an unknown session"),
    "a list without a session": ([], modern("tools/list"), 400, "an invalid request"),
    "a method that is none": (message("x/y"), modern("x/y"), 404, "an unknown method"),
    "headers of another": (message("x/y"), modern("tools/list"), 400, "headers that contradict the body"),
    "no parameters": (TOOLS, modern("tools/list"), 400, "wrong parameters"),
}


@pytest.mark.parametrize(("body", "headers", "status", "why"), TURNED.values(), ids=TURNED)
def test_what_the_sdk_turns_away_is_a_refusal_like_any_other(
    guarded: Guarded, body: object, headers: dict[str, str], status: int, why: str
) -> None:
    """Its sender is told in one line what to do, under the id of the request; it is logged and counted."""
    server, tokens = guarded
    counted = _counted(server.get("/metrics", tokens["figures"]).text, why)
    answer = server.post(body, tokens["all"], **headers)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/json")
    told = answer.json()["error"]["message"]
    assert not {"\n", "pydantic", "validation error"} & {told, *told.split()}
    assert len(told) > 30
    known = {"an unknown method": 1, "headers that contradict the body": 1, "wrong parameters": 2}
    assert answer.json()["id"] == known.get(why)
    entry = server.log()[-1]
    assert (entry["refused"], entry["status"], entry["caller"]) == (why, status, "all")
    assert _counted(server.get("/metrics", tokens["figures"]).text, why) == counted + 1


def _counted(figures: str, why: str) -> float:
    """How many refusals for a reason the figures have."""
    line = f'kb_refused_total{{reason="{why}"}} '
    return next((float(found.removeprefix(line)) for found in figures.splitlines() if found.startswith(line)), 0)


def test_other_methods_are_told_which_there_are(guarded: Guarded) -> None:
    """With the header that says so, and as a refusal."""
    server, tokens = guarded
    answer = httpx2.put(server.mcp, headers=bearer(tokens["all"]))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST, DELETE")
    assert answer.json()["error"]["message"] == "use POST, or GET and DELETE within a session"
    assert server.refusals()[-1] == "a wrong method"


def test_a_document_that_is_not_there_is_no_refusal(guarded: Guarded) -> None:
    """It is an answer, logged as the call that it is."""
    server, tokens = guarded
    uri = "kb://guide/docs/none.md"
    answer = server.post(message("resources/read", uri=uri), tokens["all"], **modern("resources/read", uri))
    assert answer.json()["error"]["data"] == {"uri": uri}
    assert server.log()[-1]["tool"] == "resources/read"
