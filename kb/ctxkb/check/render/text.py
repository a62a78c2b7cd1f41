"""A report for a person at a terminal: grouped by file, each finding with its line, its rule and its fix."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from ctxkb.check.render.clean import line
from ctxkb.check.render.common import judged, set_aside, totals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.findings import Finding, Report


def render_text(report: Report) -> str:
    """The findings by file, and one line that counts them and names the two ends."""
    rows = [row for path, group in groupby(report.findings, key=lambda each: each.path) for row in _file(path, group)]
    return "\n".join([*rows, f"{totals(report)} in {judged(report)}"]) + "\n"


def _file(path: str, findings: Iterator[Finding]) -> Iterator[str]:
    yield line(path)
    for finding in findings:
        place = f"{finding.line}: " if finding.line else ""
        yield f"  {place}{finding.severity} {finding.rule}: {line(finding.message)}"
        if finding.excerpt:
            yield f"    | {line(finding.excerpt)}"
        yield f"    {line(set_aside(finding) or f'fix: {finding.fix}')}"
        for each in finding.related:
            yield f"    see {line(each.path)}{f':{each.line}' if each.line else ''}: {line(each.about)}"
        if finding.ask:
            yield f"    ask: {line(', '.join(finding.ask))}"
    yield ""
