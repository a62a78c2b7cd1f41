"""Which rules a change is traced for: those that it breaks, the one that was named, and what else bound its paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.executable.force import in_force
from ctxkb.check.executable.matches import File, breaches, concerns
from ctxkb.check.gate import check, open_context
from ctxkb.check.rules import RULES
from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.errors import ConfigError, KbError
from ctxkb.knowledge.reading import named_rows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.check.findings import Finding
    from ctxkb.knowledge import Knowledge
    from ctxkb.trace.target import Target


@dataclass(frozen=True, slots=True)
class Suspect:
    """A rule: its id in `kb check` ("" for what no check judges), the document and the unit that hold it ("" for none).

    `then` is what the check of the commit finds against it, `now` what breaks it today at the line that is traced,
    both "" where nothing does. `named` tells that somebody says that it was broken.
    """

    rule: str
    document: str
    unit: str = ""
    then: str = ""
    now: str = ""
    named: bool = False


def suspects(target: Target, past: Knowledge, now: Knowledge, named: str = "") -> list[Suspect]:
    """The rules to trace, those that are broken first. Raises `ConfigError` where `named` is none, then or now."""
    found = list(_broken(target, past, now))
    if named:
        wanted = _named(named, past, now)
        same = [each for each in found if each.rule == wanted.rule and each.rule] or [
            each for each in found if not wanted.rule and each.document == wanted.document and not wanted.unit
        ]
        broken = same[0] if same else wanted
        return [Suspect(broken.rule, broken.document, wanted.unit, broken.then, broken.now, named=True)]
    known = {each.document for each in found}
    governing = [document for document, _ in past.library.governing(target.paths)]
    others = [each.id for each in governing if each.id not in known and each.path not in target.paths]
    return [*found, *(Suspect("", identity) for identity in others)]


def _broken(target: Target, past: Knowledge, now: Knowledge) -> Iterator[Suspect]:
    """The rules that the commit broke, those of documents first, and those that its line breaks today."""
    told: set[str] = set()
    findings = _findings(now.root, target)
    for finding in sorted(findings, key=lambda each: not each.rule.startswith(RULE_PREFIX)):
        if finding.rule not in told:
            told.add(finding.rule)
            document = _holder(finding.rule, past) or _holder(finding.rule, now)
            yield Suspect(finding.rule, document, then=f"{_place(finding)} {finding.message}")
    for rule, document, what in _today(now.root, target):
        if rule not in told:
            told.add(rule)
            yield Suspect(rule, document, now=what)


def _findings(root: Path, target: Target) -> list[Finding]:
    """What the gate says of the commit at the places that are traced; whether it asked is the trace's own matter."""
    if not target.parent:
        return []
    try:
        report = check(root, base=target.parent, head=target.commit, day=target.at.date())
    except ConfigError:  # a configuration of those days that cannot be used any more judged nothing either
        return []
    found = (each for each in report.findings if not each.waived and each.severity != "info")
    return [each for each in found if each.rule != "context-receipt" and target.covers(each.path, each.line)]


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def _today(root: Path, target: Target) -> Iterator[tuple[str, str, str]]:
    """Id and document of each rule that the traced line breaks as it is today, and what breaks it."""
    if not target.now:
        return
    path, _, number = target.now.rpartition(":")
    context = open_context(root, "", "", target.at.date())
    held = [each for each in in_force(context.head) if each.governs(path) and concerns(each.rule, path)]
    for name, content in context.head.tree.read([path]) if held else ():
        file = File(name, content)
        for each in held:
            if any(match.first <= int(number) <= match.last for match in breaches(each.rule, file)):
                yield each.name, each.document.id, f"{target.now} breaks it today"


def _holder(rule: str, knowledge: Knowledge) -> str:
    """The document that carries an executable rule, "" where none does."""
    if rule in RULES:
        return ""
    bare = rule.removeprefix(RULE_PREFIX)
    documents = knowledge.library.documents.values()
    return next((each.id for each in documents if any(own.id == bare for own in each.rules)), "")


def _named(name: str, past: Knowledge, now: Knowledge) -> Suspect:
    """What a person means: a rule of the gate, an executable rule, or a document or unit by any of its names."""
    if name in RULES:
        return Suspect(name, "", named=True)
    holder = _holder(name, past) or _holder(name, now)
    if holder:
        return Suspect(f"{RULE_PREFIX}{name.removeprefix(RULE_PREFIX)}", holder, named=True)
    reasons: list[str] = []
    for knowledge in (past, now):
        try:
            rows = named_rows(knowledge.catalog, knowledge.library, name)
        except KbError as error:
            reasons.append(str(error))
            continue
        return Suspect("", rows[0].unit.document, rows[0].unit.id if "#" in name or ":" in name else "", named=True)
    raise ConfigError(f"--rule {name}: no rule or document has that name, then or now: {reasons[-1]}")
