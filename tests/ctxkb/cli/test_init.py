from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.cli.managed_block import BLOCK
from ctxkb.config import load_config
from support.repos import Repo
from support.sample import FILES, sample

if TYPE_CHECKING:
    from pathlib import Path

SERVERS = {"mcpServers": {"ctxkb": {"command": "kb", "args": ["serve"]}}}
PROPOSED = """\
# What ctxkb reads here, and what `kb check` asks for. Every key has a default.
#
# Found without any setting:
#   decisions       2  docs/adr
#   contracts       1  contracts
#   conventions     1  AGENTS.md
#   guides          1  docs/guides

[sources]
# decisions = ["docs/adr/**"]    # a list that is given replaces what is found unaided
# ignore = []

# Files that change together:
# [[couple]]
# name = "api-contract"
# when = ["src/api/**"]
# require = ["contracts/**"]
# message = "The contract describes the API: change both."
"""


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The sample repository as the current folder."""
    made = sample(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


def _files(root: Path) -> dict[str, bytes]:
    found = (path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_it_writes_the_configuration_the_clients_and_the_block(repo: Repo) -> None:
    """With --yes all four files stand there, the configuration loads, and nothing else changed."""
    before = _files(repo.root)
    assert run(["init", "--yes"]) == 0
    after = _files(repo.root)
    assert after.keys() - before.keys() == {"kb.toml", ".mcp.json", ".cursor/mcp.json"}
    assert after["kb.toml"].decode() == PROPOSED
    assert json.loads(after[".mcp.json"]) == json.loads(after[".cursor/mcp.json"]) == SERVERS
    assert after["AGENTS.md"] == before["AGENTS.md"] + b"\n" + BLOCK.encode()
    assert {path: after[path] for path in before if path != "AGENTS.md"} == {
        path: content for path, content in before.items() if path != "AGENTS.md"
    }
    load_config(repo.root)


def test_a_second_time_changes_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """Running it again says so and leaves every byte."""
    run(["init", "--yes"])
    before = _files(repo.root)
    capsys.readouterr()
    assert run(["init"]) == 0
    assert capsys.readouterr() == ("", "Nothing to do: everything is set up.\n")
    assert _files(repo.root) == before


def test_without_a_terminal_it_shows_and_writes_nothing(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """What would be written goes to standard output, and one line says how to agree to it."""
    before = _files(repo.root)
    assert run(["init"]) == 2
    shown = capsys.readouterr()
    assert "".join(f"    {line}".rstrip() + "\n" for line in PROPOSED.splitlines()) in shown.out
    assert shown.err == "kb: error: kb init asks before it writes; run it on a terminal, or add --yes\n"
    assert _files(repo.root) == before


def test_existing_servers_and_settings_stay(repo: Repo) -> None:
    """A configuration, other servers and a server of that name are left as a person wrote them."""
    own = '{"mcpServers": {"other": {"command": "x"}, "ctxkb": {"command": "/opt/kb", "args": ["serve"]}}}'
    repo.write({"kb.toml": "[budget]\ndefault = 900\n", ".mcp.json": own, ".cursor/mcp.json": '{"a": 1}'})
    assert run(["init", "--yes"]) == 0
    assert repo.read("kb.toml") == b"[budget]\ndefault = 900\n"
    assert repo.read(".mcp.json").decode() == own
    assert json.loads(repo.read(".cursor/mcp.json")) == {"a": 1, **SERVERS}


def test_broken_json_stops_everything(repo: Repo, capsys: pytest.CaptureFixture[str]) -> None:
    """One line names file and line, and not one file is written."""
    repo.write({".cursor/mcp.json": '{"mcpServers": {'})
    before = _files(repo.root)
    assert run(["init", "--yes"]) == 2
    assert capsys.readouterr().err.startswith("kb: error: .cursor/mcp.json:1: is not valid JSON: ")
    assert _files(repo.root) == before


def test_a_file_that_leads_out_of_the_repository_is_refused(
    repo: Repo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A link to a file elsewhere is never written through."""
    outside = tmp_path_factory.mktemp("home") / "mcp.json"
    outside.write_text("{}")
    (repo.root / ".mcp.json").symlink_to(outside)
    assert run(["init", "--yes"]) == 2
    assert outside.read_text() == "{}"


@pytest.mark.parametrize(
    ("files", "with_block"),
    [
        ({}, {"AGENTS.md"}),
        ({"CLAUDE.md": "# Us\n"}, {"CLAUDE.md"}),
        ({"CLAUDE.md": "# Us\n", "AGENTS.md": "# All\n"}, {"AGENTS.md", "CLAUDE.md"}),
        ({"CLAUDE.md": "@AGENTS.md\n", "AGENTS.md": "# All\n"}, {"AGENTS.md"}),
    ],
)
def test_the_block_goes_where_agents_read(tmp_path: Path, files: dict[str, str | bytes], with_block: set[str]) -> None:
    """AGENTS.md and CLAUDE.md get it where they are, not twice where one imports the other, AGENTS.md where none is."""
    Repo(tmp_path).write(files)
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    found = {name for name in ("AGENTS.md", "CLAUDE.md") if BLOCK.encode() in _files(tmp_path).get(name, b"")}
    assert found == with_block


def test_decisions_in_an_unusual_folder_are_named(tmp_path: Path) -> None:
    """Two files that look like decisions where none are expected become a glob beside the usual; a template is none."""
    decision = FILES["docs/adr/0002-call-services-with-httpx.md"]
    Repo(tmp_path).write(
        {**FILES, "arch/choices/a.md": decision, "arch/choices/b.md": decision, "notes/c.md": decision}
        | {"notes/template.md": decision}
    )
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    assert load_config(tmp_path).sources.decisions == ("docs/adr/**", "arch/choices/**")
