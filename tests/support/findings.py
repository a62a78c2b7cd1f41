"""A report of three findings, and one finding whose every word is hostile."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from ctxkb.check.findings import Finding, Place, Report, Waived
from ctxkb.check.render import RENDERERS

STATUS = Finding(
    "decision-status",
    "error",
    "docs/adr/0001-a.md",
    3,
    'the status "x" is unknown',
    "write another",
    None,
    ("ada",),
    excerpt="status: x",
)
COUPLE = Finding("couple", "error", "src/größe.py", 0, "changed alone", "change both", Waived(date(2027, 1, 31), "ok"))
SECTION = Finding(
    "decision-section",
    "warning",
    "src/\udcff.md",
    1,
    "is missing",
    "add it",
    None,
    ("@team", "bob"),
    (Place("a.md", 2, "the other one"), Place("b.md", 0, "and this")),
)
REPORT = Report(findings=(STATUS, COUPLE, SECTION), base="a" * 40, head="working tree", files=12)

HOSTILE = Finding(
    "rule:x\n::error::no",
    "error",
    "a,b:c%\n::error file=x::y|`<b>\x1b[31m\x00\ufffe\u202e.md",
    2,
    "]]> <script> @team #1 | **x** [a](b) -->\r\n::set-env name=x::y %0A",
    "`x` & \"y\" 'z'",
    None,
    ("@org/team",),
    excerpt="::error::no \x07 ]]>",
)


def rendered(name: str, *findings: Finding, **facts: Any) -> str:  # noqa: ANN401 - what a report holds
    """A report of `findings` in one format; `facts` are fields of `Report`."""
    return RENDERERS[name](replace(REPORT, findings=findings, **facts))
