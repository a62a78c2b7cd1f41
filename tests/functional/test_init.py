from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mcp import Client, StdioServerParameters

from support.sample import kb, sample

if TYPE_CHECKING:
    from support.repos import Repo

BIN = Path(sys.executable).parent


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """The sample repository after `kb init --yes`."""
    made = sample(tmp_path)
    done = kb(tmp_path, "init", "--yes")
    files = "kb.toml, .mcp.json, CLAUDE.md, .cursor/mcp.json, .cursor/rules/ctxkb.mdc, AGENTS.md"
    written = f"Wrote {files}. Next: kb index\n"
    assert (done.returncode, done.stderr) == (0, written)
    return made


@pytest.mark.skipif(not (BIN / "kb").exists(), reason="kb is not installed as a command")
@pytest.mark.parametrize("file", [".mcp.json", ".cursor/mcp.json"])
def test_what_was_written_starts_the_server(repo: Repo, file: str) -> None:
    """A client that does what the file says, with `kb` on its PATH, lists the tools."""
    server = json.loads(repo.read(file))["mcpServers"]["ctxkb"]
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    params = StdioServerParameters(command=server["command"], args=server["args"], cwd=repo.root, env=environment)

    async def names() -> list[str]:
        async with Client(params) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    assert asyncio.run(names()) == ["get_context", "search", "read", "check_change", "report_gap"]


def test_the_block_is_no_rule_of_the_repository_but_the_rest_of_the_file_is(repo: Repo) -> None:
    """What people wrote in AGENTS.md still binds after the block was added to it."""
    packed = json.loads(kb(repo.root, "rules", "api/x.py", "--json").stdout)
    assert packed["items"][0]["path"] == "AGENTS.md"
    assert "- Commits MUST name the ticket." in packed["items"][0]["text"]
