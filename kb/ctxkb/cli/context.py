"""`kb context`: the pack that an agent would get for a task."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Json, Kinds, Root, find, in_repository


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("context")(context)


def context(
    task: Annotated[str, typer.Argument(metavar="TASK", help="What you are about to do, in a sentence.")],
    path: Annotated[
        list[str] | None, typer.Option("--path", metavar="PATH", help="A path that you will touch; may be repeated.")
    ] = None,
    budget: Annotated[
        int, typer.Option("--budget", metavar="N", help="Tokens at most (50 to 20,000); 0 is the configured default.")
    ] = 0,
    kind: Kinds = None,
    have: Annotated[
        str, typer.Option("--have", metavar="RECEIPT", help="An earlier answer's receipt: only what changed since.")
    ] = "",
    json: Json = False,
    root: Root = None,
) -> None:
    """Print what binds a task and the paths it touches, as a coding agent would get it."""
    from ctxkb.cli.answering import answer

    folder = find(root)
    paths = in_repository(path or [], folder)
    asked = {"task": task, "paths": paths, "budget": budget, "kinds": kind or [], "have": have, "json": json}
    answer(folder, "context", asked)
