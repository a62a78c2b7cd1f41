from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal

import pytest
from mcp.shared.exceptions import MCPError
from mcp.types import PromptReference, ResourceTemplateReference, TextResourceContents

from ctxkb.catalog.view import Sight
from ctxkb.catalog.write import set_meta, writing
from ctxkb.types import Kind
from ctxkb_server.audit import LOG, Audit
from ctxkb_server.caller import Caller, acting
from ctxkb_server.handlers import show
from ctxkb_server.resources import PAGE
from support.repos import Repo
from support.sample import sample
from support.serving import asked, indexed, served

if TYPE_CHECKING:
    from pathlib import Path

    from mcp import Client

    from ctxkb.knowledge import Knowledge
    from ctxkb_server.server import KbServer

ADR = "docs/adr/0002-call-services-with-httpx.md"
OLD = "docs/adr/0001-call-services-with-requests.md"
Mode = Literal["auto", "legacy"]


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository, indexed once."""
    root = tmp_path_factory.mktemp("sample").resolve()
    sample(root)
    return indexed(root)


def _text(server: KbServer, uri: str, mode: Mode = "auto") -> str:
    result = asked(server, lambda client: client.read_resource(uri), mode)
    (contents,) = result.contents
    assert isinstance(contents, TextResourceContents)
    assert (contents.uri, contents.mime_type) == (uri, "text/markdown")
    return contents.text


def _completed(server: KbServer, kind: Kind, typed: str) -> list[str]:
    reference = ResourceTemplateReference(uri=f"kb://{kind}/{{+id}}")
    result = asked(server, lambda client: client.complete(reference, {"name": "id", "value": typed}))
    assert (result.completion.total, result.completion.has_more) == (len(result.completion.values), False)
    return list(result.completion.values)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_every_document_is_listed_with_its_status(knowledge: Knowledge, mode: Mode) -> None:
    """In both eras the list tells address, name, title, and what each document is."""
    listed = asked(served(knowledge), lambda client: client.list_resources(), mode)
    assert listed.next_cursor is None
    assert [(one.uri, one.name, one.title, one.description) for one in listed.resources] == [
        ("kb://convention/AGENTS.md", "AGENTS.md", "Working here", "convention"),
        (
            "kb://contract/contracts/orders.openapi.yaml",
            "contracts/orders.openapi.yaml",
            "Orders 1",
            "contract",
        ),
        (
            f"kb://decision/{OLD}",
            OLD,
            "Call services with requests",
            f"superseded decision, replaced by {ADR}",
        ),
        (f"kb://decision/{ADR}", ADR, "Call services with httpx", "accepted decision"),
        (
            "kb://guide/docs/guides/add-an-endpoint.md",
            "docs/guides/add-an-endpoint.md",
            "Add an endpoint",
            "guide",
        ),
    ]


def test_pages_hold_everything_once(tmp_path: Path) -> None:
    """Following the cursors gives every document once, in order, whatever was added meanwhile."""
    Repo(tmp_path).write({f"docs/guides/g{number:03}.md": f"# G{number}\n\nText.\n" for number in range(2 * PAGE + 5)})
    server = served(indexed(tmp_path))

    async def pages(client: Client) -> list[list[str]]:
        found, cursor = [], None
        while True:
            page = await client.list_resources(cursor=cursor)
            found.append([one.name for one in page.resources])
            cursor = page.next_cursor
            if cursor is None:
                return found

    found = asked(server, pages)
    assert [len(page) for page in found] == [PAGE, PAGE, 5]
    assert [name for page in found for name in page] == [f"docs/guides/g{n:03}.md" for n in range(2 * PAGE + 5)]


@pytest.mark.parametrize("cursor", ["x", "!!", "/w==", "a" * 10_000])
def test_a_cursor_of_nobody_is_explained(knowledge: Knowledge, cursor: str) -> None:
    """The error says how to begin again."""
    with pytest.raises(MCPError, match="pass the nextCursor of the page before, or none for the first page") as error:
        asked(served(knowledge), lambda client: client.list_resources(cursor=cursor))
    assert error.value.code == -32602


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_document_reads_as_kb_show_prints_it(knowledge: Knowledge, mode: Mode) -> None:
    """Resource and command line have one renderer: the status, the links, the text."""
    text = _text(served(knowledge), f"kb://decision/{ADR}", mode)
    assert text == show(knowledge, {"id": ADR, "json": False})["text"]
    assert text.startswith("Call services with httpx [accepted], docs/adr/0002-call-services-with-httpx.md:3-15\n")


def test_a_decision_that_no_longer_holds_says_so(knowledge: Knowledge) -> None:
    """Its status and successor stand above its text."""
    text = _text(served(knowledge), f"kb://decision/{OLD}")
    assert text.splitlines()[0].startswith("Call services with requests [superseded], ")
    assert f"[superseded by {ADR}: this no longer holds]" in text


@pytest.mark.parametrize(
    "uri", [f"kb://decision/{ADR}%23decision", f"kb://decision/{ADR}#decision", f"kb://decision/{ADR}:15"]
)
def test_a_part_is_read_alone(knowledge: Knowledge, uri: str) -> None:
    """A unit has an address too, with its number sign encoded or not."""
    assert "Outgoing calls use httpx" in _text(served(knowledge), uri)
    assert "hung our workers" not in _text(served(knowledge), uri)


def test_a_decision_answers_to_its_number(knowledge: Knowledge) -> None:
    """An address with a number reads the decision of that number."""
    assert _text(served(knowledge), "kb://decision/ADR-0002") == _text(served(knowledge), f"kb://decision/{ADR}")


@pytest.mark.parametrize(
    ("uri", "message"),
    [
        ("kb://decision/docs/adr/0002-call-services-with-httx.md", f"did you mean {ADR}"),
        ("kb://guide/AGENTS.md", "AGENTS.md is no guide; read kb://convention/AGENTS.md"),
        ("kb://guide/../AGENTS.md", "leads out of the repository"),
        ("kb://guide/kb.toml", "nothing here is called 'kb.toml'"),
        ("file:///etc/passwd", "is no address of a document; write kb://"),
    ],
)
@pytest.mark.parametrize(("mode", "code"), [("auto", -32602), ("legacy", -32002)])
def test_what_is_not_there_is_explained(knowledge: Knowledge, uri: str, message: str, mode: Mode, code: int) -> None:
    """The error has the code of its era, the address, and says what to ask for."""
    with pytest.raises(MCPError) as error:
        asked(served(knowledge), lambda client: client.read_resource(uri), mode)
    assert message in error.value.message
    assert (error.value.code, error.value.data) == (code, {"uri": uri})


def test_an_index_that_is_being_built_says_so(tmp_path: Path) -> None:
    """What is not found may still come."""
    sample(tmp_path)
    knowledge = indexed(tmp_path)
    with writing(knowledge.catalog) as connection:
        set_meta(connection, {"complete": 0})
    with pytest.raises(MCPError, match="what you look for may still come"):
        _text(served(knowledge), "kb://guide/zebra.md")


def test_there_is_a_template_for_each_kind(knowledge: Knowledge) -> None:
    """Their variable keeps the slashes of an id."""
    listed = asked(served(knowledge), lambda client: client.list_resource_templates())
    assert [one.uri_template for one in listed.resource_templates] == [f"kb://{kind}/{{+id}}" for kind in Kind]


@pytest.mark.parametrize(
    ("kind", "typed", "values"),
    [
        (Kind.DECISION, "", [OLD, ADR]),
        (Kind.DECISION, "docs/adr/0002", [ADR]),
        (Kind.DECISION, "ADR-2", [ADR]),
        (Kind.DECISION, "0001", [OLD]),
        (Kind.DECISION, "HTTPX", [ADR]),
        (Kind.DECISION, "zebra", []),
        (Kind.GUIDE, "endpoint", ["docs/guides/add-an-endpoint.md"]),
        (Kind.SPEC, "", []),
    ],
)
def test_ids_are_completed(knowledge: Knowledge, kind: Kind, typed: str, values: list[str]) -> None:
    """By the beginning of the path, by number, and by words of path or title."""
    assert _completed(served(knowledge), kind, typed) == values


def test_paths_of_prompts_are_completed(knowledge: Knowledge) -> None:
    """The last of several paths goes on with what is there, and never leaves the repository."""
    server, reference = served(knowledge), PromptReference(name="implement_with_context")

    def values(typed: str, name: str = "paths") -> list[str]:
        result = asked(server, lambda client: client.complete(reference, {"name": name, "value": typed}))
        return list(result.completion.values)

    assert values("doc") == ["docs/"]
    assert values("AGENTS.md, docs/gui") == ["AGENTS.md,docs/guides/"]
    assert values("docs/guides/") == ["docs/guides/add-an-endpoint.md"]
    assert values(".k") == []
    assert values("../") == values("/etc/") == values("nowhere/") == values("doc", "task") == []


def test_who_sees_less_lists_reads_and_completes_less(knowledge: Knowledge) -> None:
    """What lies outside of a caller's sight is not there, in no list and by no address."""
    server = served(knowledge)
    with acting(Caller("ci", Sight(frozenset({Kind.GUIDE})))):
        listed = asked(server, lambda client: client.list_resources())
        assert [one.name for one in listed.resources] == ["docs/guides/add-an-endpoint.md"]
        assert _completed(server, Kind.DECISION, "") == []
        with pytest.raises(MCPError, match="nothing here is called"):
            _text(server, f"kb://decision/{ADR}")
        reference = PromptReference(name="implement_with_context")
        paths = asked(server, lambda client: client.complete(reference, {"name": "paths", "value": ""}))
        assert paths.completion.values == []


def test_a_reading_is_logged(knowledge: Knowledge, tmp_path: Path) -> None:
    """The log names the address, what was given and what it cost."""
    _text(served(knowledge, Audit(tmp_path)), f"kb://decision/{ADR}")
    (entry,) = [json.loads(line) for line in (tmp_path / LOG).read_text().splitlines()]
    assert (entry["tool"], entry["asked"], entry["ids"]) == ("resources/read", f"kb://decision/{ADR}", [ADR])
