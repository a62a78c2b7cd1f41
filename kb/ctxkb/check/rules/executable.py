"""rule:<id>: what decisions and conventions forbid or require in a form that can be checked."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ctxkb.check.executable.files import unaccompanied, unwanted
from ctxkb.check.executable.force import in_force
from ctxkb.check.executable.health import double, malformed, unheld
from ctxkb.check.executable.matches import File, breaches, concerns, fresh
from ctxkb.check.executable.words import breach_of, changed_alone
from ctxkb.check.lines import EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.executable.force import Held
    from ctxkb.check.executable.matches import Match
    from ctxkb.check.findings import Breach


def check_executable(context: Context) -> Iterator[Breach]:
    """What breaks a rule in force; rules that cannot be used, are double, fail their samples, or are not there."""
    yield from malformed(context)
    yield from unheld(context)
    held = in_force(context.head)
    if held:
        yield from double(context, held)
        widened = _widened(context, held)
        yield from _about_files(context, [each for each in held if each.rule.subject == "file"], widened)
        yield from _about_content(context, [each for each in held if each.rule.subject != "file"], widened)


def _widened(context: Context, held: Sequence[Held]) -> list[Held]:
    """The rules that claim something of the whole repository and that the change brings or edits."""
    touched = context.changes.touched()
    likely = [each for each in held if each.rule.on == "everywhere" and each.document.path in touched]
    before = in_force(context.base) if likely else ()
    return [each for each in likely if not any(each.same(other) for other in before)]


def _about_files(context: Context, held: Sequence[Held], widened: Sequence[Held]) -> Iterator[Breach]:
    judged = context.judged()
    for each in held:
        if each.rule.forbid:
            paths = sorted(context.head.tree.paths()) if each in widened else judged
            for path, known in unwanted(context, each, paths):
                if not known or _counts(context, each):
                    yield breach_of(context, each, path, 0, path, known=known)
        else:
            yield from _alone(context, each, whole=each in widened)


def _alone(context: Context, held: Held, *, whole: bool) -> Iterator[Breach]:
    """One breach for the files that a waiver covers, and one for the rest, so that neither hides the other."""
    causes = unaccompanied(context, held, whole=whole)
    covered = [path for path in causes if context.waiver(held.name, path)]
    for group in ([path for path in causes if path not in covered], covered):
        if group:
            yield changed_alone(context, held, group)


def _about_content(context: Context, held: Sequence[Held], widened: Sequence[Held]) -> Iterator[Breach]:
    judged = set(context.judged())
    work = {path: _governing(context, path, held) for path in judged}
    for path in context.head.tree.paths() - judged if widened else ():
        work[path] = [each for each in widened if concerns(each.rule, path) and each.governs(path)]
    wanted = sorted(path for path, rules in work.items() if rules)
    found: list[_Found] = []
    for path, content in context.head.tree.read(wanted, context.head.limit):
        file = File(path, content)
        found += (_Found(path, each, now, file.note) for each in work[path] if (now := breaches(each.rule, file)))
    yield from _weighed(context, found)


def _governing(context: Context, path: str, held: Sequence[Held]) -> list[Held]:
    """The rules that a judged file may break; none that forbids where the change adds no line."""
    found = [each for each in held if concerns(each.rule, path) and each.governs(path)]
    if found and not context.everything and context.changes.before(path) == path:
        quiet = context.lines(path).added.spans == ()
        found = [each for each in found if not (quiet and each.rule.forbid and each.rule.on == "changed")]
    return found


class _Found(NamedTuple):
    """Where a file breaks a rule, and what to add to each finding."""

    path: str
    held: Held
    now: tuple[Match, ...]
    note: str


def _weighed(context: Context, found: Sequence[_Found]) -> Iterator[Breach]:
    """What of `found` the change brought, and what it has to do with otherwise; the files are read as they were."""
    touched = context.changes.touched()
    olds = {one.path: context.changes.before(one.path) for one in found if one.path in touched}
    contents = dict(context.base.tree.read(sorted({old for old in olds.values() if old}), context.base.limit))
    for path, held, now, note in found:
        old = olds.get(path, path)
        if path not in touched:
            before, added = now, context.lines(path).added
        elif old in contents and held.governs(old):
            before, added = breaches(held.rule, File(old, contents[old])), context.lines(path).added
        else:
            before, added = (), EVERY
        for each in fresh(now, before, added):
            if not each.known or each.touched or _counts(context, held):
                yield breach_of(context, held, path, each.line, each.match.what, known=each.known, note=note)


def _counts(context: Context, held: Held) -> bool:
    """Whether what was there before is told, too."""
    return context.everything or held.rule.on == "everywhere"
