from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ctxkb.config import Server
from ctxkb.text.count import count_tokens
from ctxkb_server.audit import LONGEST_PATH, LONGEST_QUESTION, REFUSALS_A_MINUTE
from ctxkb_server.http.patient import LARGEST_HEAD
from ctxkb_server.http.run import DRAIN_SECONDS
from ctxkb_server.server import TOOLS
from support.serving import asked, indexed_sample, served

if TYPE_CHECKING:
    from mcp import Client

    from ctxkb.knowledge import Knowledge
    from ctxkb_server.server import KbServer

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository."""
    return indexed_sample(tmp_path_factory.mktemp("pages").resolve())


def _page(name: str) -> str:
    return " ".join((DOCS / name).read_text("utf-8").split())


def _compact(server: KbServer) -> tuple[list[str], int]:
    """The names of the tools, and what their descriptions cost as compact JSON."""

    async def ask(client: Client) -> list[dict[str, object]]:
        return [tool.model_dump(by_alias=True, exclude_none=True) for tool in (await client.list_tools()).tools]

    tools = asked(server, ask)
    cost = sum(count_tokens(json.dumps(tool, separators=(",", ":"))) for tool in tools)
    return [tool["name"] for tool in tools], cost


def test_the_page_of_the_command_tells_what_the_tools_are_and_cost(knowledge: Knowledge) -> None:
    """Each is named, and the tokens are those that a client spends."""
    names, cost = _compact(served(knowledge))
    _, more = _compact(served(knowledge, drafts=True))
    page = _page("commands/serve.md")
    assert f"cost a client {cost} tokens as compact JSON, {more} with `propose`" in page
    assert [name for name in names if f"[`{name}`]" not in page] == []
    assert len(names) == len(TOOLS)
    assert f"2026-07-28 {names} ".replace("[", "[ ").replace("]", " ]") in _page("mcp.md")


def test_the_limits_on_the_page_are_those_of_the_configuration() -> None:
    """Each row of the table names a setting, and its default."""
    told: dict[str, int] = {}
    for line in (DOCS / "network.md").read_text("utf-8").splitlines():
        what, _, figures = line.removeprefix("| ").partition(" | ")
        names = [name for name in re.findall(r"`(\w+)`", what) if name in Server.model_fields]
        numbers = [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", figures)]
        told |= dict(zip(names, numbers, strict=False))
    assert told == {name: getattr(Server(), name) for name in told}
    assert len(told) == 11


def test_the_other_figures_are_true() -> None:
    """Those that nobody can set."""
    page = _page("network.md")
    assert f"| a request's head, its first line and all its headers | {LARGEST_HEAD // 1024} kB | 431 |" in page
    assert (DRAIN_SECONDS, "end for up to ten seconds" in page) == (10, True)
    log = _page("audit.md")
    assert f"its first {LONGEST_QUESTION} characters" in log
    assert f"at most {LONGEST_PATH:,} characters of each" in log
    assert f"beyond {REFUSALS_A_MINUTE} a minute" in log
    assert f"At {Server().audit_mb} MB" in log
