"""A code quality report of GitLab.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxkb.check.render.clean import line
from ctxkb.check.render.common import fingerprints, in_repository, set_aside

if TYPE_CHECKING:
    from ctxkb.check.findings import FindingSeverity, Report

_SEVERITIES: dict[FindingSeverity, str] = {"error": "major", "warning": "minor", "info": "info"}


def render_gitlab(report: Report) -> str:
    """The findings that count, as a list; one about a whole file stands at its first line."""
    findings = in_repository(report).findings
    named = zip(findings, fingerprints(findings), strict=True)
    data = [
        {
            "description": f"{line(each.message)} (fix: {line(each.fix)})",
            "check_name": each.rule,
            "fingerprint": fingerprint,
            "severity": _SEVERITIES[each.severity],
            "location": {"path": line(each.path), "lines": {"begin": max(each.line, 1)}},
        }
        for each, fingerprint in named
        if not set_aside(each)
    ]
    return json.dumps(data, indent=2) + "\n"
