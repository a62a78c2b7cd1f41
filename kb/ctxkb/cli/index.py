"""`kb index`: brings the index up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ctxkb.cli import noted
from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import tell, tell_json

if TYPE_CHECKING:
    from ctxkb.types import Problem
    from ctxkb_ingest.report import IndexReport


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("index")(index)


def index(
    full: Annotated[bool, typer.Option("--full", help="Read every file again; no text is embedded twice.")] = False,
    json: Json = False,
    root: Root = None,
) -> None:
    """Bring the index up to date with the files: only what changed is read, only new texts are embedded."""
    from ctxkb.cli.building import run_index
    from ctxkb.cli.progress import Bar
    from ctxkb_ingest.report import report_json

    folder = find(root)
    with Bar() as bar:
        report = run_index(folder, bar, full=full)
    if json:
        tell_json(report_json(report))
    else:
        tell("\n".join(lines(report)))


def lines(report: IndexReport) -> list[str]:
    """The report as a person reads it."""
    found = [
        f"files     {report.files:,} ({report.changed:,} read, {report.removed:,} removed)",
        f"units     {report.units:,}",
        f"embedded  {report.embedded:,}",
        f"reused    {report.reused:,}",
        f"skipped   {len(report.skipped):,}",
        *map(_line, report.skipped),
    ]
    if report.remarks:
        found += [f"remarks   {len(report.remarks):,}", *map(_line, report.remarks)]
    return [*found, *noted.lines(report.noted, 10), f"seconds   {report.seconds:.2f}"]


def _line(problem: Problem) -> str:
    return f"  {noted.place(problem)}: {problem.reason}"
