"""What the waivers cover, which have ended, and which cover nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from ctxkb.check.context import matching
from ctxkb.check.findings import Breach, Waived
from ctxkb.check.granted import TRAILER, Unusable
from ctxkb.check.rules import judges_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.findings import Finding, FindingSeverity
    from ctxkb.check.granted import Granted

LONGEST = timedelta(days=366)
"""How long a waiver may last from today."""


def waive(context: Context, findings: Iterable[Finding]) -> Iterator[Finding]:
    """`findings`, those that a waiver covers today marked with its date and reason."""
    for finding in findings:
        granted = context.waiver(finding.rule, finding.path, finding.line)
        yield replace(finding, waived=Waived(granted.waiver.until, granted.waiver.reason)) if granted else finding


def judge_waivers(context: Context, findings: Sequence[Finding]) -> Iterator[Breach]:
    """The waivers that are none, that last too long, that have ended, and that cover nothing any more."""
    for each in context.granted:
        if isinstance(each, Unusable):
            yield _invalid(each)
        elif each.waiver.until < context.day:
            yield _expired(each)
        else:
            if each.waiver.until > context.day + LONGEST:
                yield _endless(each)
            if why := _idle(context, each, findings):
                yield _unused(each, why)


def _invalid(unusable: Unusable) -> Breach:
    fix = {
        "configuration": "delete it",
        "trailer": f'write "{TRAILER}: RULE PATHS until=2027-01-31 owner=NAME reason=WORDS", or take it out',
        "line": 'write "RULE until=2027-01-31 owner=NAME reason=WORDS"',
    }[unusable.where]
    return Breach(unusable.path, unusable.line, unusable.why, fix, known=unusable.known, rule="waiver-invalid")


def _endless(granted: Granted) -> Breach:
    message = f"{granted.what} lasts until {granted.waiver.until}, longer than a year"
    fix = "let it end within a year: whoever still needs it then looks at it again"
    severity: FindingSeverity | None = None if granted.known else "warning"
    return Breach(granted.path, granted.line, message, fix, granted.known, severity, rule="waiver-invalid")


def _expired(granted: Granted) -> Breach:
    message = f"{granted.what} ended on {granted.waiver.until}"
    fix = f"mend what it covers and delete it, or ask {granted.waiver.owner} for another date"
    return Breach(granted.path, granted.line, message, fix, rule="waiver-expired")


def _unused(granted: Granted, why: str) -> Breach:
    message = f"{granted.what} covers nothing: {why}"
    if granted.where == "trailer":
        # It goes away with its change, and cannot be taken out without writing history anew.
        fix = "leave it out of the message that is merged"
        return Breach(granted.path, granted.line, message, fix, severity="info", rule="waiver-unused")
    return Breach(granted.path, granted.line, message, "delete it", rule="waiver-unused")


def _idle(context: Context, granted: Granted, findings: Sequence[Finding]) -> str:
    """Why a waiver can cover nothing, "" where it may: a single change shows only what it brings itself."""
    waiver = granted.waiver
    paths = context.head.tree.paths() | context.changes.touched()
    if granted.where == "configuration" and not matching(paths, waiver.paths):
        return "no file matches it"
    if any(granted.covers(finding.rule, finding.path, finding.line) for finding in findings):
        return ""
    if granted.where == "trailer":
        return "the change has no such finding"
    if not judges_state(waiver.rule):
        return ""
    if context.everything:
        return (
            "there is no such finding in the whole repository" if granted.where == "configuration" else "none is here"
        )
    new = granted.where == "line" and granted.line in context.lines(granted.path).added
    return "none is here" if new else ""
