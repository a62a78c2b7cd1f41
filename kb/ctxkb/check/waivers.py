"""Waivers: what they cover, which have ended, and which cover nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.check.context import matching
from ctxkb.check.findings import Breach, Waived
from ctxkb.check.rules import RULES
from ctxkb.config.faults import line_of
from ctxkb.config.root import KB_TOML

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.findings import Finding
    from ctxkb.config import Waiver


def waive(context: Context, findings: Iterable[Finding]) -> Iterator[Finding]:
    """`findings`, those that a waiver covers today marked with its date and reason."""
    for finding in findings:
        waiver = context.waiver(finding.rule, finding.path)
        yield replace(finding, waived=Waived(waiver.until, waiver.reason)) if waiver else finding


def judge_waivers(context: Context, findings: Sequence[Finding]) -> Iterator[Breach]:
    """The waivers that have ended, and those that cover nothing any more."""
    for index, waiver in enumerate(context.config.waivers):
        path, line = _place(context, index)
        if waiver.until < context.day:
            yield Breach(
                path,
                line,
                f"the waiver of {waiver.rule} for {', '.join(waiver.paths)} ended on {waiver.until}",
                f"mend what it covers and delete it, or ask {waiver.owner} for another date",
                rule="waiver-expired",
            )
        elif why := _idle(context, waiver, findings):
            yield Breach(
                path,
                line,
                f"the waiver of {waiver.rule} for {', '.join(waiver.paths)} covers nothing: {why}",
                "delete it",
                rule="waiver-unused",
            )


def _idle(context: Context, waiver: Waiver, findings: Sequence[Finding]) -> str:
    """Why `waiver` can cover nothing, "" where it may: a single change shows only whether its files exist."""
    if not matching(context.head.tree.paths() | context.changes.touched(), waiver.paths):
        return "no file matches it"
    rule = RULES.get(waiver.rule)
    if not context.everything or rule is None or not rule.whole:
        return ""
    covered = matching((finding.path for finding in findings if finding.rule == waiver.rule), waiver.paths)
    return "" if covered else "there is no such finding in the whole repository"


def _place(context: Context, index: int) -> tuple[str, int]:
    """The file and line of the waiver `index`."""
    written = context.now.written
    return (written.name, line_of(written, ("waivers", index))) if written else (KB_TOML, 0)
