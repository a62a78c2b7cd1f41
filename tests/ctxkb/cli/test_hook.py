from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from ctxkb.cli.boundary import run
from ctxkb.cli.hook import COMMAND
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from support.repos import Repo


class Session:
    """A session of Claude Code that is about to edit files of a repository."""

    def __init__(
        self, repo: Repo, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self._repo = repo
        self._name = name
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def edits(self, path: str) -> str:
        """What it is told before it edits `path`."""
        call = {"session_id": self._name, "cwd": str(self._repo.root), "tool_name": "Edit"}
        shown = self.sends(json.dumps({**call, "tool_input": {"file_path": path}}))
        if not shown:
            return ""
        told: dict[str, Any] = json.loads(shown)["hookSpecificOutput"]
        assert told.keys() == {"hookEventName", "additionalContext"}
        assert told["hookEventName"] == "PreToolUse"
        return str(told["additionalContext"])

    def sends(self, call: str) -> str:
        """What standard output holds after the hook got `call`; it never forbids the edit."""
        self._capsys.readouterr()
        self._monkeypatch.setattr("sys.stdin", io.StringIO(call))
        assert run([*COMMAND.split()[1:], "--root", str(self._repo.root)]) == 0
        return self._capsys.readouterr().out


def test_a_session_is_shown_what_binds_a_file_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first edit is told the rules, the next ones only what is new or changed; another session begins anew."""
    repo = sample(tmp_path)
    first = Session(repo, "one", monkeypatch, capsys)
    told = first.edits(str(tmp_path / "api/x.py"))
    assert told.startswith("What binds these paths. Receipt: kb-")
    assert "- Commits MUST name the ticket." in told
    assert first.edits("api/y.py") == ""
    repo.write({"api/AGENTS.md": "# The API\n\n- Log with structlog.\n"})
    again = first.edits("api/y.py")
    assert "- Log with structlog." in again
    assert "Commits MUST" not in again
    assert Session(repo, "two", monkeypatch, capsys).edits("api/y.py").count("\n### Rule of this repository") == 2


def test_what_is_no_file_of_the_repository_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file elsewhere, a call without a file and one that is no JSON get no answer, and stop no edit."""
    repo = sample(tmp_path / "repository")
    session = Session(repo, "one", monkeypatch, capsys)
    assert session.edits(str(tmp_path / "other.py")) == ""
    assert session.edits("../other.py") == ""
    assert session.sends('{"tool_input": {"command": "ls"}}') == ""
    assert session.sends("[]") == ""
    assert session.sends("not json") == ""


def test_what_goes_wrong_is_told_and_stops_no_edit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken configuration is a line on standard error, and the exit code is 0: 2 would forbid the edit."""
    repo = sample(tmp_path)
    repo.write({"kb.toml": "[budget]\ndefualt = 1\n"})
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"tool_input": {"file_path": "api/x.py"}})))
    monkeypatch.chdir(tmp_path)
    assert run(["rules", "--hook"]) == 0
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("kb: kb.toml:2: ")


def test_without_the_hook_a_path_is_needed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`kb rules` alone says what is missing."""
    assert run(["rules", "--root", str(tmp_path)]) == 2
    assert capsys.readouterr().err == ("kb: error: PATH is missing; name the files or folders that you will touch\n")
