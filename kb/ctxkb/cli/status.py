"""`kb status`: what is indexed, and how fresh it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.cli import noted
from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import plural, tell, tell_json

if TYPE_CHECKING:
    import typer

    from ctxkb.cli.state import State

SHOWN = 10
"""How many stale paths are named."""


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("status")(status)


def status(root: Root = None, json: Json = False) -> None:
    """Print what is indexed: documents by kind, units, embeddings, who keeps it, and whether it is fresh."""
    from ctxkb.cli.state import look, state_json

    folder = find(root)
    state = look(folder)
    if json:
        tell_json(state_json(state) if state else None)
    else:
        tell("\n".join(lines(state)) if state else f"{folder}: no index yet; kb index makes it")


def lines(state: State) -> list[str]:
    """The state as a person reads it."""
    kinds = ", ".join(f"{count} {kind}" for kind, count in state.documents.items()) or "none"
    embedded = f"{state.embedded:,} of {state.wanted:,}"
    unread = [problem for problem in state.problems if problem.concern == "reading"]
    others = [problem for problem in state.problems if problem.concern != "reading"]
    found = [
        f"documents   {sum(state.documents.values()):,} ({kinds})",
        f"units       {state.units:,}",
        f"embeddings  {embedded}{'' if state.complete else ', not complete: kb index goes on'}",
        f"generation  {state.generation}",
        f"owner       {f'process {state.owner} keeps it up to date' if state.owner else 'none: kb serve, or kb watch'}",
        f"fresh       {_freshness(state)}",
        f"problems    {len(unread) or 'none'}",
    ]
    return found + [f"  {noted.place(problem)}: {problem.reason}" for problem in unread] + noted.lines(others, 12)


def _freshness(state: State) -> str:
    if not state.stale:
        return "yes"
    named = ", ".join(state.stale[:SHOWN])
    more = f" and {len(state.stale) - SHOWN} more" if len(state.stale) > SHOWN else ""
    return f"no: {plural(len(state.stale), 'file')} changed since ({named}{more})"
