"""`kb query`: ranked hits for some words."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Json, Kinds, Root, find, in_repository


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("query")(query)


def query(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What to look for.")],
    kind: Kinds = None,
    path: Annotated[
        str, typer.Option("--path", metavar="PATH", help="Only what governs this path or lies in it.")
    ] = "",
    status: Annotated[str, typer.Option("--status", metavar="STATUS", help="Only documents of this status.")] = "",
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Only documents with this tag; repeated, with all of them."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", metavar="N", help="At most so many hits (1 to 100).")] = 10,
    json: Json = False,
    root: Root = None,
) -> None:
    """Search the documents: one line a hit, the best first, each with path:line."""
    from ctxkb.cli.answering import answer

    folder = find(root)
    near = in_repository([path], folder)[0] if path else ""
    asked = {"text": text, "kinds": kind or [], "path": near, "status": status, "tags": tag or [], "limit": limit}
    answer(folder, "query", {**asked, "json": json})
