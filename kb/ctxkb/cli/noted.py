"""What of the documents was masked, is hidden, or commands its reader, as `kb index`, `status` and `doctor` tell it."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.types import Concern, Problem

NAMES: Mapping[Concern, str] = MappingProxyType(
    {"masked": "masked", "hidden": "hidden", "instruction": "commands"},
)
"""What each sort is called at the beginning of a line."""

SHOWN = 10
"""How many places of each sort are named; `kb doctor` names them all."""


def place(problem: Problem) -> str:
    """Where it is, as an editor opens it."""
    return f"{problem.path}:{problem.line}" if problem.line else problem.path


def lines(noted: Sequence[Problem], width: int) -> list[str]:
    """Each sort that there is with its count in a column of `width`, and its first places below."""
    found = []
    for concern, name in NAMES.items():
        sort = [problem for problem in noted if problem.concern == concern]
        found += [f"{name:<{width}}{len(sort):,}"] if sort else []
        found += [f"  {place(problem)}: {problem.reason}" for problem in sort[:SHOWN]]
        found += [f"  and {len(sort) - SHOWN:,} more: kb doctor names them"] if len(sort) > SHOWN else []
    return found
