from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference

from ctxkb.config import Privacy
from ctxkb_server.audit import LOG, Audit, Call, Refusal
from ctxkb_server.completions import LONGEST
from support.serving import asked, indexed_sample, served

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from mcp import Client

    from ctxkb_server.server import KbServer

SIZE = 200_000
PIECES = ("x", " ", "a b ", "/", "\n", "@", "-", "(", "x1 ", "a/", "../", "**/", "{", "[", "`", "\u200b", "eyJa-", "1")
SECONDS = 1.5
"""Of processor time, for what takes a tenth of it where nothing is quadratic, and minutes where something is."""

EVERYTHING = Privacy(mask=("email", "phone", "iban", "credit-card", "ip"))
REST = {
    ("get_context", "task"): {},
    ("get_context", "have"): {"task": "x"},
    ("get_context", "paths"): {"task": "x"},
    ("get_context", "kinds"): {"task": "x"},
    ("get_context", "budget_tokens"): {"task": "x"},
    ("search", "query"): {},
    ("search", "path"): {"query": "httpx"},
    ("search", "status"): {"query": "httpx"},
    ("read", "id"): {},
    ("check_change", "paths"): {},
    ("check_change", "diff"): {},
    ("check_change", "plan"): {},
    ("report_gap", "question"): {},
    ("report_gap", "note"): {"question": "zebra"},
    ("propose", "title"): {"kind": "rule", "text": "x"},
    ("propose", "text"): {"kind": "rule", "title": "x"},
    ("propose", "paths"): {"kind": "rule", "title": "y", "text": "x"},
}
"""Every argument that a client fills in freely, and what else its tool needs."""

OFFERS: dict[str, Callable[[Client, str], Coroutine[Any, Any, object]]] = {
    "address": lambda client, flood: client.read_resource(f"kb://guide/{flood}"),
    "cursor": lambda client, flood: client.list_resources(cursor=flood),
    "prompt": lambda client, flood: client.get_prompt("implement_with_context", {"task": flood, "paths": flood}),
    "name of a prompt": lambda client, flood: client.get_prompt(flood),
    "name of a tool": lambda client, flood: client.call_tool(flood, {}),
    "name of an argument": lambda client, flood: client.call_tool("search", {flood: "x"}),
    "typed id": lambda client, flood: client.complete(
        ResourceTemplateReference(type="ref/resource", uri="kb://decision/{+id}"), {"name": "id", "value": flood}
    ),
    "typed path": lambda client, flood: client.complete(
        PromptReference(type="ref/prompt", name="definition_of_done"), {"name": "paths", "value": flood}
    ),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> KbServer:
    """A server that offers everything and logs every call."""
    folder = tmp_path_factory.mktemp("flooded").resolve()
    audit = Audit(folder, privacy=lambda: EVERYTHING)
    return served(indexed_sample(folder / "sample"), audit, drafts=True)


def _floods() -> list[str]:
    return [(piece * SIZE)[:SIZE] for piece in PIECES]


async def _timed(name: str, call: Coroutine[Any, Any, object], slow: dict[str, float]) -> None:
    started = time.process_time()
    with suppress(MCPError):
        await call
    spent = time.process_time() - started
    if spent > SECONDS:
        slow[name] = spent


@pytest.mark.parametrize(("tool", "argument"), REST, ids=lambda part: part)
def test_no_argument_of_a_tool_takes_long(server: KbServer, tool: str, argument: str) -> None:
    """Whatever 200,000 characters a client sends, it gets its answer in about the time of any other."""

    async def ask(client: Client) -> dict[str, float]:
        slow: dict[str, float] = {}
        for flood in _floods():
            value = [flood, *[flood[:400]] * 400] if argument in {"paths", "kinds"} else flood
            await _timed(flood[:6], client.call_tool(tool, {**REST[tool, argument], argument: value}), slow)
        return slow

    assert asked(server, ask) == {}


@pytest.mark.parametrize("offer", OFFERS)
def test_nothing_else_that_a_client_names_takes_long(server: KbServer, offer: str) -> None:
    """Addresses, cursors, prompts, names and what a person types."""

    async def ask(client: Client) -> dict[str, float]:
        slow: dict[str, float] = {}
        for flood in _floods():
            await _timed(flood[:6], OFFERS[offer](client, flood), slow)
        return slow

    assert asked(server, ask) == {}


def test_nobody_types_for_so_long(server: KbServer) -> None:
    """Behind some thousand characters nothing is completed."""
    reference = PromptReference(type="ref/prompt", name="definition_of_done")

    async def ask(client: Client) -> list[list[str]]:
        typed = [f"{',' * number}do" for number in (10, LONGEST)]
        found = [await client.complete(reference, {"name": "paths", "value": value}) for value in typed]
        return [one.completion.values for one in found]

    assert asked(server, ask) == [[f"{',' * 10}docs/"], []]


@pytest.mark.parametrize("piece", PIECES)
def test_no_line_of_the_log_takes_long(tmp_path: Path, piece: str) -> None:
    """Neither a question, an error or a path, nor the headers of whoever was refused."""
    flood, audit = (piece * SIZE)[:SIZE], Audit(tmp_path, privacy=lambda: EVERYTHING)
    audit.record(Call("x", "search", "password: x1y2z3a"))
    started = time.process_time()
    audit.record(Call("x", "search", flood, (flood,) * 20, error=flood))
    audit.refuse(Refusal("no token", 401, request=flood, client=flood))
    assert time.process_time() - started < SECONDS
    assert (tmp_path / LOG).stat().st_size < 200_000


def test_a_number_without_end_is_the_largest(server: KbServer) -> None:
    """As text too, which some clients send for numbers."""

    async def ask(client: Client) -> list[bool]:
        budgets = ("9" * 400, "-" + "9" * 400, "1e999")
        return [
            (await client.call_tool("search", {"query": "httpx", "budget_tokens": each})).is_error for each in budgets
        ]

    assert asked(server, ask) == [False] * 3
