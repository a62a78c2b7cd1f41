"""A report as JSON, in the shape that outside programs rely on."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxkb.check.render.common import every, fingerprints, in_repository

if TYPE_CHECKING:
    from ctxkb.check.findings import Finding, Report


def render_json(report: Report) -> str:
    """`{"findings": [...], "checked": {"base", "head", "files"}, "exit"}`; `base` is "" where there was no commit."""
    findings = every(report)
    prints = fingerprints(every(in_repository(report)))
    data = {
        "findings": [_finding(*each) for each in zip(findings, prints, strict=True)],
        "checked": {"base": report.base, "head": report.head, "files": report.files},
        "exit": report.exit,
    }
    # Escaped to ASCII: a path may hold bytes that are no UTF-8, and standard output may be anything.
    return json.dumps(data, indent=2) + "\n"


def _finding(finding: Finding, fingerprint: str) -> dict[str, object]:
    waived = finding.waived
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "path": finding.path,
        "line": finding.line,
        "message": finding.message,
        "fix": finding.fix,
        "ask": list(finding.ask),
        "related": [{"path": each.path, "line": each.line, "about": each.about} for each in finding.related],
        "waived": {"until": waived.until.isoformat(), "reason": waived.reason} if waived else None,
        "baselined": finding.baselined,
        "fingerprint": fingerprint,
    }
