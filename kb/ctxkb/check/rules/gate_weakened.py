"""gate-weakened: a change that makes the gate weaker says so."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from ctxkb.check.baseline import BASELINE, read_baseline
from ctxkb.check.findings import Breach
from ctxkb.check.granted import Granted
from ctxkb.check.weakening.executable import fewer_rules
from ctxkb.check.weakening.pipelines import laxer, pipelines, running
from ctxkb.check.weakening.policy import looser_dependencies, weaker_settings
from ctxkb.check.weakening.sources import fewer_documents
from ctxkb.check.weakening.tables import fewer_couplings, less_authority, more_waivers
from ctxkb.config.faults import line_of
from ctxkb.config.root import KB_TOML
from ctxkb.errors import ConfigError
from ctxkb.text.ignore import KBIGNORE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.baseline import Entry
    from ctxkb.check.context import Context
    from ctxkb.check.weakening.policy import Usual
    from ctxkb.check.weakening.weakness import Weakness

FIX = "take it back, or say in the review why the gate may be weaker"


def check_gate_weakened(context: Context, usual: Usual) -> Iterator[Breach]:
    """One breach for each way in which the gate is weaker; `usual` tells the severity of a rule that nothing sets.

    Where there was no gate yet, nothing can be weaker.
    """
    found = [*_configuration(context, usual), *_baseline(context), *_ignored(context), *_waivers(context)]
    found += (Breach(path, line, what, FIX) for path, line, what in fewer_rules(context))
    found += _pipelines(context)
    if found and _had_gate(context):
        yield from found


def _had_gate(context: Context) -> bool:
    present = context.base.tree.paths()
    if context.then.written is not None or BASELINE in present:
        return True
    return bool(running(context.base.tree, pipelines(present)))


def _configuration(context: Context, usual: Usual) -> Iterator[Breach]:
    then, now = context.then.config, context.config
    if then == now:
        return
    paths = context.head.tree.paths()
    weaker = [
        *weaker_settings(then, now, paths, usual),
        *fewer_couplings(then, now, paths | context.base.tree.paths()),
        *less_authority(then, now, paths),
        *looser_dependencies(then, now),
        *more_waivers(then, now),
        *fewer_documents(then, now, context.head.tree),
    ]
    if "dependencies" in _tables(context.then.written) - _tables(context.now.written):
        yield Breach(_place(context)[0], 0, "[dependencies] is removed: what comes in is only told", FIX)
    if then.sync.conventions and not now.sync.conventions:
        yield Breach(_place(context)[0], 0, "[sync] names no conventions any more: rule-drift judges no rule file", FIX)
    for each in weaker:
        path, line = _place(context, each)
        yield Breach(path, line, each.what, FIX)


def _tables(written: object) -> set[str]:
    return set(getattr(written, "table", {}))


def _place(context: Context, weakness: Weakness | None = None) -> tuple[str, int]:
    """Where the configuration stands now, else where it stood, and the line of a key in it."""
    now, then = context.now.written, context.then.written
    if now is not None:
        return now.name, line_of(now, weakness.key) if weakness and weakness.key else 0
    return (then.name if then else KB_TOML), 0


def _baseline(context: Context) -> Iterator[Breach]:
    if BASELINE not in context.changes.touched():
        return
    try:
        then, now = read_baseline(context.base.tree), read_baseline(context.head.tree)
    except ConfigError:  # one that cannot be read accepts nothing, and is told where it is used
        return
    more = sum(now.values()) - sum(then.values())
    grown = Counter({rule: count for rule, count in (_by_rule(now) - _by_rule(then)).items() if count > 0})
    if grown:
        rules = ", ".join(f"{rule} ({count})" for rule, count in sorted(grown.items()))
        what = f"the baseline accepts {now.total()} findings, was {then.total()}; more of {rules}"
        yield Breach(BASELINE, 0, what if more else f"the baseline accepts others than before: {rules}", FIX)


def _by_rule(entries: Counter[Entry]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for entry, count in entries.items():
        counts[entry.rule] += count
    return counts


def _ignored(context: Context) -> Iterator[Breach]:
    """Lines that the change adds to .kbignore."""
    if KBIGNORE not in context.changes.touched():
        return
    then, now = (_rows(documents.tree.read([KBIGNORE])) for documents in (context.base, context.head))
    for glob in [row for row in now if row not in then and not row.startswith(("#", "!"))]:
        yield Breach(KBIGNORE, now.index(glob) + 1, f"{glob} is not read any more", FIX)


def _rows(found: Iterator[tuple[str, bytes]]) -> list[str]:
    return [row.strip() for _, content in found for row in content.decode("utf-8", "replace").splitlines()]


def _waivers(context: Context) -> Iterator[Breach]:
    """Waivers in comments and in the messages of commits that are new."""
    for each in context.granted:
        if isinstance(each, Granted) and each.where != "configuration" and not each.known:
            paths = f" for {', '.join(each.waiver.paths)}" if each.where == "trailer" else ""
            what = f"a waiver of {each.waiver.rule}{paths} until {each.waiver.until} is added"
            yield Breach(each.path, each.line, f"{what} ({each.waiver.owner}: {each.waiver.reason})", FIX)


def _pipelines(context: Context) -> Iterator[Breach]:
    touched = pipelines(context.changes.touched())
    then = running(context.base.tree, touched)
    if not then:
        return
    now = running(context.head.tree, pipelines(context.head.tree.paths()))
    usual = context.then.config.check.fail_on, context.config.check.fail_on
    for path, steps in then.items():
        moved = next((each.path for each in context.changes.files if each.old == path and each.kind != "D"), "")
        if moved in now:
            for how in dict.fromkeys(laxer(steps, now[moved], usual)):
                yield Breach(moved, 0, f"kb check counts less here: {how}", FIX)
        elif now:
            what = f"kb check does not run here any more (was `{steps[0].shown}`); {', '.join(now)} still runs it"
            yield Breach(moved or path, 0, what, FIX)
        else:
            what = f"nothing runs kb check any more; it was `{steps[0].shown}`"
            yield Breach(moved or path, 0, what, FIX, severity="error")
