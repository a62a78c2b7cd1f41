from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxkb.cli.boundary import run
from ctxkb.cli.extras import WORKFLOW, WORKFLOW_TEXT
from support.sample import sample

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from support.repos import Repo


def _checks(root: Path, capsys: pytest.CaptureFixture[str], code: int) -> dict[str, list[tuple[str, str, str]]]:
    """State, message and fix of each remark, by the name of its check."""
    capsys.readouterr()
    assert run(["doctor", "--json", "--root", str(root)]) == code
    packed = json.loads(capsys.readouterr().out)
    assert packed["exit"] == code
    found: dict[str, list[tuple[str, str, str]]] = {}
    for remark in packed["checks"]:
        found.setdefault(remark["name"], []).append((remark["state"], remark["message"], remark["fix"]))
    return found


def _set_up(root: Path) -> Repo:
    repo = sample(root)
    for command in (["init", "--yes"], ["index"]):
        assert run([*command, "--root", str(root)]) == 0
    return repo


def test_a_repository_that_is_set_up_is_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every check but that of the PATH says ok, and the last line counts them."""
    _set_up(tmp_path)
    checks = _checks(tmp_path, capsys, 0)
    checks.pop("command")
    checks.pop("watching", None)
    assert {name: [state for state, _, _ in remarks] for name, remarks in checks.items()} == {
        "python": ["ok"], "sqlite": ["ok"], "git": ["ok"], "configuration": ["ok"], "model": ["ok"], "cache": ["ok"],
        "index folder": ["ok"], "index": ["ok"], "owner": ["ok"], "client": ["ok"],
    }  # fmt: skip
    assert run(["doctor", "--root", str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("0 errors, ")


def test_what_is_missing_comes_with_the_command_that_mends_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder without git, index and clients gets warnings, each with what to run."""
    checks = _checks(tmp_path, capsys, 0)
    assert checks["index"] == [("warning", "there is none yet", "kb index")]
    assert checks["git"][0][::2] == ("warning", "git init, if kb check shall work here")
    assert [(state, message.split(": ")[:2], fix) for state, message, fix in checks["client"]] == [
        ("warning", [path, "missing"], "kb init")
        for path in (".mcp.json", "CLAUDE.md", ".cursor/mcp.json", ".cursor/rules/ctxkb.mdc", "AGENTS.md")
    ]


def test_every_client_in_use_is_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As `kb init --check` does: a client that the repository shows counts, and an old workflow."""
    repo = _set_up(tmp_path)
    assert run(["init", "--yes", "--workflow", "--root", str(tmp_path)]) == 0
    assert _checks(tmp_path, capsys, 0)["client"] == [("ok", "claude, cursor: set up, and up to date", "")]
    repo.write({".codex/notes.md": "x\n", WORKFLOW: WORKFLOW_TEXT.replace("ctxkb==", "ctxkb==0.0.")})
    told = [message for _, message, _ in _checks(tmp_path, capsys, 0)["client"]]
    capsys.readouterr()
    assert run(["init", "--check", "--root", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == told
    assert [message.split(": ")[:2] for message in told] == [
        [".codex/config.toml", "missing"], [WORKFLOW, "out of date"],
    ]  # fmt: skip


def test_errors_end_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong configuration, broken JSON, a tracked and a damaged index are errors; none stops the other checks."""
    repo = _set_up(tmp_path)
    repo.git("add", "--force", ".kb/catalog.sqlite")
    for path in (tmp_path / ".kb").glob("catalog.sqlite*"):
        path.write_bytes(b"garbage" * 1000)
    repo.write({"kb.toml": "[bugdet]\n", ".mcp.json": "{", "contracts/a.openapi.yaml": "openapi: 3.1.0\npaths: [\n"})
    checks = _checks(tmp_path, capsys, 1)
    assert checks["configuration"][0][:2] == ("error", "kb.toml:1: unknown key bugdet; did you mean budget?")
    (client,) = checks["client"]
    assert client[::2] == ("error", "mend it, then run kb init")
    assert client[1].startswith(".mcp.json:1: is not valid JSON: ")
    assert ("error", ".kb is tracked by git", "git rm -r --cached .kb && git commit") in checks["index folder"]
    assert checks["index"][0][::2] == ("error", "rm -r .kb && kb index")


def test_files_that_could_not_be_read_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each stands there with its reason, as a warning."""
    _set_up(tmp_path).write({"contracts/a.openapi.yaml": 'openapi: 3.1.0\npaths: {"/a": [\n'})
    run(["index", "--root", str(tmp_path)])
    ((state, message, fix),) = _checks(tmp_path, capsys, 0)["file"]
    assert (state, fix) == ("warning", "mend the file, or name it under ignore in kb.toml")
    assert message.startswith("contracts/a.openapi.yaml:")


def test_what_is_masked_is_mended_by_its_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A secret is to be revoked; an address cannot be."""
    addresses = "".join(f"Ask jo{number}@corp.com.\n" for number in range(21))
    text = f"# A\n\nThe password is correct4Horse.\n\n{addresses}"
    _set_up(tmp_path).write({"kb.toml": '[privacy]\nmask = ["email"]\n', "docs/a.md": text})
    run(["index", "--root", str(tmp_path)])
    told = _checks(tmp_path, capsys, 0)["masked"]
    assert {message.partition(": ")[2]: "revoke it" in fix for _, message, fix in told} == {
        "password": True, "email": False, "email, in 1 more lines": False,
    }  # fmt: skip
