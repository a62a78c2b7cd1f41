"""What the gate finds in the last changes, kept so that no change is judged twice."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ctxkb import __version__
from ctxkb.catalog.usage import DATABASE
from ctxkb.check.gate import check
from ctxkb.errors import ConfigError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.check.git import Git

PATIENCE = 30.0
"""Seconds after which no further change is judged; the next run goes on."""

_TABLE = """
CREATE TABLE IF NOT EXISTS judged (
    commit_hash TEXT NOT NULL, version TEXT NOT NULL, errors INTEGER NOT NULL, warnings INTEGER NOT NULL,
    infos INTEGER NOT NULL, PRIMARY KEY (commit_hash, version)
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """What the gate finds in one change: a commit of the main line against the one before it."""

    commit: str
    at: datetime
    errors: int
    warnings: int
    infos: int


def judged_changes(git: Git, folder: Path, last: int) -> list[Judged]:
    """The findings of the last changes, the newest first, as many as there is patience for.

    Raises `StoreError` where they cannot be kept in `folder`.
    """
    end = time.monotonic() + PATIENCE
    found = []
    try:
        with closing(sqlite3.connect(folder / DATABASE, timeout=2)) as connection:
            connection.execute(_TABLE)
            query = "SELECT commit_hash, errors, warnings, infos FROM judged WHERE version = ?"
            known = {row[0]: row[1:] for row in connection.execute(query, (__version__,))}
            for commit, parent, at in _changes(git, last):
                fresh = commit not in known and time.monotonic() < end
                if fresh and (counts := _counts(git.root, parent, commit, at)):
                    known[commit] = counts
                    with connection:
                        values = (commit, __version__, *counts)
                        connection.execute("INSERT OR REPLACE INTO judged VALUES (?, ?, ?, ?, ?)", values)
                if commit in known:
                    found.append(Judged(commit, at, *known[commit]))
    except sqlite3.Error as error:
        raise StoreError(f"cannot keep findings in {folder / DATABASE}: {error}; check the disk") from error
    return found


def _changes(git: Git, last: int) -> Iterator[tuple[str, str, datetime]]:
    """The last changes of the main line with what came before each, the newest first."""
    form = "--format=%H%x01%P%x01%aI"
    answer = git.ask("log", f"--max-count={last}", "--first-parent", "--no-show-signature", form, "HEAD", "--")
    for row in os.fsdecode(answer or b"").splitlines():
        commit, parents, at = row.split("\x01")
        if parents:
            yield commit, parents.split()[0], datetime.fromisoformat(at)


def _counts(root: Path, parent: str, commit: str, at: datetime) -> tuple[int, int, int] | None:
    """How many findings of each severity count; None where the commit or its configuration cannot be read."""
    try:
        report = check(root, base=parent, head=commit, day=at.date())
    except ConfigError:
        return None
    counted = [each.severity for each in report.findings if not each.waived and not each.baselined]
    return counted.count("error"), counted.count("warning"), counted.count("info")
