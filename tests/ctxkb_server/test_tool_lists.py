"""What a client is told before it calls a tool: names, arguments, hints, and how long they hold."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from mcp import Client

from ctxkb.knowledge import Knowledge
from ctxkb.text.count import count_tokens
from support.serving import asked, indexed_sample, served

if TYPE_CHECKING:
    from mcp.types import Tool

    from ctxkb_server.server import KbServer


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository, indexed once."""
    return indexed_sample(tmp_path_factory.mktemp("sample").resolve())


@pytest.fixture
def server(knowledge: Knowledge) -> KbServer:
    """A server of the sample repository."""
    return served(knowledge)


def _tools(server: KbServer) -> list[Tool]:
    async def listed() -> list[Tool]:
        async with Client(server) as client:
            return list((await client.list_tools()).tools)

    return asyncio.run(listed())


def _arguments(tool: Tool) -> dict[str, tuple[str, Any]]:
    """The type and the default of each argument; ... stands for one that must be given."""
    properties = tool.input_schema["properties"]
    return {name: (schema["type"], schema.get("default", ...)) for name, schema in properties.items()}


def test_names_arguments_and_defaults_are_fixed(server: KbServer) -> None:
    """What outside programs rely on stays as design.md says."""
    assert {tool.name: _arguments(tool) for tool in _tools(server)} == {
        "get_context": {
            "task": ("string", ...),
            "paths": ("array", []),
            "budget_tokens": ("integer", 2000),
            "have": ("string", ""),
            "kinds": ("array", []),
            "format": ("string", "text"),
        },
        "search": {
            "query": ("string", ...),
            "kinds": ("array", []),
            "path": ("string", ""),
            "status": ("string", ""),
            "limit": ("integer", 10),
            "budget_tokens": ("integer", 800),
        },
        "read": {"id": ("string", ...), "budget_tokens": ("integer", 4000)},
        "check_change": {
            "paths": ("array", []),
            "diff": ("string", ""),
            "plan": ("string", ""),
            "budget_tokens": ("integer", 2000),
        },
        "report_gap": {"question": ("string", ...), "note": ("string", "")},
    }


def test_what_only_reads_says_so(knowledge: Knowledge) -> None:
    """Each tool tells by its hints whether it only reads, and none promises structured output."""
    tools = _tools(served(knowledge, drafts=True))
    assert {tool.name: tool.annotations.read_only_hint for tool in tools if tool.annotations} == {
        "get_context": True,
        "search": True,
        "read": True,
        "check_change": True,
        "report_gap": False,
        "propose": False,
    }
    assert [tool.annotations.destructive_hint for tool in tools if tool.annotations] == [None] * 4 + [False] * 2
    assert [tool.output_schema for tool in tools] == [None] * 6


def test_all_schemas_together_cost_at_most_1000_tokens(knowledge: Knowledge) -> None:
    """What a client puts before its model for the tools stays small, with `propose` among them."""
    listed = [tool.model_dump(by_alias=True, exclude_none=True) for tool in _tools(served(knowledge, drafts=True))]
    assert count_tokens(json.dumps(listed, ensure_ascii=False)) <= 1000


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_everything_is_listed_before_the_model_is_there(knowledge: Knowledge, mode: Literal["auto", "legacy"]) -> None:
    """Tools, resources and prompts are listed and read while a model is still on its way."""

    def on_its_way() -> None:
        raise AssertionError("nobody waits for the model to list anything")

    late = Knowledge(knowledge.root, knowledge.config, knowledge.catalog, on_its_way, on_its_way)

    async def listed(client: Client) -> list[int]:
        contents = (await client.read_resource("kb://decision/ADR-0002")).contents
        tools, resources = (await client.list_tools()).tools, (await client.list_resources()).resources
        return [len(tools), len(resources), len((await client.list_prompts()).prompts), len(contents)]

    assert asked(served(late), listed, mode) == [5, 5, 3, 1]


def test_lists_and_readings_say_how_long_they_hold(server: KbServer) -> None:
    """In the protocol without sessions a client may keep tools for an hour, and what follows the index for a second."""

    async def hints(client: Client) -> list[tuple[int, str]]:
        results = [
            await client.list_tools(),
            await client.list_resource_templates(),
            await client.list_resources(),
            await client.list_prompts(),
            await client.read_resource("kb://guide/docs/guides/add-an-endpoint.md"),
        ]
        return [(result.ttl_ms, result.cache_scope) for result in results]

    assert asked(server, hints) == [
        (3_600_000, "private"),
        (3_600_000, "public"),
        (1000, "private"),
        (1000, "private"),
        (1000, "private"),
    ]
