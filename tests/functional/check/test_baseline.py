"""The baseline: an old repository starts from today."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

OLD = "docs/adr/0001-old.md"
STRICT = '[check]\nfail_on = "info"\n'


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository with two old faults and a baseline that accepts them."""
    monkeypatch.delenv("CI", raising=False)
    repo = Repo(tmp_path).write({"kb.toml": STRICT, OLD: madr(status="acceptd"), "src/a.py": "a = 1\n"})
    repo.write({"docs/adr/0002-old.md": madr(status="acceptd").replace("* That", "* [option 2]")}).commit()
    assert run(["check", "--write-baseline", "--root", str(tmp_path)]) == 0
    repo.commit()
    return repo.branch("feature")


def _entries(repo: Repo) -> list[tuple[str, str, int]]:
    data = json.loads(repo.read("kb-baseline.json"))
    return [(each["path"], each["rule"], each["count"]) for each in data["findings"]]


def _run(repo: Repo, *options: str) -> int:
    return run(["check", "--root", str(repo.root), *options])


def test_it_is_written_in_order_one_line_a_finding(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Twice gives the same bytes."""
    assert repo.read("kb-baseline.json").decode().split("\n")[:5] == [
        "{",
        '  "version": 1,',
        '  "findings": [',
        (
            '    {"path": "docs/adr/0001-old.md", "rule": "decision-status", "count": 1, "hash": "309fae5262e20e74", '
            '"message": "the status \\"acceptd\\" is none of proposed, accepted, rejected, deprecated, superseded"},'
        ),
        (
            '    {"path": "docs/adr/0002-old.md", "rule": "decision-placeholder", "count": 1, '
            '"hash": "61fc76b1b4179653", "message": "text of the template is not filled in: [option 2]"},'
        ),
    ]
    before = repo.read("kb-baseline.json")
    capsys.readouterr()
    assert _run(repo, "--write-baseline") == 0
    assert capsys.readouterr().err == (
        "kb-baseline.json: 3 findings accepted. Commit it; kb check counts what comes on top.\n"
    )
    assert repo.read("kb-baseline.json") == before


def test_what_it_holds_counts_for_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """It is counted, and listed where that is asked for."""
    assert findings(repo, everything=True) == []
    capsys.readouterr()
    assert _run(repo, "--all") == 0
    assert capsys.readouterr().out.startswith("3 baselined in 2 documents (")

    assert _run(repo, "--all", "--baselined") == 0
    assert capsys.readouterr().out.split("\n")[:4] == [
        OLD,
        (
            '  2: info decision-status: the status "acceptd" is none of '
            "proposed, accepted, rejected, deprecated, superseded"
        ),
        "    | status: acceptd",
        "    in the baseline",
    ]


def test_json_lists_it_marked(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Programs see all of them."""
    repo.write({"docs/adr/0003-new.md": madr(status="acceptd")})
    capsys.readouterr()
    assert _run(repo, "--all", "--format", "json") == 1
    listed = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["path"][9:13], each["baselined"]) for each in listed] == [
        ("0001", True),
        ("0002", True),
        ("0002", True),
        ("0003", False),
    ]


def test_lines_that_move_stay_accepted(repo: Repo) -> None:
    """The text of the line counts, not its number."""
    repo.write({OLD: madr(status="acceptd").replace("status:", "tags: [a]\nstatus:")}).commit()

    assert findings(repo) == []


def test_what_a_change_adds_counts(repo: Repo) -> None:
    """In the same file, too."""
    repo.write({OLD: madr(status="acceptd").replace("* That", "* [option 2]")}).commit()

    assert [line.split(": ")[0] for line in findings(repo)] == [f"{OLD}:15 error decision-placeholder"]


def test_a_second_fault_like_the_first_counts(repo: Repo) -> None:
    """An entry accepts one finding."""
    text = madr(status="acceptd").replace("* That", "* [option 2]").replace("it is enough.", "it is.\n\n* [option 2]\n")
    repo.write({"docs/adr/0002-old.md": text}).commit()

    assert len(findings(repo)) == 1
    assert judged(repo).exit == 1


def test_a_moved_file_stays_accepted(repo: Repo) -> None:
    """In the change that moves it, and after it was merged."""
    repo.move(OLD, "docs/decisions/0001-old.md").commit()
    assert findings(repo) == []

    repo.branch("later")
    assert findings(repo, base="feature", everything=True) == []


def test_what_is_mended_is_taken_out(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """By a look at the whole working tree, which also follows what moved."""
    repo.write({OLD: madr()}).move("docs/adr/0002-old.md", "docs/adr/sub/0002-old.md").commit()
    capsys.readouterr()
    assert _run(repo, "--all") == 0
    assert capsys.readouterr().err == "kb-baseline.json: 1 finding no longer there, taken out.\n"
    assert _entries(repo) == [
        ("docs/adr/sub/0002-old.md", "decision-placeholder", 1),
        ("docs/adr/sub/0002-old.md", "decision-status", 1),
    ]
    assert _run(repo, "--all") == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("where", ["change", "ci", "head", "staged"])
def test_nothing_is_written_elsewhere(
    repo: Repo, where: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """CI says how many are gone; a look at one change cannot know."""
    if where == "ci":
        monkeypatch.setenv("CI", "true")
    repo.write({OLD: madr()}).commit()
    before = repo.read("kb-baseline.json")
    capsys.readouterr()
    options = {"change": [], "ci": ["--all"], "head": ["--all", "--head", "HEAD"], "staged": ["--all", "--staged"]}
    _run(repo, *options[where])

    said = "kb-baseline.json: 1 finding no longer there; kb check --all in a working tree takes them out.\n"
    assert capsys.readouterr().err == ("" if where == "change" else said)
    assert repo.read("kb-baseline.json") == before


def test_couplings_and_waivers_are_not_accepted(repo: Repo) -> None:
    """A baseline accepts a state, never a difference or a fault of the gate."""
    config = STRICT + '[[couple]]\nwhen = ["src/**"]\nrequire = ["docs/**"]\n'
    waiver = '[[waivers]]\nrule = "couple"\npaths = ["src/**"]\nuntil = 2020-01-01\nowner = "o"\nreason = "r"\n'
    repo.write({"kb.toml": config + waiver, "src/a.py": "a = 2\n"})
    assert _run(repo, "--write-baseline") == 0

    assert {rule for _, rule, _ in _entries(repo)} == {"decision-status", "decision-placeholder"}


def test_it_is_that_of_the_head(repo: Repo) -> None:
    """Not the file that happens to lie in the folder."""
    commit = repo.git("rev-parse", "HEAD")
    repo.remove("kb-baseline.json")

    assert findings(repo, head=commit, everything=True) == []
    assert len(findings(repo, everything=True)) == 3


@pytest.mark.parametrize("text", ["{", "[]", '{"version": 9, "findings": []}', '{"version": 1, "findings": [{}]}'])
def test_one_that_cannot_be_read_is_a_mistake(repo: Repo, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says how to write it anew."""
    repo.write({"kb-baseline.json": text})
    capsys.readouterr()
    assert _run(repo) == 2
    said = capsys.readouterr().err
    assert said.startswith("kb: error: kb-baseline.json: cannot be read: ")
    assert said.endswith("; write it anew with `kb check --write-baseline`\n")
    assert _run(repo, "--write-baseline") == 0


def test_it_is_written_for_the_whole_working_tree(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Not for a part of it."""
    capsys.readouterr()
    assert _run(repo, "--write-baseline", "--staged") == 2
    assert "leave out --base, --head and --staged" in capsys.readouterr().err
