"""Workflow commands that GitHub shows as annotations, then the whole report for the log.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ctxkb.check.findings import RANKS
from ctxkb.check.render.clean import line
from ctxkb.check.render.common import counted, in_repository
from ctxkb.check.render.text import render_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.findings import Finding, FindingSeverity, Report

SHOWN = 10
"""How many annotations of each severity GitHub shows for one step."""

_COMMANDS: dict[FindingSeverity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render_github(report: Report) -> str:
    """The worst findings as annotations, as many as are shown, and all of them below in words."""
    text = render_text(report)
    # While commands are stopped nothing that the report quotes can be one; the word cannot be foretold by its text.
    word = hashlib.sha256(text.encode()).hexdigest()
    rows = [*_annotations(in_repository(report)), f"::stop-commands::{word}", text.removesuffix("\n"), f"::{word}::"]
    return "\n".join(rows) + "\n"


def _annotations(report: Report) -> Iterator[str]:
    findings = counted(report)
    for severity in RANKS:
        own = [each for each in findings if each.severity == severity]
        yield from (_annotation(each) for each in own[:SHOWN])
        if len(own) > SHOWN:
            yield f"{SHOWN} of {len(own)} findings of severity {severity} are annotations; all are listed below."


def _annotation(finding: Finding) -> str:
    ask = f"\nAsk: {line(', '.join(finding.ask))}" if finding.ask else ""
    message = f"{line(finding.message)}\nFix: {line(finding.fix)}{ask}"
    place = f",line={finding.line}" if finding.line else ""
    title = _property(f"kb check: {finding.rule}")
    return f"::{_COMMANDS[finding.severity]} file={_property(finding.path)}{place},title={title}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(line(text)).replace(":", "%3A").replace(",", "%2C")
