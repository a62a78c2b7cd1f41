"""What several formats say in the same way: the order of findings, their number, the ends of the change."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.check.findings import RANKS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.findings import Finding, Report

_HASH = 40


def in_repository(report: Report) -> Report:
    """The report with paths from the top of the repository, as programs outside look files up."""

    def moved(finding: Finding) -> Finding:
        related = tuple(replace(each, path=report.prefix + each.path) for each in finding.related)
        return replace(finding, path=report.prefix + finding.path, related=related)

    findings, baselined = map(moved, report.findings), map(moved, report.baselined)
    return replace(report, findings=tuple(findings), baselined=tuple(baselined))


def counted(report: Report) -> list[Finding]:
    """The findings that count, the worst first, then by path, line and rule."""
    return sorted((each for each in report.findings if not set_aside(each)), key=lambda each: RANKS[each.severity])


def every(report: Report) -> list[Finding]:
    """All findings by path, line and rule, those in the baseline among them."""
    asked = any(each.baselined for each in report.findings)
    return sorted((*report.findings, *(() if asked else report.baselined)), key=lambda each: each.place)


def set_aside(finding: Finding) -> str:
    """Why a finding does not count: "waived until 2027-01-31: ticket 88"; "" where it does."""
    if finding.waived:
        return f"waived until {finding.waived.until}: {finding.waived.reason}"
    return "in the baseline" if finding.baselined else ""


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """For each finding what names it as long as the file and what is wrong stay the same, wherever in it that is.

    Equal ones are told apart by their order.
    """
    seen: Counter[str] = Counter()
    found = []
    for each in findings:
        facts = "\0".join((each.rule, each.path, each.message, each.excerpt))
        seen[facts] += 1
        found.append(_digest(f"{facts}\0{seen[facts]}"))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def totals(report: Report) -> str:
    """How many findings of which severity there are: "1 error, 2 warnings, 1 waived", or "no findings"."""
    findings = counted(report)
    parts = [_amount(sum(each.severity == severity for each in findings), severity) for severity in RANKS]
    waived = sum(each.waived is not None for each in report.findings)
    parts += [f"{waived} waived"] if waived else []
    parts += [f"{len(report.baselined)} baselined"] if report.baselined else []
    return ", ".join(part for part in parts if part) or "no findings"


def judged(report: Report) -> str:
    """What was judged, and between which ends: "3 changed files (5a96c9f4eb..working tree)"."""
    return f"{_looked_at(report)} ({_short(report.base) or 'nothing'}..{_short(report.head)})"


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
