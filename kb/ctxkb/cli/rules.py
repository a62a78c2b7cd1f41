"""`kb rules`: what binds some paths."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Json, Root, find, in_repository


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rules")(rules)


def rules(
    path: Annotated[list[str], typer.Argument(metavar="PATH", help="Files or folders, there or yet to be written.")],
    json: Json = False,
    root: Root = None,
) -> None:
    """Print what binds these paths: conventions, decisions and contracts whose scope matches them."""
    from ctxkb.cli.answering import answer

    folder = find(root)
    answer(folder, "rules", {"paths": in_repository(path, folder), "json": json})
