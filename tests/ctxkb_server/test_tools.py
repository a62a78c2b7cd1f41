"""What the tools answer, and how they explain wrong arguments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from ctxkb.catalog.write import set_meta, writing
from ctxkb.knowledge import Knowledge
from ctxkb.knowledge.facade import LOOKING
from ctxkb.text.count import count_tokens
from ctxkb_server.audit import LOG, Audit
from support.serving import call, cost, indexed_sample, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb_server.server import KbServer

TASK = "outgoing calls with httpx and a timeout of five seconds"
CONTEXT_FIELDS = {"confidence", "budget_tokens", "used_tokens", "tokenizer", "receipt", "items", "omitted"}
ITEM_FIELDS = {
    "id", "kind", "title", "path", "lines", "anchor", "status", "superseded_by", "binding", "why", "tokens", "text",
}  # fmt: skip


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository, indexed once."""
    return indexed_sample(tmp_path_factory.mktemp("sample").resolve())


@pytest.fixture
def server(knowledge: Knowledge) -> KbServer:
    """A server of the sample repository."""
    return served(knowledge)


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
    knowledge = indexed_sample(tmp_path)
    with writing(knowledge.catalog) as connection:
        set_meta(connection, {"complete": 0})
    server = served(knowledge)
    assert "The index is being built" in text_of(call(server, "get_context", task=TASK))
    for tool, arguments in (("search", {"query": "httpx"}), ("search", {"query": "zebra"}), ("read", {"id": "ADR-77"})):
        text = text_of(call(server, tool, **arguments))
        assert text.endswith("The index is being built: what you look for may still come.")


def test_an_index_from_before_the_start_says_so(knowledge: Knowledge) -> None:
    """Until all files were looked at each answer tells it, and what is not found yet is no gap."""
    looked: list[bool] = []
    begun = Knowledge(
        knowledge.root, knowledge.config, knowledge.catalog, lambda: None, lambda: None, looked=lambda: bool(looked)
    )
    server = served(begun)
    asked: list[tuple[str, dict[str, Any]]] = [
        ("get_context", {"task": TASK}),
        ("get_context", {"task": "zebra stripes", "paths": ["api/x.py"]}),
        ("search", {"query": "httpx"}),
        ("read", {"id": "ADR-77"}),
    ]
    for tool, arguments in asked:
        assert text_of(call(server, tool, **arguments)).endswith(LOOKING)
    looked.append(True)
    for tool, arguments in asked:
        assert LOOKING not in text_of(call(server, tool, **arguments))


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
    assert entries[0]["asked"] == f"{TASK} and (masked key)"
    assert (entries[0]["paths"], entries[0]["ids"][0]) == (["api/x.py"], "AGENTS.md#working-here")
    assert [len(entry.get("ids", ())) for entry in entries[1:]] == [1, 0]
    assert entries[2]["error"].startswith("nothing here is called")


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
