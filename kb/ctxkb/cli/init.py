"""`kb init`: sets a repository up for ctxkb, shows what it would write, and asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note, tell
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ctxkb.cli.together import Together
    from ctxkb.cli.writing import Write

SERVER = {"command": "kb", "args": ["serve"]}
CLIENTS = {".mcp.json": "Claude Code", ".cursor/mcp.json": "Cursor"}
"""Files that tell a client which servers there are; both hold them under `mcpServers`."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("init")(init)


def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    hook: Annotated[
        bool, typer.Option("--hook", help="Also a Claude Code hook that shows what binds a file before its edit.")
    ] = False,
    workflow: Annotated[
        bool, typer.Option("--workflow", help="Also a GitHub workflow that runs kb check on pull requests.")
    ] = False,
    pre_commit: Annotated[
        bool, typer.Option("--pre-commit", help="Also an entry of pre-commit that runs kb check.")
    ] = False,
    root: Root = None,
) -> None:
    """Set this repository up: kb.toml, the MCP server of Claude Code and Cursor, a block in AGENTS.md or CLAUDE.md.

    Shows what it would write and asks first. What people wrote stays as it is; running it again changes nothing.
    """
    import sys

    from ctxkb.cli.writing import write_text

    folder = find(root)
    named = {"hook": hook, "workflow": workflow, "pre_commit": pre_commit}
    asking = not yes and sys.stdin.isatty()
    wanted = (*planned(folder, asking=asking), *_extras(folder, named, asking))
    writes = [write for write in wanted if write.changes]
    if not writes:
        note("Nothing to do: everything is set up.")
        return
    tell("\n".join(shown(write) for write in writes))
    if not yes:
        if not sys.stdin.isatty():
            raise ConfigError("kb init asks before it writes; run it on a terminal, or add --yes")
        if not typer.confirm("Write this?", err=True):
            note("Nothing was written.")
            return
    for write in writes:
        write_text(folder, write)
    note(f"Wrote {', '.join(write.path for write in writes)}. Next: kb index")


def planned(root: Path, *, asking: bool = False) -> list[Write]:
    """Everything that `kb init` wants in its files, whether it stands there or not. Raises `ConfigError`.

    With `asking` a person at a terminal says which couplings are wanted.
    """
    return [*_configuration(root, asking=asking), *(_client(root, path) for path in CLIENTS), *_blocks(root)]


def _extras(root: Path, named: Mapping[str, bool], asking: bool) -> list[Write]:
    """What was named, and what a person at a terminal wants besides. Raises `ConfigError`."""
    from ctxkb.cli.extras import EXTRAS

    found = []
    for extra in EXTRAS:
        try:
            write = extra.plan(root)
        except ConfigError:  # it cannot be set up here: told where it was asked for, else not offered
            if named[extra.option]:
                raise
            continue
        if named[extra.option] or (asking and write.changes and typer.confirm(extra.question, err=True)):
            found.append(write)
    return found


def shown(write: Write) -> str:
    """A new file whole, a changed one by what is done to it."""
    if write.before is None:
        return f"{write.path} (new): {write.what}\n{_indented(write.after)}"
    return f"{write.path}: {write.what}"


def _indented(text: str) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in text.splitlines())


def _configuration(root: Path, *, asking: bool) -> list[Write]:
    from ctxkb.cli.found import documents, unusual_decisions
    from ctxkb.cli.proposal import propose_config
    from ctxkb.cli.together import changed_together
    from ctxkb.cli.writing import Write
    from ctxkb.config import load_config
    from ctxkb.config.root import KB_TOML, read_written

    config = load_config(root)
    if read_written(root) is not None:
        return []
    found = documents(root, config)
    pairs = changed_together(root, found)
    couplings = [(pair, asking and _wants(pair)) for pair in pairs]
    text = propose_config(found, unusual_decisions(root, found), couplings)
    return [Write(KB_TOML, None, text, "the configuration, with what was found here")]


def _wants(pair: Together) -> bool:
    evidence = pair.evidence()
    return typer.confirm(f"{evidence[0].upper()}{evidence[1:]}. Remind of that from now on?", err=True)


def _client(root: Path, path: str) -> Write:
    from ctxkb.cli.json_edit import add_member
    from ctxkb.cli.writing import Write, read_text

    before = read_text(root, path)
    after = add_member(before or "", "mcpServers", "ctxkb", SERVER, path)
    return Write(path, before, after, f'the MCP server "ctxkb" for {CLIENTS[path]}')


def _blocks(root: Path) -> list[Write]:
    """The block in each of AGENTS.md and CLAUDE.md that there is, AGENTS.md where there is neither.

    A CLAUDE.md that is the same file as AGENTS.md, or imports it, has the block already.
    """
    from ctxkb.cli.managed_block import with_block
    from ctxkb.cli.writing import Write, read_text

    texts = {path: read_text(root, path) for path in ("AGENTS.md", "CLAUDE.md")}
    claude = texts["CLAUDE.md"]
    if claude is None or (texts["AGENTS.md"] is not None and _imports_agents(root, claude)):
        del texts["CLAUDE.md"]
    elif texts["AGENTS.md"] is None:
        del texts["AGENTS.md"]
    what = "a short block that tells agents to ask first"
    return [Write(path, text, with_block(text or "", path), what) for path, text in texts.items()]


def _imports_agents(root: Path, claude: str) -> bool:
    return (root / "CLAUDE.md").samefile(root / "AGENTS.md") or "@AGENTS.md" in claude or "@./AGENTS.md" in claude
