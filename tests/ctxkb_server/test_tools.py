from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Literal

import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.write import set_meta, writing
from ctxkb.knowledge import Knowledge
from ctxkb.text.count import count_tokens
from ctxkb_ingest.index import index_repository
from ctxkb_server.audit import LOG, Audit
from support.embedders import HashEmbedder
from support.sample import sample
from support.serving import asked, call, cost, indexed, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import Tool

    from ctxkb_server.server import KbServer

TASK = "outgoing calls with httpx and a timeout of five seconds"
BUDGETS = (50, 51, 75, 100, 150, 199, 200, 201, 250, 300, 400, 500, 700, 1000, 2000, 4000, 20_000)
CONTEXT_FIELDS = {"confidence", "budget_tokens", "used_tokens", "tokenizer", "receipt", "items", "omitted"}
ITEM_FIELDS = {
    "id", "kind", "title", "path", "lines", "anchor", "status", "superseded_by", "binding", "why", "tokens", "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository, indexed once."""
    root = tmp_path_factory.mktemp("sample").resolve()
    sample(root)
    return indexed(root)


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


def test_the_instructions_tell_what_the_index_holds(server: KbServer) -> None:
    """They count the documents of each kind and name the tool to call first."""
    said = server.create_initialization_options().instructions or ""
    assert "It holds 2 decisions, 1 contract, 1 convention, 1 guide; an edit counts within seconds." in said
    assert "call get_context" in said


def test_context_as_text_is_one_block_and_nothing_else(server: KbServer) -> None:
    """Text mode sends no structured content, which a client would hand to the model in place of the text."""
    result = call(server, "get_context", task=TASK, paths=["api/payments.py"])
    assert (result.is_error, len(result.content)) == (False, 1)
    text = text_of(result)
    assert "### Rule of this repository, from AGENTS.md:1-4: Working here" in text
    assert "- Never log customer data." in text


def test_context_as_json_is_structured_content_and_nothing_else(server: KbServer) -> None:
    """JSON mode has the fields of design.md and does not repeat itself as text."""
    result = call(server, "get_context", task=TASK, paths=["api/payments.py"], format="json")
    packed = result.structured_content
    assert (result.is_error, result.content, packed.keys() - {"notes"}) == (False, [], CONTEXT_FIELDS)
    assert (packed["budget_tokens"], packed["tokenizer"]) == (2000, "o200k_base")
    assert packed["used_tokens"] == count_tokens(json.dumps(packed, ensure_ascii=False))
    assert {frozenset(item) for item in packed["items"]} == {frozenset(ITEM_FIELDS)}
    first = packed["items"][0]
    assert (first["path"], first["lines"], first["binding"]) == ("AGENTS.md", [1, 4], True)


@pytest.mark.parametrize("form", ["text", "json"])
def test_no_answer_of_context_is_larger_than_its_budget(server: KbServer, form: str) -> None:
    """Whatever the budget, with and without paths, with and without an answer, the whole reply fits."""
    for budget in BUDGETS:
        for task in (TASK, "zebra crossing"):
            for paths in ([], ["api/a.py", "docs/adr/0003-x.md"]):
                result = call(server, "get_context", task=task, paths=paths, budget_tokens=budget, format=form)
                assert cost(result) <= budget, (budget, task, paths)


def test_no_answer_of_search_or_read_is_larger_than_its_budget(server: KbServer) -> None:
    """Lines and text are left out, never more given."""
    for budget in BUDGETS:
        assert cost(call(server, "search", query="order endpoint httpx requests", budget_tokens=budget)) <= budget
        for identity in ("ADR-0002", "contracts/orders.openapi.yaml", "docs/guides/add-an-endpoint.md:7"):
            assert cost(call(server, "read", id=identity, budget_tokens=budget)) <= budget


@pytest.mark.parametrize(("given", "clamped"), [(-5, 50), (0, 50), (10**9, 20_000), ("500", 500), (700.9, 700)])
def test_a_budget_is_clamped_and_never_refused(server: KbServer, given: object, clamped: int) -> None:
    """Numbers out of range, as text or with a fraction are taken for what they mean."""
    result = call(server, "get_context", task=TASK, budget_tokens=given, format="json")
    assert result.structured_content["budget_tokens"] == clamped


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("get_context", {}, "task: field required"),
        ("get_context", {"task": " "}, "task is empty; say what you are about to do"),
        ("get_context", {"task": "x", "path": "a"}, 'get_context has no argument "path"; did you mean "paths"?'),
        (
            "get_context",
            {"task": "x", "kinds": ["rule"]},
            'there is no kind "rule"; the kinds are decision, contract, convention, spec, guide',
        ),
        ("get_context", {"task": "x", "format": "xml"}, "format: input should be 'text' or 'json'"),
        ("get_context", {"task": "x", "budget_tokens": "lots"}, "budget_tokens: 'lots' is not a whole number"),
        (
            "get_context",
            {"task": "x", "paths": ["../../etc/passwd"]},
            "'../../etc/passwd' lies outside the repository; give paths relative to its root",
        ),
        (
            "get_context",
            {"task": "x", "paths": ["/etc/passwd"]},
            "'/etc/passwd' lies outside the repository; give paths relative to its root",
        ),
        (
            "search",
            {"query": "x", "path": "a/../../b"},
            "'a/../../b' lies outside the repository; give paths relative to its root",
        ),
        ("search", {"query": ""}, "query is empty; say what to look for"),
        ("read", {"id": "../../etc/passwd"}, "nothing here is called '../../etc/passwd'; `search` finds ids"),
        ("read", {"id": "/etc/passwd"}, "nothing here is called '/etc/passwd'; `search` finds ids"),
        ("write", {}, 'unknown tool "write"; the tools are get_context, search, read, check_change, report_gap'),
    ],
)
def test_wrong_arguments_are_explained_in_one_line(
    server: KbServer, tool: str, arguments: dict[str, Any], message: str
) -> None:
    """The answer is an error with one line that says what was wrong and what to pass."""
    result = call(server, tool, **arguments)
    assert (result.is_error, text_of(result)) == (True, message)


def test_an_unknown_id_names_the_nearest(server: KbServer) -> None:
    """A slip of the pen is answered with the id that was meant."""
    result = call(server, "read", id="docs/guides/add-an-endpont.md")
    assert result.is_error
    assert "did you mean docs/guides/add-an-endpoint.md" in text_of(result)


@pytest.mark.parametrize(
    "arguments",
    [
        {"task": "x" * 1_000_000},
        {"task": "\x00\x1b[31m\u202e red"},
        {"task": TASK, "paths": ["a" * 100_000]},
        {"task": TASK, "paths": [f"src/{n}.py" for n in range(500)]},
        {"task": TASK, "have": "y" * 100_000},
        {"task": TASK, "kinds": "decisions, ADR"},
        {"task": TASK, "paths": None, "have": None, "kinds": None},
    ],
)
def test_odd_and_huge_arguments_are_bounded(server: KbServer, arguments: dict[str, Any]) -> None:
    """They give an answer within the budget, and no error."""
    result = call(server, "get_context", **arguments)
    assert not result.is_error
    assert cost(result) <= 2000


def test_too_many_paths_are_refused(server: KbServer) -> None:
    """A list of thousands of files is met with a line that says how many may be given."""
    result = call(server, "get_context", task=TASK, paths=["a"] * 501)
    assert text_of(result) == "501 paths are too many; give at most 500, or the folders they lie in"


def test_an_absolute_path_within_the_repository_is_understood(server: KbServer, knowledge: Knowledge) -> None:
    """Clients that pass whole paths get the same answer as those that pass relative ones."""
    whole = call(server, "get_context", task=TASK, paths=[f"{knowledge.root}/api/x.py"])
    assert text_of(whole) == text_of(call(server, "get_context", task=TASK, paths=["api/x.py"]))
    read = call(server, "read", id=f"{knowledge.root}/docs/guides/add-an-endpoint.md:7")
    assert text_of(read) == text_of(call(server, "read", id="docs/guides/add-an-endpoint.md:7"))


def test_search_is_one_line_a_hit(server: KbServer) -> None:
    """Each line has id, title, status, place and tokens, and kinds and status restrict them."""
    result = call(server, "search", query="httpx timeout", kinds=["decision"], status="Accepted", limit=2)
    path = "docs/adr/0002-call-services-with-httpx.md"
    assert text_of(result).splitlines() == [
        f"{path}#context  Call services with httpx > Context [accepted]  {path}:9-11  (11 tokens)",
        f"{path}#decision  Call services with httpx > Decision [accepted]  {path}:13-15  (15 tokens)",
    ]


def test_a_search_without_a_hit_says_so(server: KbServer) -> None:
    """Nothing found is an answer, not an error."""
    result = call(server, "search", query="zebra")
    assert not result.is_error
    assert text_of(result).startswith("Nothing found.")


def test_an_index_that_is_being_built_says_so(tmp_path: Path) -> None:
    """Every tool tells that what is missing may still come."""
    sample(tmp_path)
    knowledge = indexed(tmp_path)
    with writing(knowledge.catalog) as connection:
        set_meta(connection, {"complete": 0})
    server = served(knowledge)
    assert "The index is being built" in text_of(call(server, "get_context", task=TASK))
    for tool, arguments in (("search", {"query": "httpx"}), ("search", {"query": "zebra"}), ("read", {"id": "ADR-77"})):
        text = text_of(call(server, tool, **arguments))
        assert text.endswith("The index is being built: what you look for may still come.")


def test_every_call_is_logged_and_secrets_are_not(knowledge: Knowledge, tmp_path: Path) -> None:
    """The log tells client, tool, question, ids, tokens and errors; what looks like a key is masked."""
    server = served(knowledge, Audit(tmp_path))
    call(server, "get_context", task=f"{TASK} and AKIAIOSFODNN7EXAMPLE99", paths=["api/x.py"])
    call(server, "search", query="httpx", limit=1)
    call(server, "read", id="nothing at all")
    entries = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert [(entry["tool"], entry["client"].split()[0]) for entry in entries] == [
        ("get_context", "mcp"),
        ("search", "mcp"),
        ("read", "mcp"),
    ]
    assert entries[0]["asked"] == f"{TASK} and [masked]"
    assert (entries[0]["paths"], entries[0]["ids"][0]) == (["api/x.py"], "AGENTS.md#working-here")
    assert [len(entry.get("ids", ())) for entry in entries[1:]] == [1, 0]
    assert entries[2]["error"].startswith("nothing here is called")


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


def test_a_bug_shows_no_traceback(knowledge: Knowledge, caplog: pytest.LogCaptureFixture) -> None:
    """What only the server's makers can mend is one line for the client, and all of it in the log."""

    def broken() -> None:
        raise RuntimeError("the secret of line 7")

    server = served(Knowledge(knowledge.root, knowledge.config, knowledge.catalog, broken, broken))
    result = call(server, "search", query="httpx")
    assert (result.is_error, text_of(result)) == (
        True,
        "search failed inside the server, which has logged why; try other arguments, or tell who runs it",
    )
    assert "the secret of line 7" in caplog.text


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


def test_the_greeting_tells_the_state_of_the_index_in_few_words(tmp_path: Path) -> None:
    """In both eras it is made anew for each client: empty, being built, or with its counts."""
    repo = sample(tmp_path)
    knowledge = indexed(tmp_path)
    server = served(knowledge, drafts=True)

    async def said(client: Client) -> str:
        return client.instructions or ""

    for mode in ("auto", "legacy"):
        text = asked(server, said, mode)
        assert "It holds 2 decisions, 1 contract, 1 convention, 1 guide; an edit counts within seconds." in text
        assert "propose a rule" in text
        assert count_tokens(text) <= 150
    repo.write({"docs/guides/more.md": "# More\n\nText.\n"})
    index_repository(tmp_path, knowledge.config, knowledge.catalog, HashEmbedder)
    with writing(knowledge.catalog) as connection:
        set_meta(connection, {"complete": 0})
    for mode in ("auto", "legacy"):
        assert "2 guides; its index is being brought up to date." in asked(server, said, mode)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_index_that_cannot_be_read_keeps_nobody_from_a_greeting(
    tmp_path: Path, mode: Literal["auto", "legacy"]
) -> None:
    """The server says so, lists its tools, and a call tells why."""
    sample(tmp_path)
    knowledge = indexed(tmp_path)
    knowledge.catalog.close()
    for file in (tmp_path / ".kb").glob("catalog.sqlite*"):
        file.write_bytes(b"no database " * 1000)
    late = Knowledge(tmp_path, knowledge.config, Catalog(tmp_path / ".kb"), lambda: None, lambda: None)

    async def told(client: Client) -> tuple[str, int, str]:
        answer = await client.call_tool("search", {"query": "httpx"})
        return client.instructions or "", len((await client.list_tools()).tools), text_of(answer)

    with pytest.raises(MCPError, match="cannot open the index"):
        asked(served(late), lambda client: client.list_resources(), mode)
    said, tools, why = asked(served(late), told, mode)
    assert "Its index is not ready; a call tells why." in said
    assert tools == 5
    assert why.startswith("cannot open the index ")
