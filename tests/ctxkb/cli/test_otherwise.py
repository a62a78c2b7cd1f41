from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.cli.extras import SETTINGS
from ctxkb.cli.pre_commit import PRE_COMMIT
from ctxkb.cli.upkeep import faults
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

RULE = ".cursor/rules/ctxkb.mdc"
CANNOT = ", which cannot start: there is no `/old/kb` on this machine"


def _set_up(root: Path) -> Repo:
    repo = Repo(root)
    options = ("--all-clients", "--hook", "--workflow", "--pre-commit")
    assert run(["init", "--yes", *options, "--root", str(root)]) == 0
    assert faults(root, (), ()) == []
    return repo


def _program(root: Path) -> str:
    """A program that is there, and is called kb."""
    program = root / "bin" / "kb"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        (RULE, "alwaysApply: true", "alwaysApply: false", "`alwaysApply: false` in place of `alwaysApply: true`"),
        (RULE, "alwaysApply: true\n", "", "without `alwaysApply: true`"),
        (SETTINGS, "kb rules --hook", "kb rules --hok", "`kb rules --hok`"),
        (SETTINGS, "kb rules --hook", "/old/kb rules --hook", f"`/old/kb rules --hook`{CANNOT}"),
        (SETTINGS, "kb rules --hook", "/old/kb rules 'x", f"`/old/kb rules ''\"'\"'x'`{CANNOT}"),
        (PRE_COMMIT, "kb check --staged", "/old/kb check", f"`/old/kb check`{CANNOT}"),
        (PRE_COMMIT, "kb check --staged", "kb chek", "`kb chek`"),
        (".codex/config.toml", '"kb"', '"/old/kb"', f"`/old/kb serve`{CANNOT}"),
        (".codex/config.toml", '["serve"]\n', '["serve"]\nenabled = false\n', "the server is switched off"),
        (".codex/config.toml", '"serve"', '"mcp"', "`kb mcp`"),
    ],
)
def test_what_people_set_up_otherwise_is_told(tmp_path: Path, path: str, before: str, after: str, told: str) -> None:
    """In every file that `kb init` writes; where the command is not there, that it cannot start."""
    repo = _set_up(tmp_path)
    text = (tmp_path / path).read_text()
    assert before in text
    repo.write({path: text.replace(before, after)})
    found = [fault for fault in faults(tmp_path, (), ()) if fault.theirs]
    assert [(fault.message, fault.stuck) for fault in found] == [
        (f"{path}: ctxkb is set up otherwise here: {told}", CANNOT in told)
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"command": "/old/kb", "args": ["mcp"]}, f"`/old/kb mcp`{CANNOT}"),
        ({"command": "sh", "args": ["run.sh", "--token=a1b2c3d4e5f6"]}, "`sh run.sh --token=(masked secret)`"),
        ({"command": "kb", "args": ["serve"], "disabled": True}, "the server is switched off"),
        ({"args": ["serve"]}, "an entry without a command"),
        (["kb", "serve"], "an entry that is no object"),
    ],
)
def test_a_server_of_another_make_is_told(tmp_path: Path, entry: object, told: str) -> None:
    """Its command as it stands there, without its secrets."""
    _set_up(tmp_path).write({".mcp.json": json.dumps({"mcpServers": {"ctxkb": entry}})})
    assert [fault.message for fault in faults(tmp_path, (), ())] == [
        f".mcp.json: ctxkb is set up otherwise here: {told}"
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "stdio", "command": "kb", "args": ["serve", "--full"], "env": {"A": "b"}},
        {"command": "bin/kb", "args": ["serve"]},
        {"command": "PROGRAM", "args": ["serve"]},
        {"command": "sh", "args": ["-x", "kb", "serve"]},
        {"command": "${HOME}/bin/kb", "args": ["serve"]},
        {"type": "http", "url": "https://kb.example.org/mcp"},
    ],
)
def test_another_way_to_start_the_same_is_nothing_to_tell(tmp_path: Path, entry: dict[str, object]) -> None:
    """By its path, through another program, with options, or at an address."""
    repo, program = _set_up(tmp_path), _program(tmp_path)
    entry = {key: program if value == "PROGRAM" else value for key, value in entry.items()}
    hooks = (tmp_path / SETTINGS).read_text().replace("kb rules", f"cd . && {program} rules")
    repo.write({".mcp.json": json.dumps({"mcpServers": {"ctxkb": entry}}), SETTINGS: hooks})
    assert faults(tmp_path, (), ()) == []


@pytest.mark.parametrize(("command", "code"), [("/old/kb", 1), ("sh", 0)])
def test_init_and_doctor_tell_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, code: int) -> None:
    """`kb init --check` fails where nothing can start; `kb doctor` warns; neither changes what people wrote."""
    text = json.dumps({"mcpServers": {"ctxkb": {"command": command, "args": ["mcp"]}}})
    _set_up(tmp_path).write({".mcp.json": text})
    capsys.readouterr()
    assert run(["init", "--check", "--root", str(tmp_path)]) == code
    told = capsys.readouterr()
    stuck = CANNOT if code else ""
    assert told.out == f".mcp.json: ctxkb is set up otherwise here: `{command} mcp`{stuck}\n"
    assert told.err == "kb init leaves as it is what is set up otherwise; see whether that is meant so.\n"
    run(["doctor", "--json", "--root", str(tmp_path)])
    checks = json.loads(capsys.readouterr().out)["checks"]
    (client,) = [check for check in checks if check["name"] == "client"]
    assert (client["state"], client["message"]) == ("warning", told.out.strip())
    assert run(["init", "--yes", "--all-clients", "--root", str(tmp_path)]) == 0
    assert (tmp_path / ".mcp.json").read_text() == text
