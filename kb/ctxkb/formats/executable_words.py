"""Executable rules in words: what an agent reads of a rule before it writes what `kb check` judges by it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.decode import decode
from ctxkb.formats.executable import rules_in
from ctxkb.types import Parsed, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import ExecutableRule, Scope, Source

_VERBS = {
    ("import", True): "do not import {}",
    ("import", False): "import {}",
    ("dependency", True): "do not depend on {}",
    ("pattern", True): "do not write {}",
    ("pattern", False): "write {}",
    ("file", True): "do not add {}",
    ("file", False): "change {} too",
}
_SEVERITY = re.compile(r"^(Rule \S+) \((?:error|warning|info)\):")
_KEEP = "keep {}"
_SHOWN = 6


def with_rules(source: Source, parsed: Parsed) -> Parsed:
    """`parsed` with the rules that its file carries, each as a section too, and what is wrong with any of them.

    They belong to the file's first document.
    """
    if not parsed.documents:
        return parsed
    rules, faults = rules_in(decode(source.content))
    first, *others = parsed.documents
    said = tuple(_section(rule, first.scope) for rule in rules)
    first = replace(first, rules=rules, sections=(*first.sections, *said))
    problems = (Problem(source.path, fault.line, f'rule "{fault.id}": {fault.reason}') for fault in faults)
    return Parsed((first, *others), (*parsed.problems, *problems))


def anchor_of(rule: str) -> str:
    """The anchor of the section that says the rule of that id: the id of its findings."""
    return f"rule:{rule}"


def claim_of(rule: ExecutableRule) -> str:
    """What a rule asks, as an imperative without a full stop: "do not import moment"."""
    keeps = (rule.subject, rule.forbid, rule.on) == ("file", False, "everywhere")
    verb = _KEEP if keeps else _VERBS[rule.subject, rule.forbid]
    named = [f"`{value}`" for value in rule.values]
    more = [f"{len(named) - _SHOWN} more"] if len(named) > _SHOWN else []
    words = verb.format(_joined([*named[:_SHOWN], *more]))
    return f"{words} in {rule.part}" if rule.subject == "pattern" and rule.part in {"comments", "strings"} else words


def with_severity(text: str, severity: str) -> str:
    """The text of a rule's section with a severity in place of the rule's own."""
    return _SEVERITY.sub(rf"\1 ({severity}):", text, count=1)


def _section(rule: ExecutableRule, scope: Scope) -> Section:
    globs = rule.when or scope.globs
    where = _joined([f"`{glob}`" for glob in globs], "and") if len(globs) <= _SHOWN else f"{len(globs)} globs"
    claim = claim_of(rule)
    if rule.subject == "file" and not rule.forbid:
        claim = f"when {where or 'anything'} changes, {claim}"
    elif where:
        claim = f"{claim} in {where}"
    message = f" {rule.message.rstrip('.')}." if rule.message else ""
    text = f"Rule {rule.id} ({rule.severity}): {claim}.{message} Enforced by kb check."
    return Section(
        heading=f"Rule {rule.id}",
        anchor=anchor_of(rule.id),
        first=rule.first,
        last=rule.last,
        text=text,
        role="rule",
        syntax="text",
    )


def _joined(words: Sequence[str], link: str = "or") -> str:
    return f"{', '.join(words[:-1])} {link} {words[-1]}" if len(words) > 1 else "".join(words)
