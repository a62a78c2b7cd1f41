"""`kb rules`: what binds some paths."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Json, Root, find, in_repository
from ctxkb.errors import ConfigError


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("rules")(rules)


def rules(
    path: Annotated[
        list[str] | None, typer.Argument(metavar="PATH", help="Files or folders, there or yet to be written.")
    ] = None,
    json: Json = False,
    hook: Annotated[
        bool, typer.Option("--hook", help="Answer a Claude Code hook, which says on standard input what it is about.")
    ] = False,
    try_: Annotated[
        str, typer.Option("--try", metavar="ID", help="Show what this executable rule would have flagged in the past.")
    ] = "",
    last: Annotated[int, typer.Option("--last", min=1, help="How many commits `--try` looks at.")] = 300,
    root: Root = None,
) -> None:
    """Print what binds these paths: conventions, decisions and contracts whose scope matches them."""
    from ctxkb.cli.answering import answer

    if hook:
        from ctxkb.cli.hook import respond

        respond(lambda: find(root))
        return
    if try_:
        from ctxkb.cli.trying import show_trial

        show_trial(find(root), try_, last, json=json)
        return
    if not path:
        raise ConfigError("PATH is missing; name the files or folders that you will touch")
    folder = find(root)
    answer(folder, "rules", {"paths": in_repository(path, folder), "json": json})
