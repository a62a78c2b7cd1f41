"""`kb check` and `kb adr` as a person runs them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"docs/adr/0001-begin.md": madr("Begin")})
    repo.commit()
    return repo.branch("feature")


def kb(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def test_check_prints_findings_and_ends_with_1(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The whole of what a person sees."""
    repo.write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    base = repo.git("rev-parse", "main")[:10]

    assert kb(capsys, "check", "--root", str(repo.root)) == (
        1,
        (
            "docs/adr/0002-x.md\n"
            '  2: error decision-status: the status "acceptd" is none of '
            "proposed, accepted, rejected, deprecated, superseded\n"
            "    | status: acceptd\n"
            '    fix: write "accepted"\n'
            "\n"
            f"1 error in 1 changed file ({base}..working tree)\n"
        ),
        "",
    )


def test_a_check_of_everything_counts_documents(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What was judged is the whole repository, however few files the change touches."""
    repo.write({"docs/adr/0002-x.md": madr(), "docs/guide.md": "# Guide\n\nText.\n"}).commit()
    base = repo.git("rev-parse", "main")[:10]
    code, out, err = kb(capsys, "check", "--all", "--root", str(repo.root))
    assert (code, err) == (0, "")
    assert out == f"no findings in 3 documents ({base}..working tree)\n"


def test_check_gives_json_of_two_commits(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """With the commits that were compared."""
    repo.write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    options = ["--base", "main", "--head", "feature", "--format", "json", "--fail-on", "never"]

    code, out, err = kb(capsys, "check", "--root", str(repo.root), *options)

    assert (code, err) == (0, "")
    found = json.loads(out)
    assert len(found["findings"][0].pop("fingerprint")) == 32
    assert found == {
        "findings": [
            {
                "rule": "decision-status",
                "severity": "error",
                "path": "docs/adr/0002-x.md",
                "line": 2,
                "message": 'the status "acceptd" is none of proposed, accepted, rejected, deprecated, superseded',
                "fix": 'write "accepted"',
                "ask": [],
                "related": [],
                "waived": None,
                "baselined": False,
            }
        ],
        "checked": {"base": repo.git("rev-parse", "main"), "head": repo.git("rev-parse", "feature"), "files": 1},
        "exit": 0,
    }


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--base", "nope"], '"nope" names no commit in '),
        (["--staged", "--head", "HEAD"], "--staged and --head exclude each other"),
        (["--root", "/"], "is not inside a git repository"),
    ],
)
def test_mistakes_are_one_line_and_2(
    repo: Repo, capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    """Nothing on standard output, no traceback."""
    code, out, err = kb(capsys, "check", "--root", str(repo.root), *options)

    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err


def test_a_decision_from_its_beginning_to_its_successor(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """new, accept, supersede, list and graph, on one day."""
    root = ["--root", str(repo.root)]
    day = ["--date", "2026-03-04"]

    assert kb(capsys, "adr", "new", "Use X", *day, *root) == (0, "docs/adr/0002-use-x.md\n", "")
    assert kb(capsys, "adr", "accept", "2", *root) == (0, "docs/adr/0002-use-x.md\n", "")
    assert kb(capsys, "adr", "supersede", "2", "Use Y", *day, *root) == (
        0,
        "docs/adr/0003-use-y.md\n",
        "docs/adr/0002-use-x.md is superseded by it.\n",
    )
    assert kb(capsys, "adr", "list", *root) == (
        0,
        (
            "   1  accepted    2026-01-02  Begin  docs/adr/0001-begin.md\n"
            "   2  superseded  2026-03-04  Use X  docs/adr/0002-use-x.md\n"
            "   3  accepted    2026-03-04  Use Y  docs/adr/0003-use-y.md\n"
        ),
        "",
    )
    assert json.loads(kb(capsys, "adr", "list", "--json", *root)[1])[1] == {
        "number": "2",
        "status": "superseded",
        "date": "2026-03-04",
        "title": "Use X",
        "path": "docs/adr/0002-use-x.md",
    }
    assert "    d3 ==>|supersedes| d2\n" in kb(capsys, "adr", "graph", *root)[1]
    assert kb(capsys, "adr", "graph", "--format", "dot", *root)[1].startswith("digraph decisions {\n")


@pytest.mark.parametrize("command", [["list"], ["list", "--json"], ["graph"], ["graph", "--format", "dot"]])
def test_secrets_in_titles_are_masked(repo: Repo, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    """Of what is listed and drawn; the files stay as they are."""
    key = "AKIA" + "IOSFODNN7QXAMPLE"
    kb(capsys, "adr", "new", f"Use {key}", "--root", str(repo.root))
    code, out, _ = kb(capsys, "adr", *command, "--root", str(repo.root))
    assert (code, key in out, "Use (masked AWS key)" in out) == (0, False, True)
    assert any(key in path.read_text() for path in repo.root.glob("docs/adr/*.md"))


def test_a_repository_without_decisions_and_without_git(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The list says how to begin; git is not needed for that."""
    root = ["--root", str(tmp_path)]

    assert kb(capsys, "adr", "list", *root) == (
        0,
        "",
        "There is no decision yet: begin one with `kb adr new TITLE`.\n",
    )
    assert kb(capsys, "adr", "new", "Use X", *root)[:2] == (0, "docs/adr/0001-use-x.md\n")


def test_the_first_decision_goes_where_the_configuration_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The folder of its first glob."""
    (tmp_path / "kb.toml").write_text('[sources]\ndecisions = ["architecture/choices/**"]\n')

    assert kb(capsys, "adr", "new", "Use X", "--root", str(tmp_path))[:2] == (
        0,
        "architecture/choices/0001-use-x.md\n",
    )


def test_the_configuration_at_the_head_judges(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever lies in the folder: a commit is judged by what it holds itself."""
    repo.write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    repo.write({"kb.toml": '[check.severity]\ndecision-status = "off"\n'})

    code, out, _ = kb(capsys, "check", "--root", str(repo.root), "--head", "feature", "--base", "main")

    assert (code, out.count("decision-status")) == (1, 1)


def test_a_severity_may_hold_for_some_paths_only(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """The last table that matches decides, before the severity for all."""
    tables = '[[check.paths]]\npaths = ["docs/**"]\nseverity = {decision-status = "info"}\n'
    other = '[[check.paths]]\npaths = ["src/**"]\nseverity = {decision-status = "error"}\n'
    repo.write({"docs/adr/0002-x.md": madr(status="acceptd")}).commit()
    repo.write({"kb.toml": '[check.severity]\ndecision-status = "off"\n' + tables + other})

    code, out, _ = kb(capsys, "check", "--root", str(repo.root), "--base", "main")

    assert (code, out.count("info decision-status")) == (0, 1)
