"""How much a rule of `kb check` matters at a path, as far as the configuration says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from ctxkb.config.models import Check, Severity


def configured_severity(check: Check, rule: str, *names: str) -> Severity | None:
    """What is said of `rule` at the path of one of these names: the last table for it, else the one for all paths."""
    for table in reversed(check.paths):
        if rule in table.severity and any(map(compile_globs(table.paths).matches, names)):
            return table.severity[rule]
    return check.severity.get(rule)
