"""Rules about files themselves: which may not come, and which must come with others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.context import matching
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.context import Context
    from ctxkb.check.executable.force import Held


def unwanted(context: Context, held: Held, paths: list[str]) -> Iterator[tuple[str, bool]]:
    """The files among `paths` that the rule forbids, and whether each was forbidden and there before the change."""
    globs = compile_globs(held.rule.values)
    for path in paths:
        if globs.matches(path) and held.governs(path):
            before = context.changes.before(path)
            yield path, bool(before) and globs.matches(before) and held.governs(before)


def unaccompanied(context: Context, held: Held, *, whole: bool) -> list[str]:
    """The changed files that the rule governs where none of those that it requires changed, or is there at all.

    With `whole`, and where everything is judged, a rule about what must be there is about all files.
    """
    everywhere = held.rule.on == "everywhere"
    touched, present = context.changes.touched(), context.head.tree.paths()
    if matching(present if everywhere else touched, held.rule.values):
        return []
    causes = present if everywhere and (whole or context.everything) else touched
    return sorted(path for path in causes if held.governs(path))
