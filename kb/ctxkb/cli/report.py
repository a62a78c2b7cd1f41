"""`kb report`: how well the context works."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from ctxkb.cli.options import Json, Root, find
from ctxkb.cli.output import tell, tell_json
from ctxkb.errors import ConfigError

USUAL = timedelta(weeks=12)

Since = Annotated[
    str, typer.Option("--since", metavar="DATE", help="The first day, such as 2026-09-01; else 12 weeks ago.")
]
Last = Annotated[int, typer.Option("--last", metavar="N", min=0, help="Judge the last so many changes by kb check.")]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE.svg", help="Draw the figures over time.")]


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("report")(report)


def report(since: Since = "", last: Last = 30, plot: Plot = None, json: Json = False, root: Root = None) -> None:
    """Tell how well the context works: whether it is asked for, what it covers, how fresh it is, what it costs."""
    from ctxkb.report.render import report_json, report_lines
    from ctxkb.report.run import report as make
    from ctxkb_ingest.folder import kb_folder

    folder, now = find(root), datetime.now().astimezone()
    first = _parsed(since, now.date())
    if plot is not None and plot.suffix.lower() != ".svg":
        raise ConfigError(f"--plot {plot}: the plot is an SVG; give it a name that ends in .svg")
    made = make(folder, kb_folder(folder), first, now, last)
    if plot is not None:
        from ctxkb.report.plot import report_svg

        try:
            plot.write_text(report_svg(made), "utf-8")
        except OSError as error:
            raise ConfigError(f"--plot {plot}: cannot be written: {error.strerror}; name another file") from error
    if json:
        tell_json(report_json(made))
    else:
        tell("\n".join(report_lines(made)))


def _parsed(since: str, today: date) -> date:
    if not since:
        return today - USUAL + timedelta(days=1)
    try:
        first = date.fromisoformat(since)
    except ValueError:
        raise ConfigError(f"--since {since}: write a day as 2026-09-01") from None
    if first > today:
        raise ConfigError(f"--since {since}: that day is yet to come")
    return first
