"""SARIF 2.1.0, as code scanning reads it.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ctxkb import __version__
from ctxkb.check.findings import RANKS
from ctxkb.check.render.clean import line, uri
from ctxkb.check.render.common import every, fingerprints, in_repository, set_aside
from ctxkb.check.rules import RULES, WAIVER_RULES

if TYPE_CHECKING:
    from ctxkb.check.findings import Finding, FindingSeverity, Report

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://pypi.org/project/ctxkb/"
_LEVELS: dict[FindingSeverity, str] = {"error": "error", "warning": "warning", "info": "note"}


def render_sarif(report: Report) -> str:
    """One run with the rules that found something and all findings, those that are set aside as suppressed."""
    findings = every(in_repository(report))
    rules = sorted({each.rule for each in findings})
    named = zip(findings, fingerprints(findings), strict=True)
    driver = {
        "name": "kb check",
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": line(f"kb-check/{report.prefix}")},
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, rules.index(each.rule), fingerprint) for each, fingerprint in named],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: str) -> dict[str, Any]:
    severity, about = _known(rule)
    return {
        "id": line(rule),
        "shortDescription": {"text": about},
        "help": {"text": f"{about}. See docs/rules/{rule.split(':')[0]}.md of ctxkb: why, what passes, how to waive."},
        "helpUri": HOME,
        "defaultConfiguration": {"level": _LEVELS[severity]},
    }


def _known(rule: str) -> tuple[FindingSeverity, str]:
    """The usual severity of a rule, and what it says."""
    if rule in RULES:
        return RULES[rule].severity, RULES[rule].about
    return WAIVER_RULES.get(rule, ("error", "a rule of this repository holds"))


def _result(finding: Finding, index: int, fingerprint: str) -> dict[str, Any]:
    ask = f" Ask: {', '.join(finding.ask)}." if finding.ask else ""
    result: dict[str, Any] = {
        "ruleId": line(finding.rule),
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "rank": 100.0 - 40 * RANKS[finding.severity],
        "message": {"text": line(f"{finding.message} To fix: {finding.fix}.{ask}")},
        "locations": [_location(finding.path, finding.line)],
        "partialFingerprints": {"kbCheck/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            _location(each.path, each.line) | {"id": number, "message": {"text": line(each.about)}}
            for number, each in enumerate(finding.related, 1)
        ]
    if why := set_aside(finding):
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": line(why)}]
    return result


def _location(path: str, number: int) -> dict[str, Any]:
    """A place in the repository; what is about a whole file stands at its first line, since GitHub wants one."""
    region = {"startLine": max(number, 1)}
    return {"physicalLocation": {"artifactLocation": {"uri": uri(path), "uriBaseId": "%SRCROOT%"}, "region": region}}
