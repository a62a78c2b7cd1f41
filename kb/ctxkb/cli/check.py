"""`kb check`: the definition of done."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from ctxkb.cli.options import Root, find


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("check")(check)


def check(
    base: Annotated[
        str, typer.Option("--base", metavar="REF", help="Compare with where the head left this branch or commit.")
    ] = "",
    head: Annotated[
        str, typer.Option("--head", metavar="REF", help="The end of the change; without it the working tree.")
    ] = "",
    staged: Annotated[bool, typer.Option("--staged", help="Check what is staged, as a pre-commit hook does.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Judge the whole repository, not only the change.")] = False,
    format_: Annotated[Literal["text", "json"], typer.Option("--format", help="How to print the findings.")] = "text",
    fail_on: Annotated[
        Literal["error", "warning", "info", "never"] | None,
        typer.Option("--fail-on", help="The least severity that ends with 1; kb.toml tells otherwise."),
    ] = None,
    approvals: Annotated[
        list[str] | None,
        typer.Option("--approved-by", metavar="NAME", help="A person or review label that approves the change."),
    ] = None,
    root: Root = None,
) -> None:
    """Tell whether a change is done: its decisions, contracts and guides changed with it."""
    from datetime import date

    from ctxkb.check.gate import check as judge
    from ctxkb.check.render import RENDERERS

    report = judge(
        find(root),
        day=date.today(),
        base=base,
        head=head,
        staged=staged,
        everything=everything,
        fail_on=fail_on,
        approvals=tuple(approvals or ()),
    )
    sys.stdout.write(RENDERERS[format_](report))
    raise typer.Exit(report.exit)
