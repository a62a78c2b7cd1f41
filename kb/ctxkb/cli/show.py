"""`kb show`: one unit or document, whole."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Json, Root, find


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("show")(show)


def show(
    identity: Annotated[
        str,
        typer.Argument(metavar="ID", help="An id that kb query printed, a number (ADR-0012), a path, or path:line."),
    ],
    json: Json = False,
    root: Root = None,
) -> None:
    """Print one unit or document, whole, with its links to others."""
    from ctxkb.cli.answering import answer

    answer(find(root), "show", {"id": identity, "json": json})
