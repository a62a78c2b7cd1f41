from __future__ import annotations

import json
from textwrap import indent
from typing import TYPE_CHECKING

import pytest
import yaml

from ctxkb.cli.boundary import run
from ctxkb.cli.extras import SETTINGS, WORKFLOW, WORKFLOW_TEXT
from ctxkb.cli.pre_commit import ENTRY, PRE_COMMIT
from support.repos import Repo
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

HOOK = {
    "matcher": "Edit|MultiEdit|Write|NotebookEdit",
    "hooks": [{"type": "command", "command": "kb rules --hook"}],
}
ALL = ["--hook", "--workflow", "--pre-commit"]


def _init(root: Path, *options: str) -> int:
    return run(["init", "--yes", "--root", str(root), *options])


def test_without_being_named_none_is_written(tmp_path: Path) -> None:
    """--yes alone writes no hook, no workflow and no pre-commit entry."""
    repo = sample(tmp_path)
    assert _init(tmp_path) == 0
    assert [path for path in (SETTINGS, WORKFLOW, PRE_COMMIT) if (repo.root / path).exists()] == []


def test_what_is_named_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each option writes its file; a second time changes nothing."""
    repo = sample(tmp_path)
    assert _init(tmp_path, *ALL) == 0
    assert json.loads(repo.read(SETTINGS)) == {"hooks": {"PreToolUse": [HOOK]}}
    assert repo.read(WORKFLOW).decode() == WORKFLOW_TEXT
    assert yaml.safe_load(repo.read(PRE_COMMIT)) == {"repos": yaml.safe_load(ENTRY)}
    capsys.readouterr()
    assert _init(tmp_path, *ALL) == 0
    assert capsys.readouterr() == ("", "Nothing to do: everything is set up.\n")


def test_the_workflow_is_one_that_github_takes() -> None:
    """It may only read, fetches the whole history, and takes the base branch by way of the environment."""
    flow = yaml.safe_load(WORKFLOW_TEXT)
    assert flow[True] == {"pull_request": None}  # YAML 1.1 reads `on` as a truth value
    assert flow["permissions"] == {"contents": "read"}
    steps = flow["jobs"]["check"]["steps"]
    assert steps[0]["with"] == {"fetch-depth": 0, "persist-credentials": False}
    command = 'kb check --base "origin/$BASE" --format github'
    assert steps[-1] == {"run": command, "env": {"BASE": "${{ github.base_ref }}"}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('{"model": "x"}\n', {"model": "x", "hooks": {"PreToolUse": [HOOK]}}),
        ('{"hooks": {"Stop": []}}\n', {"hooks": {"Stop": [], "PreToolUse": [HOOK]}}),
        ('{"hooks": {"PreToolUse": []}}\n', {"hooks": {"PreToolUse": [HOOK]}}),
        (
            '{\n  "hooks": {\n    "PreToolUse": [\n      {"matcher": "Bash", "hooks": []}\n    ]\n  }\n}\n',
            {"hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": []}, HOOK]}},
        ),
    ],
)
def test_settings_of_claude_code_stay(tmp_path: Path, before: str, after: object) -> None:
    """The hook is added to whatever hooks and settings there are."""
    repo = Repo(tmp_path).write({SETTINGS: before})
    assert _init(tmp_path, "--hook") == 0
    written = repo.read(SETTINGS).decode()
    assert json.loads(written) == after
    assert "".join(written.split()).startswith("".join(before.split())[:12])


def test_a_list_of_hooks_is_laid_out_as_the_rest(tmp_path: Path) -> None:
    """The new item stands below the others, indented as they are."""
    before = '{\n  "hooks": {\n    "PreToolUse": [\n      {"matcher": "Bash"}\n    ]\n  }\n}\n'
    repo = Repo(tmp_path).write({SETTINGS: before})
    _init(tmp_path, "--hook")
    assert (
        repo.read(SETTINGS)
        .decode()
        .startswith(before.partition("\n    ]")[0] + ',\n      {\n        "matcher": "Edit|')
    )
    assert repo.read(SETTINGS).decode().endswith("\n      }\n    ]\n  }\n}\n")


@pytest.mark.parametrize(
    "before",
    [
        "repos:\n  - repo: https://example.org/x # why\n    rev: v1\n    hooks:\n      - id: x\n",
        "# ours\ndefault_stages: [pre-commit]\nrepos:\n# first\n- repo: meta\n  hooks:\n  - id: y\nci:\n  skip: [y]\n",
    ],
)
def test_entries_of_pre_commit_stay(tmp_path: Path, before: str) -> None:
    """The entry becomes the first of `repos`, and all other lines stay as they were."""
    repo = Repo(tmp_path).write({PRE_COMMIT: before})
    assert _init(tmp_path, "--pre-commit") == 0
    after = repo.read(PRE_COMMIT).decode()
    old = yaml.safe_load(before)
    assert yaml.safe_load(after) == {**old, "repos": [*yaml.safe_load(ENTRY), *old["repos"]]}
    assert before in (after.replace(indent(ENTRY, "  "), "", 1), after.replace(ENTRY, "", 1))


@pytest.mark.parametrize("text", ["repos: []\n", "repos: [{repo: meta, hooks: [{id: x}]}]\n", "a: [\n", "x\n"])
def test_a_file_that_cannot_be_added_to_is_left_alone(
    tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line says which file and what to do, and nothing at all is written; unnamed, it is in nobody's way."""
    repo = Repo(tmp_path).write({PRE_COMMIT: text})
    assert _init(tmp_path, "--pre-commit") == 2
    assert capsys.readouterr().err.startswith(f"kb: error: {PRE_COMMIT}: ")
    assert [path.name for path in tmp_path.iterdir() if path.name != ".git"] == [PRE_COMMIT]
    assert _init(tmp_path) == 0
    assert repo.read(PRE_COMMIT).decode() == text


def test_on_a_terminal_each_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person is asked for what is not there yet, and gets what they agree to."""
    sample(tmp_path)
    asked: list[str] = []

    def confirm(question: str, *, err: bool) -> bool:
        asked.append(question)
        return err and "GitHub" not in question

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", confirm)
    assert run(["init", "--root", str(tmp_path)]) == 0
    assert asked == [
        "Show Claude Code what binds a file before it edits it?",
        "Run kb check on pull requests in GitHub?",
        "Run kb check before each commit, by pre-commit?",
        "Write this?",
    ]
    assert [(tmp_path / path).exists() for path in (SETTINGS, WORKFLOW, PRE_COMMIT)] == [True, False, True]
    asked.clear()
    assert run(["init", "--root", str(tmp_path)]) == 0
    assert asked == ["Run kb check on pull requests in GitHub?"]
