"""A report for a person at a terminal: grouped by file, each finding with its line, its rule and its fix."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ctxkb.check.findings import RANKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.findings import Finding, Report

_HASH = 40


def render_text(report: Report) -> str:
    """The findings by file, and one line that counts them and names the two ends."""
    rows = [row for path, group in groupby(report.findings, key=lambda each: each.path) for row in _file(path, group)]
    text = "\n".join([*rows, _summary(report)]) + "\n"
    # A path may hold bytes that are no UTF-8; shown, not passed on to a terminal that cannot take them.
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _file(path: str, findings: Iterator[Finding]) -> Iterator[str]:
    yield path
    for finding in findings:
        place = f"{finding.line}: " if finding.line else ""
        yield f"  {place}{finding.severity} {finding.rule}: {finding.message}"
        if finding.waived:
            yield f"    waived until {finding.waived.until}: {finding.waived.reason}"
        else:
            yield f"    fix: {finding.fix}"
        for each in finding.related:
            yield f"    see {each.path}{f':{each.line}' if each.line else ''}: {each.about}"
        if finding.ask:
            yield f"    ask: {', '.join(finding.ask)}"
    yield ""


def _summary(report: Report) -> str:
    counted = [finding for finding in report.findings if not finding.waived]
    amounts = [_amount(sum(each.severity == severity for each in counted), severity) for severity in RANKS]
    waived = len(report.findings) - len(counted)
    parts = [amount for amount in amounts if amount] + ([f"{waived} waived"] if waived else [])
    ends = f"{_short(report.base) or 'nothing'}..{_short(report.head)}"
    return f"{', '.join(parts) or 'no findings'} in {_looked_at(report)} ({ends})"


def _looked_at(report: Report) -> str:
    """What was judged: the whole repository, or the files of the change."""
    if report.documents is not None:
        return "1 document" if report.documents == 1 else f"{report.documents:,} documents"
    return "1 changed file" if report.files == 1 else f"{report.files} changed files"


def _amount(count: int, severity: str) -> str:
    if not count:
        return ""
    return f"{count} {severity}" if count == 1 or severity == "info" else f"{count} {severity}s"


def _short(end: str) -> str:
    """A commit's hash as git abbreviates it; the words for the working tree and the index as they are."""
    return end[:10] if len(end) >= _HASH else end
