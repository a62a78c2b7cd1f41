"""How much a rule of `kb check` matters at a path, as far as the configuration says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.config.models import Check, Severity

SEVERITIES: tuple[Severity, ...] = ("off", "info", "warning", "error")
"""The mildest first."""


def strictest(severities: Iterable[Severity]) -> Severity:
    """The one of some severities, at least one, that matters most."""
    return max(severities, key=SEVERITIES.index)


def configured_severity(check: Check, rule: str, *names: str) -> Severity | None:
    """What is said of `rule` at the path of one of these names: the last table for it, else the one for all paths."""
    for table in reversed(check.paths):
        if rule in table.severity and any(map(compile_globs(table.paths).matches, names)):
            return table.severity[rule]
    return check.severity.get(rule)
