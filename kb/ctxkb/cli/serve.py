"""`kb serve`: the MCP server."""

from __future__ import annotations

from typing import Annotated

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("serve")(serve)


def serve(
    allow_write: Annotated[
        bool, typer.Option("--allow-write", help="Offer the tool that writes drafts of decisions and rules.")
    ] = False,
    root: Root = None,
) -> None:
    """Serve coding agents over MCP on standard input and output; MCP clients start this by themselves."""
    import sys

    from ctxkb_server.stdio import serve as run

    if sys.stdin.isatty():
        note("kb serve talks to an MCP client on standard input; Ctrl-C ends it. kb init sets clients up.")
    run(find(root), allow_write=allow_write)
