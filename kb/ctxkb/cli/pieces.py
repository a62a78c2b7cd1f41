"""What `kb init` sets up, piece by piece: each can be put into its file, recognized there, and taken out again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.cli.json_edit import add_member, read_json, take_member
from ctxkb.cli.managed_block import BLOCK, with_block, without_block
from ctxkb.cli.otherwise import of_front_matter, of_server
from ctxkb.cli.toml_edit import server_of, with_server, without_server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ctxkb.cli.otherwise import Otherwise

SERVER: dict[str, object] = {"command": "kb", "args": ["serve"]}


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing in one file. Both functions take and give the file's text and may raise `ConfigError`.

    `put` gets None where there is no file; `take` gives the text without the piece. Of a file that held nothing else
    the `husk` is left then. `other` tells how people set it up otherwise in a file of the repository, where they did.
    """

    path: str
    what: str
    put: Callable[[str | None], str]
    take: Callable[[str], str]
    husk: str = ""
    other: Callable[[Path, str], Otherwise | None] = lambda _root, _text: None

    def missing(self, text: str | None) -> str:
        """What is wrong with a file: it lacks the piece, or holds an old one; "" where nothing is."""
        if self.put(text) == text:
            return ""
        return "out of date" if text is not None and self.stands(text) else "missing"

    def stands(self, text: str) -> bool:
        """Whether a file holds the piece, as this version or another one wrote it."""
        return self.take(text) != text

    def is_alone(self, text: str) -> bool:
        """Whether a file that holds the piece holds nothing else."""
        return self.stands(text) and self.take(text).strip() in {"", self.husk}

    def is_whole(self, text: str) -> bool:
        """Whether a file that holds the piece looks as if it had been made for it."""
        return self.is_alone(text) and (not self.take(text).strip() or _lines(text) == self.put(None))


def server(path: str, client: str, *, table: str = "mcpServers", typed: bool = False) -> Piece:
    """The server in a client's JSON file; `typed` ones name the transport, and may hold comments."""
    value: Mapping[str, object] = {"type": "stdio", **SERVER} if typed else SERVER

    def other(root: Path, text: str) -> Otherwise | None:
        servers = read_json(text, path, comments=typed).get(table)
        return of_server(root, servers["ctxkb"]) if isinstance(servers, dict) and "ctxkb" in servers else None

    return Piece(
        path,
        f'the MCP server "ctxkb" for {client}',
        lambda text: add_member(text or "", table, "ctxkb", value, path, comments=typed),
        lambda text: take_member(text, table, "ctxkb", value, path, comments=typed),
        husk="{}",
        other=other,
    )


def codex_server(path: str) -> Piece:
    """The server in Codex's TOML file."""

    def other(root: Path, text: str) -> Otherwise | None:
        entry = server_of(text, path)
        return None if entry is None else of_server(root, entry)

    return Piece(
        path,
        'the MCP server "ctxkb" for Codex, which reads this file in projects that it was told to trust',
        lambda text: with_server(text or "", path),
        lambda text: without_server(text, path),
        other=other,
    )


def block(path: str, new: str = BLOCK) -> Piece:
    """The block in a file of instructions; one that is not there yet gets the block `new`."""
    return Piece(
        path,
        "a short block that tells agents to ask first",
        lambda text: with_block(text or "", path, new if _holds(text, new) else BLOCK),
        lambda text: without_block(text, path),
    )


def rule(path: str, head: str) -> Piece:
    """A rule file of our own: `head`, which is front matter, and the block."""

    def take(text: str) -> str:
        rest = without_block(text, path)
        return "" if rest.split() == head.split() else rest

    return Piece(
        path,
        "a rule that tells its agent to ask first",
        lambda text: head + BLOCK if text is None else with_block(text, path),
        take,
        other=lambda _root, text: of_front_matter(text, "alwaysApply", "true"),
    )


def _holds(text: str | None, new: str) -> bool:
    """Whether a file is not there yet, or holds that block and no more."""
    return not text or _lines(text) == new


def _lines(text: str) -> str:
    """The text with the line ends that `put` gives a new file."""
    return text.replace("\r\n", "\n")
