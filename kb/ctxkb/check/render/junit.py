"""The findings as test cases, in the XML that CI servers show as JUnit's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import RANKS
from ctxkb.check.render.clean import line
from ctxkb.check.render.common import in_repository, set_aside

if TYPE_CHECKING:
    from ctxkb.check.findings import Finding, Report


def render_junit(report: Report) -> str:
    """One case a finding: failed where the check fails by it, skipped where it is set aside; a passed one for none."""
    cases = [row for each in in_repository(report).findings for row in _case(each, report)]
    tests = len(report.findings) or 1
    failures = sum(_fails(each, report) for each in report.findings)
    skipped = sum(bool(set_aside(each)) for each in report.findings)
    numbers = f'tests="{tests}" failures="{failures}" errors="0" skipped="{skipped}"'
    return "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<testsuites name="kb check" {numbers}>',
            f'  <testsuite name="kb check" {numbers}>',
            *(cases or ['    <testcase classname="kb check" name="no findings"/>']),
            "  </testsuite>",
            "</testsuites>",
            "",
        ]
    )


def _fails(finding: Finding, report: Report) -> bool:
    """Whether the check fails because of this finding."""
    return not set_aside(finding) and report.fail_on != "never" and RANKS[finding.severity] <= RANKS[report.fail_on]


def _case(finding: Finding, report: Report) -> list[str]:
    from xml.sax.saxutils import escape, quoteattr  # 15 ms, which no other format needs

    place = f"{line(finding.path)}{f':{finding.line}' if finding.line else ''}"
    message = line(finding.message)
    opening = f"    <testcase classname={quoteattr(finding.rule)} name={quoteattr(f'{place} {message}')}"
    told = escape(f"{place}: {finding.severity} {finding.rule}: {message}\nfix: {line(finding.fix)}")
    if why := set_aside(finding):
        inside = f"<skipped message={quoteattr(line(why))}/>"
    elif _fails(finding, report):
        inside = f'<failure type="{finding.severity}" message={quoteattr(message)}>{told}</failure>'
    else:
        inside = f"<system-out>{told}</system-out>"
    return [
        f'{opening} file={quoteattr(line(finding.path))} line="{max(finding.line, 1)}">',
        f"      {inside}",
        "    </testcase>",
    ]
