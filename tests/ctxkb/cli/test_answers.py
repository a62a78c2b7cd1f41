from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.text.count import count_tokens
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo

HTTPX = "docs/adr/0002-call-services-with-httpx.md"
HIT_FIELDS = ["id", "kind", "title", "status", "path", "lines", "anchor", "score", "tokens", "text"]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """The sample repository with an index that `kb index` made."""
    repo = sample(tmp_path_factory.mktemp("indexed").resolve())
    assert run(["index", "--root", str(repo.root)]) == 0
    return repo


@pytest.fixture
def here(indexed: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Repo:
    """The indexed repository as the current folder, with nothing printed yet."""
    monkeypatch.chdir(indexed.root)
    capsys.readouterr()
    return indexed


@pytest.mark.usefixtures("here")
def test_query_prints_one_line_a_hit(capsys: pytest.CaptureFixture[str]) -> None:
    """Each line begins with path:line, and kinds and status restrict the hits."""
    assert run(["query", "httpx timeout", "--kind", "decisions", "--status", "accepted", "--limit", "2"]) == 0
    shown = capsys.readouterr()
    assert sorted(shown.out.splitlines()) == [
        f"{HTTPX}:13-15  decision [accepted]  Call services with httpx > Decision  (15 tokens)",
        f"{HTTPX}:9-11  decision [accepted]  Call services with httpx > Context  (11 tokens)",
    ]
    assert shown.err == ""


@pytest.mark.usefixtures("here")
def test_query_as_json_has_the_fixed_fields(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` has hits and confidence, and each hit the fields that outside programs rely on."""
    assert run(["query", "outgoing calls use httpx", "--json"]) == 0
    packed = json.loads(capsys.readouterr().out)
    assert list(packed) == ["hits", "confidence"]
    assert {tuple(hit) for hit in packed["hits"]} == {tuple(HIT_FIELDS)}
    best = packed["hits"][0]
    assert (best["id"], best["kind"], best["lines"]) == (f"{HTTPX}#decision", "decision", [13, 15])


@pytest.mark.usefixtures("here")
def test_a_query_without_a_hit_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing found is no error, and no data."""
    assert run(["query", "zebra", "--path", "contracts", "--status", "rejected"]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.usefixtures("here")
def test_a_query_that_nothing_answers_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """The nearest hits are data on standard output, the doubt stands beside them on standard error."""
    assert run(["query", "outgoing zebras of the savanna graze at dawn", "--limit", "1"]) == 0
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 1
    assert shown.err == "Nothing answers this (confidence: none); these are the nearest.\n"


@pytest.mark.usefixtures("here")
def test_context_prints_the_pack_within_its_budget(capsys: pytest.CaptureFixture[str]) -> None:
    """It is what an agent gets: what binds the paths first, in Markdown, never more than the budget."""
    arguments = ["context", "outgoing calls use httpx", "--path", "api/x.py", "--budget", "300"]
    assert run(arguments) == 0
    text = capsys.readouterr().out
    assert "### Rule of this repository, from AGENTS.md:1-4: Working here" in text
    assert count_tokens(text.rstrip("\n")) <= 300
    assert run([*arguments, "--json"]) == 0
    packed = json.loads(capsys.readouterr().out)
    assert (packed["budget_tokens"], packed["items"][0]["path"]) == (300, "AGENTS.md")


@pytest.mark.usefixtures("here")
def test_rules_need_no_question(capsys: pytest.CaptureFixture[str]) -> None:
    """What binds a path is printed, and nothing else."""
    assert run(["rules", "api/x.py", "--json"]) == 0
    packed = json.loads(capsys.readouterr().out)
    assert [(item["id"], item["binding"]) for item in packed["items"]] == [("AGENTS.md#working-here", True)]


def test_paths_are_relative_to_the_current_folder(
    here: Repo, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a folder of the repository a path means what the shell means, and none leads out of it."""
    monkeypatch.chdir(here.root / "docs")
    assert run(["rules", "../api/x.py", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["items"][0]["why"] == "applies everywhere"
    assert run(["rules", "../../etc/passwd"]) == 2
    message = "lies outside the repository; give paths relative to its root\n"
    assert capsys.readouterr().err.endswith(message)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("name", ["ADR-0002", "2", HTTPX])
def test_show_prints_a_document_with_its_links(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A number or a path stands for the document; links are told from both sides."""
    assert run(["show", name]) == 0
    assert capsys.readouterr().out == (
        f"Call services with httpx [accepted], {HTTPX}:3-15\n\n"
        "supersedes Call services with requests [superseded], docs/adr/0001-call-services-with-requests.md\n\n"
        "## Status\n\nAccepted\n\n"
        "Supersedes [1. Call services with requests](0001-call-services-with-requests.md)\n\n"
        "## Context\n\nCalls without a timeout hung our workers.\n\n"
        "## Decision\n\nOutgoing calls use httpx with a timeout of five seconds.\n"
    )


@pytest.mark.usefixtures("here")
def test_show_takes_a_line_for_the_unit_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    """path:line, as an editor has it at hand, is enough; JSON has the links as well."""
    assert run(["show", "docs/adr/0001-call-services-with-requests.md:9", "--json"]) == 0
    packed = json.loads(capsys.readouterr().out)
    assert packed["id"] == "docs/adr/0001-call-services-with-requests.md#decision"
    assert packed["links"] == [
        {"relation": "superseded by", "id": HTTPX, "title": "Call services with httpx", "status": "accepted"}
    ]


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["query", "x", "--kind", "rule"], 'there is no kind "rule"; the kinds are decision, contract, convention'),
        (["query", " "], "TEXT is empty; say what to look for"),
        (["show", "ADR-77"], "nothing here is called 'ADR-77'; "),
        (["query", "x", "--root", "nowhere"], "--root nowhere: there is no such folder; name the repository's own"),
    ],
)
def test_mistakes_are_told_in_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked wrongly ends with 2 and one line that says what to do."""
    assert run(arguments) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith(f"kb: error: {message}")
    assert shown.err.count("\n") == 1


def test_a_question_builds_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without an index, and after an edit, `kb query` answers from the files as they are."""
    repo = sample(tmp_path)
    assert run(["query", "httpx timeout", "--limit", "1", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out.startswith(HTTPX)
    repo.write({"docs/guides/zebra.md": "# Zebra crossing\n\nStop for zebras.\n"})
    assert run(["query", "zebra crossing", "--limit", "1", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "docs/guides/zebra.md:1-3  guide  Zebra crossing  (9 tokens)\n"


def test_a_wrong_configuration_is_told_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every command that reads the configuration names file, line and key."""
    sample(tmp_path).write({"kb.toml": "[bugdet]\ndefault = 1\n"})
    for command in (["index"], ["query", "x"], ["context", "x"], ["rules", "x"], ["show", "x"], ["watch"]):
        assert run([*command, "--root", str(tmp_path)]) == 2
        assert capsys.readouterr().err == "kb: error: kb.toml:1: unknown key bugdet; did you mean budget?\n"
