"""`kb check`: the definition of done."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from ctxkb.cli.baseline import accept, shrink
from ctxkb.cli.options import Root, find
from ctxkb.cli.outputs import FORMATS, read_outputs, write_outputs
from ctxkb.errors import ConfigError

Base = Annotated[
    str, typer.Option("--base", metavar="REF", help="Compare with where the head left this branch or commit.")
]
Head = Annotated[str, typer.Option("--head", metavar="REF", help="The end of the change; without it the working tree.")]
Staged = Annotated[bool, typer.Option("--staged", help="Check what is staged, as a pre-commit hook does.")]
Everything = Annotated[bool, typer.Option("--all", help="Judge the whole repository, not only the change.")]
Formats = Annotated[
    list[str] | None,
    typer.Option(
        "--format",
        metavar="FORMAT[=FILE]",
        help=f"How to write the findings ({', '.join(FORMATS)}), and where; may be given several times.",
    ),
]
Fail = Annotated[
    Literal["error", "warning", "info", "never"] | None,
    typer.Option("--fail-on", help="The least severity that ends with 1; kb.toml tells otherwise."),
]
Approvals = Annotated[
    list[str] | None,
    typer.Option("--approved-by", metavar="NAME", help="A person or review label that approves the change."),
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Accept what is wrong today: write it to kb-baseline.json.")
]
Baselined = Annotated[bool, typer.Option("--baselined", help="List the findings that the baseline accepts, too.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("check")(check)


def check(
    base: Base = "",
    head: Head = "",
    staged: Staged = False,
    everything: Everything = False,
    formats: Formats = None,
    fail_on: Fail = None,
    approvals: Approvals = None,
    write_baseline: WriteBaseline = False,
    baselined: Baselined = False,
    root: Root = None,
) -> None:
    """Tell whether a change is done: its decisions, contracts and guides changed with it."""
    from datetime import date

    from ctxkb.check.gate import check as judge

    folder, outputs = find(root), read_outputs(formats or ())
    if write_baseline:
        if base or head or staged:
            raise ConfigError("--write-baseline looks at the whole working tree; leave out --base, --head and --staged")
        accept(folder, date.today())
        return
    report = judge(
        folder,
        day=date.today(),
        base=base,
        head=head,
        staged=staged,
        everything=everything,
        fail_on=fail_on,
        approvals=tuple(approvals or ()),
        baselined=baselined,
    )
    shrink(folder, report)
    write_outputs(report, outputs)
    raise typer.Exit(report.exit)
