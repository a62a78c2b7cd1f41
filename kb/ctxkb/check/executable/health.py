"""Whether the rules themselves are sound: well formed, of one name each, and as their own samples say."""

from __future__ import annotations

from collections import defaultdict
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ctxkb.check.executable.force import CARRIERS, Held, in_force, likely
from ctxkb.check.executable.samples import failing
from ctxkb.check.findings import Breach, Place
from ctxkb.config.faults import line_of
from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.formats import may_hold_rules
from ctxkb.formats.executable import rules_in
from ctxkb.types import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.documents import Documents, Read
    from ctxkb.config import Config

_Fault = tuple[str, int, str]
"""The id of a rule, a 1-based line, and what is wrong there."""


def malformed(context: Context) -> Iterator[Breach]:
    """Rules of judged documents that cannot be used, or that their own samples contradict."""
    for path, read in context.head.read(context.judged()).items():
        faults = list(_faults(read))
        if not faults:
            continue
        earlier = context.base.read([context.changes.before(path)]).values()
        then = {(name, reason) for each in earlier for name, _, reason in _faults(each)}
        for name, line, reason in faults:
            known = (name, reason) in then
            yield Breach(path, line, reason, "mend the rule, or take it out", known, rule=f"{RULE_PREFIX}{name}")


def _faults(read: Read) -> Iterator[_Fault]:
    if read.kind not in CARRIERS or not may_hold_rules(read.text.encode()):
        return
    if any(document.template or document.status in SETTLED for document in read.parsed.documents):
        return
    for fault in rules_in(read.text)[1]:
        yield fault.id, fault.line, f"the rule cannot be used: {fault.reason}"
    for document in read.parsed.documents:
        for rule in document.rules:
            yield from ((rule.id, line, reason) for line, reason in failing(Held(rule, document)))


def unheld(context: Context) -> Iterator[Breach]:
    """Severities in the configuration for rules that no document carries: a name that is misspelt sets nothing."""
    named = _severities(context.config)
    ids = {*_ids(context.head)} if named else set()
    for name in sorted(named - ids):
        before = _severities(context.then.config)
        known = name in before and name not in {*_ids(context.base)}
        written = context.now.written
        if written is None or (known and written.name not in context.judged()):
            continue
        near = get_close_matches(name, sorted(ids), 1)
        yield Breach(
            path=written.name,
            line=line_of(written, ("check", "severity", name)),
            message=f'a severity is set for "{name}", which is no rule of any document',
            fix=f'did you mean "{near[0]}"?' if near else "take it out, or correct the id",
            known=known,
            severity=None if known else "warning",
        )


def _severities(config: Config) -> frozenset[str]:
    """The executable rules whose severity the configuration sets."""
    names = [*config.check.severity, *(name for each in config.check.paths for name in each.severity)]
    return frozenset(name for name in names if name.startswith(RULE_PREFIX))


def _ids(documents: Documents) -> Iterator[str]:
    """The rules of all documents, those that cannot be used or are not in force among them."""
    for read in likely(documents).values():
        yield from (f"{RULE_PREFIX}{rule.id}" for document in read.parsed.documents for rule in document.rules)
        yield from (f"{RULE_PREFIX}{fault.id}" for fault in rules_in(read.text)[1])


def double(context: Context, held: Sequence[Held]) -> Iterator[Breach]:
    """Rules in force that share an id with another one, where their document is judged."""
    named: dict[str, list[Held]] = defaultdict(list)
    for each in held:
        named[each.rule.id].append(each)
    judged = set(context.judged())
    shared = [each for group in named.values() if len(group) > 1 for each in group if each.document.path in judged]
    before = [each.rule.id for each in in_force(context.base)] if shared else []
    for each in shared:
        other = next(other for other in named[each.rule.id] if other is not each)
        yield Breach(
            path=each.document.path,
            line=each.rule.first,
            message=f'the rule "{each.rule.id}" has the id of another one',
            fix="give one of them another id: severities and waivers name a rule by it",
            known=before.count(each.rule.id) > 1,
            rule=each.name,
            related=(Place(other.document.path, other.rule.first, "the other rule"),),
        )
