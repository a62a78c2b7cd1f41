from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.cli.clients import COPILOT
from ctxkb.cli.extras import SETTINGS, WORKFLOW, WORKFLOW_TEXT
from ctxkb.cli.managed_block import BEGIN, BLOCK
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

SERVER = {"command": "kb", "args": ["serve"]}
USUAL = {"kb.toml", ".mcp.json", "CLAUDE.md", ".cursor/mcp.json", ".cursor/rules/ctxkb.mdc", "AGENTS.md"}
FRESH = """\
kb.toml: missing: the configuration
.mcp.json: missing: the MCP server "ctxkb" for Claude Code
CLAUDE.md: missing: a short block that tells agents to ask first
.cursor/mcp.json: missing: the MCP server "ctxkb" for Cursor
.cursor/rules/ctxkb.mdc: missing: a rule that tells its agent to ask first
AGENTS.md: missing: a short block that tells agents to ask first
"""


def _written(root: Path) -> set[str]:
    apart = {".git", ".kb"}
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return {path.as_posix() for path in found if not apart & set(path.parts)}


def _init(root: Path, *options: str) -> int:
    return run(["init", "--root", str(root), *options])


@pytest.mark.parametrize(
    ("there", "more"),
    [
        ([], set()),
        ([".vscode/settings.json"], {".vscode/mcp.json"}),
        ([".github/instructions/a.md"], {".vscode/mcp.json"}),
        ([COPILOT], {".vscode/mcp.json"}),
        ([".codex/prompts/a.md"], {".codex/config.toml"}),
        ([".github/workflows/ci.yml", "src/vscode/a.py"], set()),
    ],
)
def test_the_repository_shows_which_clients_are_used(tmp_path: Path, there: list[str], more: set[str]) -> None:
    """Claude Code and Cursor are always set up, the others where a file or folder of theirs is found."""
    Repo(tmp_path).write(dict.fromkeys(there, "x\n"))
    assert _init(tmp_path, "--yes") == 0
    assert _written(tmp_path) == USUAL | more | set(there)


@pytest.mark.parametrize(
    ("names", "files"),
    [
        (["claude"], {".mcp.json", "CLAUDE.md"}),
        (["cursor"], {".cursor/mcp.json", ".cursor/rules/ctxkb.mdc"}),
        (["vscode", "codex"], {".vscode/mcp.json", ".codex/config.toml"}),
    ],
)
def test_named_clients_and_no_others(tmp_path: Path, names: list[str], files: set[str]) -> None:
    """--client sets up what it names, beside the configuration and AGENTS.md, and --check agrees."""
    options = [option for name in names for option in ("--client", name)]
    assert _init(tmp_path, "--yes", *options) == 0
    assert _written(tmp_path) == {"kb.toml", "AGENTS.md"} | files
    assert _init(tmp_path, "--check") == 0


def test_a_client_that_nobody_knows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says which there are, and nothing is written."""
    assert _init(tmp_path, "--yes", "--client", "emacs") == 2
    told = "kb: error: --client emacs: there is no such client; choose from claude, cursor, vscode, codex\n"
    assert capsys.readouterr().err == told
    assert _written(tmp_path) == set()


def test_each_client_finds_the_server_as_it_looks_for_it(tmp_path: Path) -> None:
    """The four files hold the server under the key, and in the form, that each client reads."""
    repo = Repo(tmp_path).write({COPILOT: "# Us\n"})
    assert _init(tmp_path, "--yes", "--all-clients") == 0
    assert json.loads(repo.read(".mcp.json")) == json.loads(repo.read(".cursor/mcp.json"))
    assert json.loads(repo.read(".mcp.json")) == {"mcpServers": {"ctxkb": SERVER}}
    assert json.loads(repo.read(".vscode/mcp.json")) == {"servers": {"ctxkb": {"type": "stdio", **SERVER}}}
    assert tomllib.loads(repo.read(".codex/config.toml").decode()) == {"mcp_servers": {"ctxkb": SERVER}}
    assert repo.read(COPILOT).decode() == "# Us\n\n" + BLOCK


def test_a_changed_file_is_shown_by_its_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is added to a file that is there is shown with a line around it."""
    Repo(tmp_path).write({".codex/config.toml": '# ours\nmodel = "x"\n', "CLAUDE.md": "@AGENTS.md\n"})
    _init(tmp_path, "--yes", "--client", "codex")
    assert (
        '    @@ -2 +2,5 @@\n     model = "x"\n    +\n    +[mcp_servers.ctxkb]\n    +command = "kb"\n'
        '    +args = ["serve"]\n' in capsys.readouterr().out
    )


def test_a_check_names_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a repository without any of it, each piece is a line, and the command ends with 1 and writes nothing."""
    assert _init(tmp_path, "--check") == 1
    assert capsys.readouterr() == (FRESH, "Run kb init to mend that.\n")
    assert list(tmp_path.iterdir()) == []


def test_a_check_tells_what_is_out_of_date(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A block and a workflow of another version and a broken file are told apart from what is missing."""
    repo = Repo(tmp_path)
    _init(tmp_path, "--yes", "--workflow", "--hook")
    assert _init(tmp_path, "--check", "--workflow", "--hook") == 0
    repo.write(
        {
            "AGENTS.md": BLOCK.replace("Run `kb check`", "Never run `kb check`"),
            WORKFLOW: WORKFLOW_TEXT.replace("ctxkb==", "ctxkb==0.0."),
            ".cursor/mcp.json": "{",
            SETTINGS: "{}\n",
        }
    )
    capsys.readouterr()
    assert _init(tmp_path, "--check", "--hook") == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(".cursor/mcp.json:1: is not valid JSON: ")
    assert lines[1:] == [
        "AGENTS.md: out of date: a short block that tells agents to ask first",
        ".claude/settings.json: missing: a hook that shows Claude Code what binds a file before it edits it",
        ".github/workflows/kb-check.yml: out of date: kb check on pull requests",
    ]


def test_what_is_out_of_date_is_brought_up_to_date(tmp_path: Path) -> None:
    """The workflow of another version gets this one's, a changed one stays; so does a server that people changed."""
    own = '{"mcpServers": {"ctxkb": {"command": "sh", "args": ["kb", "serve"]}}}'
    repo = Repo(tmp_path).write({WORKFLOW: WORKFLOW_TEXT.replace("ctxkb==", "ctxkb==0.0."), ".mcp.json": own})
    _init(tmp_path, "--yes", "--workflow")
    assert repo.read(WORKFLOW).decode() == WORKFLOW_TEXT
    assert repo.read(".mcp.json").decode() == own
    assert _init(tmp_path, "--check", "--workflow") == 0
    changed = WORKFLOW_TEXT.replace('"3.12"', '"3.13"')
    repo.write({WORKFLOW: changed})
    _init(tmp_path, "--yes", "--workflow")
    assert repo.read(WORKFLOW).decode() == changed


def test_check_and_remove_exclude_each_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so."""
    assert _init(tmp_path, "--check", "--remove") == 2
    assert capsys.readouterr().err == "kb: error: --check and --remove exclude each other; name one of them\n"


def test_half_a_block_is_told_by_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Markers that make no pair are a fault, not an end of the check."""
    Repo(tmp_path).write({"AGENTS.md": f"{BEGIN}\n"})
    assert _init(tmp_path, "--check", "--client", "codex") == 1
    assert "AGENTS.md: the markers" in capsys.readouterr().out
