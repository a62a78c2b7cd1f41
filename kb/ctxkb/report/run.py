"""Makes the report: from git, the log of calls, the gaps and the gate. The index takes no part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.catalog.calls import logged_calls
from ctxkb.catalog.usage import gaps
from ctxkb.check.coverage import coverage
from ctxkb.check.gate import open_context
from ctxkb.report.commits import asked_before, commits_of, consulted
from ctxkb.report.figures import Report, day_of, gap_figures, weeks_of
from ctxkb.report.history import earlier_rows, keep_row
from ctxkb.report.judged import judged_changes
from ctxkb.report.stale import freshness

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path


def report(root: Path, folder: Path, since: date, now: datetime, last: int) -> Report:
    """The report on `root` from `since` until now, with the gate over its `last` changes; `folder` is its `.kb/`.

    Its figures are kept for the next runs. Raises `ConfigError` outside of git, `StoreError` where nothing can be kept.
    """
    until = day_of(now)
    context = open_context(root, "", "", until, everything=True)
    commits = commits_of(context.git)
    recent = [commit for commit in commits if since <= day_of(commit.at) <= until]
    calls = [call for call in logged_calls(folder) if not call.error]
    asked = asked_before(commits, calls)
    own = [call for call in calls if since <= day_of(call.at) <= until]
    judged = judged_changes(context.git, folder, last)
    questions = gaps(folder, closed=True)
    made = Report(
        since=since,
        until=until,
        consulted=consulted(recent, asked),
        coverage=coverage(context),
        fresh=freshness(context, commits, now),
        gaps=gap_figures(questions, since, now),
        judged=tuple(judged),
        calls=len(own),
        tokens=sum(call.tokens for call in own),
        active=len({day_of(call.at) for call in own}),
        days=len({day_of(commit.at) for commit in recent if commit.works}),
        weeks=weeks_of(since, until, commits, asked, calls, questions, judged),
        history=earlier_rows(folder),
    )
    keep_row(folder, until, made.figures)
    return made
