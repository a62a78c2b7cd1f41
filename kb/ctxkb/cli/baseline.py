"""Writes the baseline of `kb check`, and takes out of it what is mended."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxkb.cli.output import note, plural

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from ctxkb.check.findings import Report


def accept(root: Path, day: date) -> None:
    """Writes a baseline of what is wrong in the working tree today."""
    from ctxkb.check.baseline import BASELINE
    from ctxkb.check.gate import baseline_now

    text, count = baseline_now(root, day)
    _write(root, text)
    note(f"{BASELINE}: {plural(count, 'finding')} accepted. Commit it; kb check counts what comes on top.")


def shrink(root: Path, report: Report) -> None:
    """Takes what is mended out of the baseline; where the working tree was not judged, or in CI, it only says so."""
    from ctxkb.check.baseline import BASELINE
    from ctxkb.check.changes import WORKING_TREE
    from ctxkb.cli.writing import read_text

    gone = f"{BASELINE}: {plural(report.gone, 'finding')} no longer there"
    if report.head != WORKING_TREE or os.environ.get("CI"):
        if report.gone:
            note(f"{gone}; kb check --all in a working tree takes them out.")
    elif report.baseline and report.baseline != read_text(root, BASELINE):
        _write(root, report.baseline)
        note(f"{gone}, taken out." if report.gone else f"{BASELINE}: brought up to date.")


def _write(root: Path, text: str) -> None:
    from ctxkb.check.baseline import BASELINE
    from ctxkb.cli.writing import Write, write_text

    write_text(root, Write(BASELINE, None, text, "the baseline"))
