"""What agents may do to a path: which table of `[[authority]]` governs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.config.models import Authority, Level

STRICTNESS: dict[Level, int] = {"free": 0, "approval": 1, "never": 2}
"""The levels, the freest first."""


def authority_over(tables: Iterable[Authority], path: str) -> Authority | None:
    """The last of `tables` that matches `path`, None where it leaves agents free, or none matches."""
    matching = [table for table in tables if compile_globs(table.paths).matches(path)]
    return matching[-1] if matching and matching[-1].level != "free" else None


def strictest(*tables: Authority | None) -> Authority | None:
    """The one of some tables that allows least, the first of equals; None where there is none."""
    found = [table for table in tables if table is not None]
    return max(found, key=lambda table: STRICTNESS[table.level], default=None)
