"""Executable rules that are gone, or ask less."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.executable.force import CARRIERS, carriers, in_force
from ctxkb.check.weakening.weakness import some, value
from ctxkb.config.severity import SEVERITIES
from ctxkb.formats import may_hold_rules
from ctxkb.formats.classify import classify
from ctxkb.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.executable.force import Held


def fewer_rules(context: Context) -> Iterator[tuple[str, int, str]]:
    """Path, line and what is weaker of each rule that the change takes away or narrows."""
    if not _touched(context):
        return
    now: dict[str, list[Held]] = {}
    for held in in_force(context.head):
        now.setdefault(held.name, []).append(held)
    for old in in_force(context.base):
        found = now.get(old.name, [])
        if any(old.same(new) for new in found):
            continue
        if found:
            for what in _weaker(context, old, found[0]):
                yield found[0].document.path, found[0].rule.first, f"{old.name} asks less: {what}"
        else:
            yield from _gone(context, old)


def _touched(context: Context) -> bool:
    """Whether the change touches a file that carried rules."""
    olds = [change.old for change in context.changes.files if change.old]
    named = [path for path in olds if (told := classify(path, None, context.base.sources)) and told[0] in CARRIERS]
    return any(may_hold_rules(content) for _, content in context.base.tree.read(named, context.base.limit))


def _gone(context: Context, old: Held) -> Iterator[tuple[str, int, str]]:
    """A rule that is not in force any more; one that died with its superseded decision is no loss."""
    carrying = (document for document in carriers(context.head) for rule in document.rules if rule.id == old.rule.id)
    document = next(carrying, None)
    if document is None:
        about = old.rule.message or ", ".join(old.rule.values)
        yield old.document.path, 0, f"{old.name} is removed ({about})"
    elif document.status not in {Status.SUPERSEDED, Status.ACCEPTED}:
        what = f"{old.name} is off: its document is {value(document.status)}, was {value(old.document.status)}"
        yield document.path, 0, what


def _weaker(context: Context, old: Held, new: Held) -> Iterator[str]:
    was, is_ = old.rule, new.rule
    if (was.forbid, was.subject) != (is_.forbid, is_.subject):
        yield f"it is {_asks(new)}, was {_asks(old)}"
        return
    fewer = set(was.values) - set(is_.values) if was.forbid else set(is_.values) - set(was.values)
    if fewer:
        yield f"{_asks(new)} is {value(is_.values)}, was {value(was.values)}"
    if SEVERITIES.index(is_.severity) < SEVERITIES.index(was.severity):
        yield f"severity is {value(is_.severity)}, was {value(was.severity)}"
    if (was.on, is_.on) == ("everywhere", "changed"):
        yield f"on is {value(is_.on)}, was {value(was.on)}"
    if was.part != is_.part:
        yield f"in is {value(is_.part)}, was {value(was.part)}"
    if is_.languages and not set(was.languages or is_.languages[:0]) <= set(is_.languages):
        yield f"languages is {value(is_.languages)}, was {value(was.languages)}"
    lost = [path for path in sorted(context.head.tree.paths()) if old.governs(path) and not new.governs(path)]
    if lost:
        yield f"it no longer concerns {some(lost)}"


def _asks(held: Held) -> str:
    return f"{'forbid' if held.rule.forbid else 'require'} {held.rule.subject}"
