"""`kb watch`: keeps the index up to date while files change."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from ctxkb.cli.options import Root, find
from ctxkb.cli.output import note, plural, tell

if TYPE_CHECKING:
    from pathlib import Path

    import typer

    from ctxkb_ingest.report import IndexReport


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("watch")(watch)


def watch(root: Root = None) -> None:
    """Keep the index up to date until Ctrl-C. Where another process does that already, say which and end."""
    from ctxkb.cli.state import owner

    folder = find(root)
    other = owner(folder)
    if other:
        note(f"Process {other} keeps the index of {folder} up to date already.")
        return
    _keep(folder)


def _keep(root: Path) -> None:
    from ctxkb.config import load_config
    from ctxkb_server.engine import Engine

    engine = Engine(root, load_config(root), note, _tell_report)
    note(f"Watching {root}; Ctrl-C ends it.")
    engine.start()
    try:
        threading.Event().wait()
    finally:
        engine.close()


def _tell_report(report: IndexReport) -> None:
    if report.changed or report.removed or report.embedded:
        files = plural(report.changed, "file")
        tell(f"{files} read, {report.removed:,} removed, {report.embedded:,} embedded, {report.seconds:.2f} s")
