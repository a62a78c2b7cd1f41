"""`kb sync`: the rule files of every agent, written from one set of conventions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import note, plural, tell, tell_json
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.check.findings import Breach
    from ctxkb.check.sync.drift import Drift


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("sync")(sync)


def sync(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; end with 1 where something differs.")] = False,
    json: Json = False,
    root: Root = None,
) -> None:
    """Write AGENTS.md, CLAUDE.md, Cursor and Copilot rules from the conventions; show what contradicts what."""
    from datetime import date

    from ctxkb.check.gate import open_context
    from ctxkb.check.rules.contradiction import check_contradiction
    from ctxkb.check.sync.drift import drifts

    folder = find(root)
    context = open_context(folder, "", "", date.today(), everything=True)
    found = list(drifts(context.head, context.config.sync))
    if not found and not context.config.sync.conventions:
        raise ConfigError(
            "kb sync does not know which conventions to write; name them in kb.toml, in the table [sync]: "
            'conventions = ["docs/conventions/**"]'
        )
    against = list(check_contradiction(context))
    if not check:
        _write(folder, found)
    if json:
        tell_json(_data(found, against))
    else:
        _tell(found, against, done=not check)
    if (check and found) or any(not each.mine for each in found):
        raise typer.Exit(1)


def _write(root: Path, found: Sequence[Drift]) -> None:
    from ctxkb.cli.writing import Write, write_text

    for each in found:
        if each.mine and each.after is not None:
            write_text(root, Write(each.path, each.before, each.after, each.what))
        elif each.mine:
            (root / each.path).unlink(missing_ok=True)


def _data(found: Sequence[Drift], against: Sequence[Breach]) -> dict[str, object]:
    return {
        "files": [{"path": each.path, "what": each.what, "delete": each.after is None} for each in found],
        "contradictions": [{"path": each.path, "line": each.line, "message": each.message} for each in against],
    }


def _tell(found: Sequence[Drift], against: Sequence[Breach], *, done: bool) -> None:
    for each in found:
        if not each.mine:
            tell(f"left alone  {each.path}: {each.what}")
        else:
            tell(f"{_done(each) if done else 'differs'}  {each.path}: {each.what}")
    for breach in against:
        tell(f"contradiction  {breach.path}:{breach.line}: {breach.message}")
    if not found:
        note("Nothing to do: every file says what the conventions say.")
    elif not done:
        note(f"{plural(len(found), 'file')} to write: run kb sync")


def _done(each: Drift) -> str:
    return "written" if each.after is not None else "deleted"
