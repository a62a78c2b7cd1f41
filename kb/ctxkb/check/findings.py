"""The results of a check: what a rule saw, and what becomes of it once severities and waivers are applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from ctxkb.config import FailOn

FindingSeverity = Literal["error", "warning", "info"]

RANKS: dict[FindingSeverity, int] = {"error": 0, "warning": 1, "info": 2}
"""The severities, the worst first."""


@dataclass(frozen=True, slots=True)
class Place:
    """Another place that a finding is about: where (1-based line, 0 for the whole file), and what stands there."""

    path: str
    line: int
    about: str


@dataclass(frozen=True, slots=True)
class Breach:
    """What a rule saw, before it has a severity: where (1-based line, 0 for the whole file), what, how to mend it.

    `known` is true for what was so before the change. `severity` is given where the rule weighs this one by itself,
    `rule` where it is not the id under which the rule is registered. `ask` names who can help where the rule knows it
    better than the document's owners and CODEOWNERS do; `related` are further places to look at.
    """

    path: str
    line: int
    message: str
    fix: str
    known: bool = False
    severity: FindingSeverity | Literal["off"] | None = None
    rule: str = ""
    ask: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Waived:
    """Why a finding does not count, and until which day."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check. `line` is 1-based, 0 for the whole file; `ask` names who to ask, the nearest first.

    `excerpt` is what stands on that line at the head of the change, "" where it has no such line. A finding that is
    `baselined` was there when the repository began, and counts for nothing.
    """

    rule: str
    severity: FindingSeverity
    path: str
    line: int
    message: str
    fix: str
    waived: Waived | None = None
    ask: tuple[str, ...] = ()
    related: tuple[Place, ...] = ()
    excerpt: str = ""
    baselined: bool = False

    @property
    def place(self) -> tuple[str, int, str, str]:
        """What a report is ordered by."""
        return self.path, self.line, self.rule, self.message


@dataclass(frozen=True, slots=True)
class Report:
    """All findings by path, line and rule; the ends that were compared; how many files the change touches.

    `prefix` is the folder of the paths within the repository, as `svc/a/`, "" for its top.
    `documents` counts those that were judged where that was the whole repository, None where it was the change.
    `baselined` are the findings in the baseline, which are among `findings` only where they were asked for;
    where the whole repository was judged `gone` counts what is no longer there, and `baseline` is the text of the file
    without it, "" where there is no baseline.
    """

    findings: tuple[Finding, ...]
    base: str
    head: str
    files: int
    fail_on: FailOn = "error"
    documents: int | None = None
    baselined: tuple[Finding, ...] = ()
    gone: int = 0
    baseline: str = ""
    prefix: str = ""

    @property
    def exit(self) -> Literal[0, 1]:
        """1 where a finding that is neither waived nor in the baseline is at least as severe as `fail_on`, else 0."""
        if self.fail_on == "never":
            return 0
        least = RANKS[self.fail_on]
        counted = (found for found in self.findings if not found.waived and not found.baselined)
        return 1 if any(RANKS[found.severity] <= least for found in counted) else 0
