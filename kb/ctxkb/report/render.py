"""The report as text and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.report.figures import Name, Report, Week

SHARES = frozenset({"consulted", "coverage", "stale"})
SHOWN = 10
"""How many stale documents the text names."""

MOST_WEEKS = 26
"""Of so many weeks, the last ones, it tells."""

LABELS: dict[Name, str] = {
    "consulted": "asked before",
    "coverage": "governed",
    "stale": "stale",
    "gaps": "open gaps",
    "gap_age": "their age in days",
    "findings": "findings a change",
    "tokens": "tokens a week",
}


def report_lines(report: Report) -> Iterator[str]:
    """The figures beside those of the baseline, then the weeks, then what is stale."""
    baseline = report.baseline
    yield f"From {report.since} to {report.until}"
    yield ""
    yield f"{'':<18}{'now':>8}{f'  {baseline.day}' if baseline else ''}"
    said = _said(report)
    for name, value in report.figures.items():
        before = baseline.figures.get(name) if baseline else None
        beside = f"{_shown(name, before):>12}" if baseline else ""
        yield f"{LABELS[name]:<18}{_shown(name, value):>8}{beside}  {said[name]}".rstrip()
    yield ""
    yield "week        commits  asked  calls   tokens  gaps  findings"
    yield from map(_week, report.weeks[-MOST_WEEKS:])
    if report.fresh.stale:
        yield ""
        yield "Stale:"
        yield from (f"  {each.path}: {each.why}" for each in report.fresh.stale[:SHOWN])
        if len(report.fresh.stale) > SHOWN:
            yield f"  and {len(report.fresh.stale) - SHOWN} more; --json names them"


def _said(report: Report) -> dict[Name, str]:
    """What each figure counts."""
    work, gaps, judged = report.consulted, report.gaps, report.judged
    days = f"days with calls: {report.active}, with commits: {report.days}"
    errors = sum(each.errors for each in judged)
    return {
        "consulted": f"{work.asked:,} of {work.commits:,} commits to code; with a receipt: {work.receipts:,}",
        "coverage": f"{report.coverage.governed_changes:,} of {report.coverage.changes:,} changes to files",
        "stale": f"{len(report.fresh.stale):,} of {report.fresh.documents:,} documents",
        "gaps": f"of low confidence besides: {gaps.unsure:,}; closed: {gaps.closed:,}",
        "gap_age": f"half of them are as old; the oldest: {gaps.oldest}" if gaps.open else "",
        "findings": f"errors and warnings of the last {len(judged):,}; errors: {errors:,}"
        if judged
        else "no change to judge",
        "tokens": f"{report.tokens:,} in {report.calls:,} calls; {days}",
    }


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    if name in SHARES:
        return f"{value:.0%}"
    return f"{value:.1f}" if name == "findings" else f"{value:,.0f}"


def _week(week: Week) -> str:
    findings = "-" if week.findings is None else f"{week.findings:.1f}"
    counts = f"{week.commits:>9,}{week.asked:>7,}{week.calls:>7,}{week.tokens:>9,}{week.gaps:>6,}{findings:>10}"
    return f"{week.first}{counts}"


def report_json(report: Report) -> dict[str, Any]:
    """The same for programs, with every stale document and every judged change."""
    baseline = report.baseline
    return {
        "since": f"{report.since}",
        "until": f"{report.until}",
        "figures": {name: _rounded(value) for name, value in report.figures.items()},
        "baseline": {"day": f"{baseline.day}", "figures": dict(baseline.figures)} if baseline else None,
        "consulted": asdict(report.consulted),
        "days": {"calls": report.active, "commits": report.days},
        "calls": report.calls,
        "tokens": report.tokens,
        "documents": report.fresh.documents,
        "stale": [asdict(each) for each in report.fresh.stale],
        "gaps": asdict(report.gaps),
        "changes": [{**asdict(each), "at": each.at.isoformat()} for each in report.judged],
        "weeks": [{**asdict(each), "first": f"{each.first}"} for each in report.weeks],
        "history": [{"day": f"{row.day}", "figures": dict(row.figures)} for row in report.history],
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
