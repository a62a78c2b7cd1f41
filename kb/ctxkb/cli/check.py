"""`kb check`: the definition of done."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ctxkb.cli.options import Root, find
from ctxkb.cli.outputs import FORMATS, read_outputs, write_outputs


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
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            metavar="FORMAT[=FILE]",
            help=f"How to write the findings ({', '.join(FORMATS)}), and where; may be given several times.",
        ),
    ] = None,
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

    outputs = read_outputs(formats or ())
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
    write_outputs(report, outputs)
    raise typer.Exit(report.exit)
