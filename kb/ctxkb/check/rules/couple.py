"""couple: files that the configuration ties together change together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.findings import Breach
from ctxkb.check.rules.trivial import substantial
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.config import Couple


def check_couple(context: Context) -> Iterator[Breach]:
    """One breach for each coupling whose `when` files changed without any of its `require` files."""
    for couple in context.config.couple:
        excepted = _changed(context, couple.unless)
        causes = [path for path in _changed(context, couple.when) if path not in excepted]
        if causes and not _is_answered(context, couple, causes):
            yield from _breaches(context, couple, substantial(context, causes, couple.unless_only))


def _changed(context: Context, patterns: Sequence[str]) -> list[str]:
    """The paths of the change that `patterns` match; a submodule is matched by what is about anything in it, too."""
    globs, within = compile_globs(patterns), context.changes.repositories()
    places = context.changes.places()
    return sorted(path for path in places if globs.matches(path) or (path in within and globs.matches(f"{path}/any")))


def _is_answered(context: Context, couple: Couple, causes: Sequence[str]) -> bool:
    """Whether a required file is new or says something else; one that is deleted only answers for deleted files."""
    present = context.changes.present() | context.changes.repositories()
    changed = _changed(context, couple.require)
    if not present.isdisjoint(causes):
        changed = [path for path in changed if path in present]
    return bool(substantial(context, changed, ("formatting",)))


def _breaches(context: Context, couple: Couple, causes: Sequence[str]) -> Iterator[Breach]:
    """One breach for the files that a waiver covers, and one for the rest, so that neither hides the other."""
    covered = [path for path in causes if context.waiver("couple", path)]
    for group in ([path for path in causes if path not in covered], covered):
        if group:
            yield _breach(couple, group)


def _breach(couple: Couple, causes: Sequence[str]) -> Breach:
    name = f'"{couple.name}": ' if couple.name else ""
    more = f" and {len(causes) - 1} more" if len(causes) > 1 else ""
    wanted = ", ".join(couple.require)
    message = f"{name}{causes[0]}{more} changed, but nothing in {wanted} did."
    return Breach(
        path=causes[0],
        line=0,
        message=f"{message} {couple.message}".strip(),
        fix=f"change {wanted} too, or waive it in kb.toml with a reason and an end date",
        severity=couple.severity,
    )
