"""The check as a whole: read both ends, run the rules, apply severities and waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.changes import changes
from ctxkb.check.context import Context
from ctxkb.check.documents import Documents
from ctxkb.check.findings import Finding, Report
from ctxkb.check.git import open_git
from ctxkb.check.rules import RULES, WAIVER_RULES
from ctxkb.check.trees import tree_at
from ctxkb.check.waivers import judge_waivers, waive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from ctxkb.check.findings import Breach, FindingSeverity
    from ctxkb.config import Config, FailOn, Severity


def check(
    root: Path,
    config: Config,
    *,
    day: date,
    base: str = "",
    head: str = "",
    staged: bool = False,
    everything: bool = False,
    fail_on: FailOn | None = None,
) -> Report:
    """Judge the change from `base` to `head` (see `ctxkb.check.changes.changes`) by every rule.

    `day` is today, by which waivers hold or end. With `everything` the rules that judge a state judge the whole
    repository. No network, no model, no index: the verdict depends on the two states and the configuration alone.
    Raises `ConfigError` where the two ends cannot be had.
    """
    context = _context(root, config, base, head, day, staged=staged, everything=everything)
    found = list(waive(context, _findings(context)))
    found += _weigh(config, "waiver-unused", "warning", judge_waivers(root, context, found))
    order = sorted(found, key=lambda each: (each.path, each.line, each.rule, each.message))
    ends = context.changes
    return Report(
        tuple(order),
        ends.base,
        ends.head,
        len(ends.files),
        fail_on or config.check.fail_on,
        _judged(context) if everything else None,
    )


def _judged(context: Context) -> int:
    """How many documents there are to judge."""
    return sum(len(read.parsed.documents) for read in context.head.read(context.judged()).values())


def _context(root: Path, config: Config, base: str, head: str, day: date, *, staged: bool, everything: bool) -> Context:
    difference = changes(root, base, head, staged=staged)
    git = open_git(root, staged=staged)
    limit = config.index.max_file_kb * 1000
    now = Documents(tree_at(git, difference.head, limit), config.sources)
    then = Documents(tree_at(git, difference.base, limit), config.sources, now, difference.touched())
    return Context(config, difference, then, now, day, everything)


def _findings(context: Context) -> Iterator[Finding]:
    for name, rule in RULES.items():
        if context.config.check.severity.get(name) != "off":
            yield from _weigh(context.config, name, rule.severity, rule.run(context))


def _weigh(config: Config, name: str, usual: FindingSeverity, breaches: Iterator[Breach]) -> Iterator[Finding]:
    """Breaches as findings. The configuration decides, then the breach, then whether the change brought it in."""
    for breach in breaches:
        rule = breach.rule or name
        own = WAIVER_RULES[rule][0] if rule in WAIVER_RULES else usual
        fallback: Severity = breach.severity or ("info" if breach.known else own)
        severity = config.check.severity.get(rule, fallback)
        if severity != "off":
            yield Finding(rule, severity, breach.path, breach.line, breach.message, breach.fix)
