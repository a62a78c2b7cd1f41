"""The agents that `kb init` can set up, how a repository shows that it is worked on with one, and what each needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.cli.managed_block import IMPORT, without_block
from ctxkb.cli.pieces import Piece, block, codex_server, rule, server
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

COPILOT = ".github/copilot-instructions.md"

RULE_HEAD = """\
---
description: Ask what binds this repository before planning or writing code
alwaysApply: true
---
"""


@dataclass(frozen=True, slots=True)
class Client:
    """An agent: the name that `--client` takes, its pieces, and files or folders that show its use here.

    A client that is `usual` is set up everywhere; one that `reads_agents` is told by AGENTS.md alone. Pieces of
    `beside` are put only into files that are there.
    """

    name: str
    pieces: tuple[Piece, ...]
    signs: tuple[str, ...] = ()
    usual: bool = False
    reads_agents: bool = False
    beside: tuple[Piece, ...] = ()

    def found(self, root: Path) -> bool:
        """Whether the repository shows that it is worked on with this client."""
        return any((root / sign).exists() for sign in self.signs)

    def wanted(self, root: Path) -> list[Piece]:
        """Its pieces for this repository."""
        return [*self.pieces, *(piece for piece in self.beside if (root / piece.path).exists())]


CLIENTS = (
    Client("claude", (server(".mcp.json", "Claude Code"), block("CLAUDE.md", IMPORT)), usual=True),
    Client(
        "cursor",
        (server(".cursor/mcp.json", "Cursor"), rule(".cursor/rules/ctxkb.mdc", RULE_HEAD)),
        usual=True,
    ),
    Client(
        "vscode",
        (server(".vscode/mcp.json", "VS Code", table="servers", typed=True),),
        (".vscode", COPILOT, ".github/instructions"),
        reads_agents=True,
        beside=(block(COPILOT),),
    ),
    Client("codex", (codex_server(".codex/config.toml"),), (".codex",), reads_agents=True),
)

AGENTS = block("AGENTS.md")
"""For agents of every make: most read the file, and a new CLAUDE.md imports it."""


def every() -> tuple[Piece, ...]:
    """The pieces of all clients."""
    return (AGENTS, *(piece for client in CLIENTS for piece in (*client.pieces, *client.beside)))


def chosen(root: Path, names: Sequence[str], *, everyone: bool = False) -> list[Client]:
    """The clients that were named, else the usual ones and those that the repository shows. Raises `ConfigError`."""
    known = {client.name: client for client in CLIENTS}
    for name in names:
        if name not in known:
            raise ConfigError(f"--client {name}: there is no such client; choose from {', '.join(known)}")
    if everyone:
        return list(CLIENTS)
    return [each for each in CLIENTS if (each.name in names if names else each.usual or each.found(root))]


def wanted(root: Path, clients: Sequence[Client]) -> list[Piece]:
    """What these clients need in this repository. Raises `ConfigError`.

    The block is put once: not into a CLAUDE.md that imports AGENTS.md, nor into a new AGENTS.md that no client needs.
    """
    pieces = [piece for client in clients for piece in client.wanted(root)]
    own = _own_words(root)
    imported = own is not None and _is_agents(root, own)
    if imported:
        pieces = [piece for piece in pieces if piece.path != "CLAUDE.md"]
    there = (root / AGENTS.path).exists()
    needed = imported or there or not own or any(client.reads_agents for client in clients)
    return [*pieces, AGENTS] if needed else pieces


def _own_words(root: Path) -> str | None:
    """What people wrote in CLAUDE.md, None where there is no such file."""
    from ctxkb.cli.writing import read_text

    text = read_text(root, "CLAUDE.md")
    return None if text is None else without_block(text, "CLAUDE.md")


def _is_agents(root: Path, claude: str) -> bool:
    """Whether CLAUDE.md is the same file as AGENTS.md, or imports it: it has the block then."""
    agents = root / AGENTS.path
    same = agents.exists() and agents.samefile(root / "CLAUDE.md")
    return same or "@AGENTS.md" in claude or "@./AGENTS.md" in claude
