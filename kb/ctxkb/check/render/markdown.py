"""A report as Markdown, for the summary of a job and the comment on a pull request.

What it quotes can be no markup, mention nobody and link to nothing: file names and messages come from the repository.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.render.clean import line
from ctxkb.check.render.common import counted, in_repository, judged, set_aside, totals

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.findings import Finding, Report

MARKER = "<!-- ctxkb:kb-check -->"
"""The first line, by which the comment is found again."""

LARGEST = 60_000
"""Characters at the most: a comment on GitHub may have 65,536."""

_MARKUP = re.compile(r"[\\`*_\[\]<>#|~&$:]")
_HEADER = ("| severity | where | rule | what |", "|---|---|---|---|")


def render_markdown(report: Report) -> str:
    """A heading that counts, a table of what counts, the worst first, and one of what is set aside, folded."""
    report = in_repository(report)
    aside = [each for each in report.findings if set_aside(each)]
    rows = [MARKER, f"### kb check: {totals(report)}", ""]
    rows += _table(counted(report), LARGEST // 2)
    if aside:
        rows += ["<details><summary>set aside</summary>", "", *_table(aside, LARGEST // 3), "</details>", ""]
    return "\n".join([*rows, f"In {judged(report)}.", ""])


def _table(findings: Sequence[Finding], room: int) -> Iterator[str]:
    """The rows of a table that fit into `room` characters, and how many more there are."""
    if not findings:
        return
    yield from _HEADER
    for index, finding in enumerate(findings):
        row = _row(finding)
        room -= len(row)
        if room < 0:
            yield ""
            yield f"and {len(findings) - index} more; run `kb check` to see all of them."
            break
        yield row
    yield ""


def _row(finding: Finding) -> str:
    place = f"{finding.path}{f':{finding.line}' if finding.line else ''}"
    why = set_aside(finding)
    what = f"{_plain(finding.message)}<br>{_plain(why) if why else f'**Fix:** {_plain(finding.fix)}'}"
    if finding.ask:
        what += f"<br>**Ask:** {', '.join(map(_code, finding.ask))}"
    return f"| {finding.severity} | {_code(place)} | {_code(finding.rule)} | {what} |"


def _plain(text: str) -> str:
    """`text` without any meaning as Markdown; a mention or a number of an issue is broken by an empty comment."""
    escaped = _MARKUP.sub(r"\\\g<0>", line(text))
    return re.sub(r"(@|\\#)(?=\w)", r"\1<!-- -->", escaped)


def _code(text: str) -> str:
    """`text` as code in a cell of a table."""
    shown = line(text).replace("|", "\\|")
    longest = max((len(run) for run in re.findall("`+", shown)), default=0)
    fence = "`" * (longest + 1)
    return f"{fence} {shown} {fence}" if longest else f"`{shown}`"
