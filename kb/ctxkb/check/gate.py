"""The check as a whole: read both ends, run the rules, apply severities and waivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.aside import Aside
from ctxkb.check.baseline import baseline_text, compare, entries_of, read_baseline
from ctxkb.check.changes import changes
from ctxkb.check.context import Configured, Context
from ctxkb.check.documents import Documents
from ctxkb.check.excerpts import quotable, with_excerpts
from ctxkb.check.findings import Finding, Report
from ctxkb.check.git import open_git
from ctxkb.check.lines import lines_of
from ctxkb.check.rules import RULES, WAIVER_RULES, judges_state
from ctxkb.check.trees import tree_at
from ctxkb.check.waivers import judge_waivers, waive
from ctxkb.config.load import config_in
from ctxkb.config.models import Config
from ctxkb.config.root import written_in
from ctxkb.config.severity import configured_severity, strictest
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from ctxkb.check.findings import Breach, FindingSeverity
    from ctxkb.check.git import Git
    from ctxkb.check.trees import Tree
    from ctxkb.config import FailOn, Severity
    from ctxkb.config.models import Check

FAIL_ON: tuple[FailOn, ...] = ("info", "warning", "error", "never")
"""What may fail a check, the strictest first."""

BOTH_ENDS = frozenset({"authority", "gate-weakened"})
"""Rules that a change would else free itself of: the base has a say in how much they matter."""


def check(
    root: Path,
    *,
    day: date,
    base: str = "",
    head: str = "",
    staged: bool = False,
    everything: bool = False,
    fail_on: FailOn | None = None,
    approvals: tuple[str, ...] = (),
    baselined: bool = False,
    git: Git | None = None,
) -> Report:
    """Judge the change from `base` to `head` (see `ctxkb.check.changes.changes`) by every rule.

    `day` is today, by which waivers hold or end. With `everything` the rules that judge a state judge the whole
    repository. `approvals` name the people or labels that CI says approve the change. With `baselined` the findings
    in the baseline are among the others. `git` is given where its index is not the repository's own. No network, no
    model, no index: the verdict depends on the two states alone, the configuration at the head among them. Raises
    `ConfigError` where the two ends or that configuration cannot be had.
    """
    context = open_context(root, base, head, day, staged=staged, everything=everything, approvals=approvals, git=git)
    waived = list(waive(context, _findings(context)))
    unwaivable = _weigh(context, "waiver-unused", "warning", judge_waivers(context, waived))
    found = list(with_excerpts(context.head.tree, [*waived, *unwaivable], context.config.privacy))
    return _report(context, found, fail_on or _fail_on(context), baselined=baselined)


def _report(context: Context, found: Sequence[Finding], fail_on: FailOn, *, baselined: bool) -> Report:
    """The findings beside the baseline; with `baselined` those that it accepts are among the others."""
    held = read_baseline(context.head.tree)
    compared = compare(context, [each for each in found if _may_be_accepted(each)], held)
    rest = [each for each in found if not _may_be_accepted(each)]
    shown = (*rest, *compared.new, *(compared.accepted if baselined else ()))
    ends, everything = context.changes, context.everything
    return Report(
        tuple(sorted(shown, key=lambda each: each.place)),
        ends.base,
        ends.head,
        len(ends.files) + len(ends.submodules),
        fail_on,
        _judged(context) if everything else None,
        tuple(sorted(compared.accepted, key=lambda each: each.place)),
        compared.gone if everything else 0,
        baseline_text(compared.kept) if everything and held else "",
        context.git.word("rev-parse", "--show-prefix"),
    )


def baseline_now(root: Path, day: date) -> tuple[str, int]:
    """The text of a baseline that accepts what is wrong in the working tree today, and how many findings that are."""
    context = open_context(root, "", "", day, everything=True)
    found = with_excerpts(context.head.tree, waive(context, _findings(context)), context.config.privacy)
    entries = entries_of(each for each in found if _may_be_accepted(each))
    return baseline_text(entries), entries.total()


def _may_be_accepted(finding: Finding) -> bool:
    """Whether the baseline may hold a finding: what a rule says of a state, not of a difference, nor of the gate."""
    return judges_state(finding.rule) and not finding.waived


def _judged(context: Context) -> int:
    """How many documents there are to judge."""
    return sum(len(read.parsed.documents) for read in context.head.read(context.judged()).values())


def open_context(
    root: Path,
    base: str,
    head: str,
    day: date,
    *,
    staged: bool = False,
    everything: bool = False,
    approvals: tuple[str, ...] = (),
    git: Git | None = None,
) -> Context:
    """Both ends of a change, as `check` takes them, for the rules to judge."""
    git = git or open_git(root, staged=staged)
    difference = changes(root, base, head, staged=staged, git=git)
    lines = Aside(lambda: lines_of(git, difference), "kb-lines")  # while the documents are read
    touched = difference.touched()
    new, old = tree_at(git, difference.head, touched), tree_at(git, difference.base, touched)
    now, then = _configured(new), _configured_before(old)
    limit = now.config.index.max_file_kb * 1000
    documents = Documents(new, now.config.sources, limit)
    before = Documents(old, now.config.sources, limit, documents, touched)
    return Context(git, now, then, difference, lines, before, documents, day, everything, approvals)


def _configured(tree: Tree) -> Configured:
    def read(path: str) -> bytes | None:
        return next((content for _, content in tree.read([path])), None)

    return Configured(config_in(read), written_in(read))


def _configured_before(tree: Tree) -> Configured:
    """The configuration at the base; one that could not be used governed nothing."""
    try:
        return _configured(tree)
    except ConfigError:
        return Configured(Config(), None)


def _findings(context: Context) -> Iterator[Finding]:
    for name, rule in RULES.items():
        if not _is_off(context, name):
            yield from _weigh(context, name, rule.severity, rule.run(context))


def _is_off(context: Context, rule: str) -> bool:
    """Whether `rule` is switched off everywhere, so that it need not run."""
    return all(
        check.severity.get(rule) == "off" and all(each.severity.get(rule, "off") == "off" for each in check.paths)
        for check in _policies(context, rule)
    )


def _weigh(context: Context, name: str, usual: FindingSeverity, breaches: Iterator[Breach]) -> Iterator[Finding]:
    """Breaches as findings. The configuration decides, then the breach, then whether the change brought it in."""
    for breach in breaches:
        rule = breach.rule or name
        own = WAIVER_RULES[rule][0] if rule in WAIVER_RULES else usual
        fallback: Severity = breach.severity or ("info" if breach.known else own)
        policies = _policies(context, rule)
        severity = strictest(configured_severity(each, rule, breach.path) or fallback for each in policies)
        if severity != "off":
            ask = breach.ask or context.owners(breach.path)
            message = quotable(breach.message, context.config.privacy)
            yield Finding(rule, severity, breach.path, breach.line, message, breach.fix, None, ask, breach.related)


def _policies(context: Context, rule: str) -> list[Check]:
    """The policies that weigh `rule`, of which the strictest counts: that of the head, but no change frees itself."""
    now, then = context.now.config.check, context.then.config.check
    if rule not in BOTH_ENDS or context.then.written is None:
        return [now]
    return [then] if rule == "gate-weakened" else [then, now]


def _fail_on(context: Context) -> FailOn:
    """The least severity that fails: what both ends say, the stricter one, so that no change lets itself pass."""
    ends = [end.config.check.fail_on for end in (context.now, context.then) if end.written is not None]
    return min(ends, key=FAIL_ON.index, default="error")
