"""`kb init`: sets a repository up for ctxkb, shows what it would write, and asks."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note, tell
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ctxkb.cli.clients import Client
    from ctxkb.cli.pieces import Piece
    from ctxkb.cli.together import Together
    from ctxkb.cli.writing import Write


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("init")(init)


def init(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Write without asking.")] = False,
    client: Annotated[
        list[str] | None,
        typer.Option("--client", metavar="NAME", help="Only for claude, cursor, vscode or codex; may be repeated."),
    ] = None,
    all_clients: Annotated[bool, typer.Option("--all-clients", help="For every client that is known.")] = False,
    hook: Annotated[
        bool, typer.Option("--hook", help="Also a Claude Code hook that shows what binds a file before its edit.")
    ] = False,
    workflow: Annotated[
        bool, typer.Option("--workflow", help="Also a GitHub workflow that runs kb check on pull requests.")
    ] = False,
    pre_commit: Annotated[
        bool, typer.Option("--pre-commit", help="Also an entry of pre-commit that runs kb check.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Tell what is missing or out of date; write nothing.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take back what kb init wrote here.")] = False,
    root: Root = None,
) -> None:
    """Set this repository up: kb.toml, the MCP server and the instructions of each coding agent that is used here.

    Shows what it would write and asks first. What people wrote stays as it is; running it again changes nothing.
    """
    from ctxkb.cli.clients import chosen

    if check and remove:
        raise ConfigError("--check and --remove exclude each other; name one of them")
    folder = find(root)
    if remove:
        _remove(folder, yes=yes)
        return
    named = {"hook": hook, "workflow": workflow, "pre_commit": pre_commit}
    if check:
        _check(folder, client or [], named, everyone=all_clients)
        return
    clients = chosen(folder, client or [], everyone=all_clients)
    _set_up(folder, clients, named, yes=yes)


def _set_up(root: Path, clients: Sequence[Client], named: Mapping[str, bool], *, yes: bool) -> None:
    from ctxkb.cli.clients import wanted
    from ctxkb.cli.record import keep
    from ctxkb.cli.writing import write_text

    asking = not yes and sys.stdin.isatty()
    configuration = _configuration(root, asking=asking)
    pieces = [*wanted(root, clients), *_extras(root, named, asking)]
    plans = [*configuration, *(_plan(root, piece) for piece in pieces)]
    writes = [write for write in plans if write.changes]
    if not writes:
        note("Nothing to do: everything is set up.")
        return
    if not _agreed(writes, "Write this?", yes=yes):
        return
    keep(root, plans, pieces)
    for write in writes:
        write_text(root, write)
    note(f"Wrote {', '.join(write.path for write in writes)}. Next: kb index")


def _remove(root: Path, *, yes: bool) -> None:
    from ctxkb.cli.removal import take_back, taken_back

    taken = taken_back(root)
    for reason in taken.left:
        note(reason)
    if not taken.writes:
        note("Nothing to take back: nothing that kb init wrote stands here.")
    elif _agreed(taken.writes, "Take this back?", yes=yes):
        take_back(root, taken)
        note(f"Took it back: {', '.join(write.path for write in taken.writes)}.")


def _check(root: Path, names: Sequence[str], named: Mapping[str, bool], *, everyone: bool) -> None:
    """Tells what is missing, out of date or set up otherwise; ends with 1 unless all that there is can work."""
    from ctxkb.cli.upkeep import faults

    found = faults(root, names, [option for option, wanted in named.items() if wanted], everyone=everyone)
    for fault in found:
        tell(fault.message)
    if any(not fault.theirs for fault in found):
        note("Run kb init to mend that.")
    if any(fault.theirs for fault in found):
        note("kb init leaves as it is what is set up otherwise; see whether that is meant so.")
    if any(fault.stuck or not fault.theirs for fault in found):
        raise typer.Exit(1)
    if not found:
        note("Everything is set up and up to date.")


def _agreed(writes: Sequence[Write], question: str, *, yes: bool) -> bool:
    """Shows what would be done, and asks. Raises `ConfigError` where there is nobody to ask."""
    from ctxkb.cli.preview import shown

    tell("\n".join(shown(write) for write in writes))
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConfigError("kb init asks before it writes; run it on a terminal, or add --yes")
    if typer.confirm(question, err=True):
        return True
    note("Nothing was written.")
    return False


def _plan(root: Path, piece: Piece) -> Write:
    from ctxkb.cli.writing import Write, read_text

    before = read_text(root, piece.path)
    return Write(piece.path, before, piece.put(before), piece.what)


def _extras(root: Path, named: Mapping[str, bool], asking: bool) -> list[Piece]:
    """What was named, and what a person at a terminal wants besides. Raises `ConfigError`."""
    from ctxkb.cli.extras import EXTRAS

    found = []
    for extra in EXTRAS:
        try:
            write = _plan(root, extra.piece)
        except ConfigError:  # it cannot be set up here: told where it was asked for, else not offered
            if named[extra.option]:
                raise
            continue
        if named[extra.option] or (asking and write.changes and typer.confirm(extra.question, err=True)):
            found.append(extra.piece)
    return found


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
