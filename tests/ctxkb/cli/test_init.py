from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from ctxkb.cli.clients import RULE_HEAD
from ctxkb.cli.managed_block import BLOCK, IMPORT
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


WRITTEN = {"kb.toml", ".mcp.json", "CLAUDE.md", ".cursor/mcp.json", ".cursor/rules/ctxkb.mdc"}


def _files(root: Path) -> dict[str, bytes]:
    """Every file by its path, but for those of git and of the index."""
    apart = {".git", ".kb"}
    found = (path for path in root.rglob("*") if path.is_file() and not apart & set(path.relative_to(root).parts))
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def test_it_writes_the_configuration_the_clients_and_the_block(repo: Repo) -> None:
    """With --yes all files stand there, the configuration loads, and nothing else changed."""
    before = _files(repo.root)
    assert run(["init", "--yes"]) == 0
    after = _files(repo.root)
    assert after.keys() - before.keys() == WRITTEN
    assert after["kb.toml"].decode() == PROPOSED
    assert json.loads(after[".mcp.json"]) == json.loads(after[".cursor/mcp.json"]) == SERVERS
    assert after["CLAUDE.md"].decode() == IMPORT
    assert after[".cursor/rules/ctxkb.mdc"].decode() == RULE_HEAD + BLOCK
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
    ("files", "expected"),
    [
        ({}, {"AGENTS.md": BLOCK, "CLAUDE.md": IMPORT}),
        ({"AGENTS.md": "# All\n"}, {"AGENTS.md": "# All\n\n" + BLOCK, "CLAUDE.md": IMPORT}),
        ({"CLAUDE.md": "# Us\n"}, {"CLAUDE.md": "# Us\n\n" + BLOCK}),
        ({"CLAUDE.md": "# Us\n", ".codex/a": ""}, {"AGENTS.md": BLOCK, "CLAUDE.md": "# Us\n\n" + BLOCK}),
        (
            {"CLAUDE.md": "# Us\n", "AGENTS.md": "# All\n"},
            {"AGENTS.md": "# All\n\n" + BLOCK, "CLAUDE.md": "# Us\n\n" + BLOCK},
        ),
        (
            {"CLAUDE.md": "@AGENTS.md\n", "AGENTS.md": "# All\n"},
            {"AGENTS.md": "# All\n\n" + BLOCK, "CLAUDE.md": "@AGENTS.md\n"},
        ),
        ({"CLAUDE.md": "See @./AGENTS.md\n"}, {"AGENTS.md": BLOCK, "CLAUDE.md": "See @./AGENTS.md\n"}),
    ],
)
def test_the_block_goes_where_agents_read(
    tmp_path: Path, files: dict[str, str | bytes], expected: dict[str, str]
) -> None:
    """AGENTS.md and CLAUDE.md get it, not twice where one imports the other; no AGENTS.md that nobody needs."""
    Repo(tmp_path).write(files)
    for _ in range(2):
        assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
        found = _files(tmp_path)
        assert {name: found[name].decode() for name in ("AGENTS.md", "CLAUDE.md") if name in found} == expected


def test_a_claude_md_that_is_agents_md_is_not_written_twice(tmp_path: Path) -> None:
    """Where one is a link to the other, one block stands in both, and --remove takes that one out."""
    Repo(tmp_path).write({"AGENTS.md": "# All\n"})
    (tmp_path / "CLAUDE.md").symlink_to("AGENTS.md")
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    assert (tmp_path / "CLAUDE.md").read_text() == "# All\n\n" + BLOCK
    assert run(["init", "--remove", "--yes", "--root", str(tmp_path)]) == 0
    assert (tmp_path / "CLAUDE.md").is_symlink()
    assert (tmp_path / "AGENTS.md").read_text() == "# All\n"


def test_decisions_in_an_unusual_folder_are_named(tmp_path: Path) -> None:
    """Two files that look like decisions where none are expected become a glob beside the usual; a template is none."""
    decision = FILES["docs/adr/0002-call-services-with-httpx.md"]
    Repo(tmp_path).write(
        {**FILES, "arch/choices/a.md": decision, "arch/choices/b.md": decision, "notes/c.md": decision}
        | {"notes/template.md": decision}
    )
    assert run(["init", "--yes", "--root", str(tmp_path)]) == 0
    assert load_config(tmp_path).sources.decisions == ("docs/adr/**", "arch/choices/**")
