"""Whether a contract's version is raised as much as the team's policy asks for a break."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctxkb.config.contracts import BreakPolicy

_NUMBERS = re.compile(r"\d+(?:[.\-]\d+)*")
_YEAR = 1900
"""A version that begins with a number above this is a date: each one is a version of its own."""


def raised(before: str, after: str, policy: BreakPolicy) -> bool:
    """Whether `after` is a version that may break the clients of `before`, as `policy` says.

    "major" asks for a higher major version, below 1.0 for a higher minor one, of dates for a later one;
    "any-version" for any higher version; "decision" takes no version for an excuse.
    """
    old, new = _numbers(before), _numbers(after)
    if not old or not new or policy == "decision":
        return False
    counted = max(len(old), len(new))
    if policy == "major" and old[0] < _YEAR:
        counted = 1 if old[0] else 2
    return _padded(new, counted) > _padded(old, counted)


def asked(before: str, policy: BreakPolicy) -> str:
    """What `policy` asks of the version after `before`, as words of a sentence; "" where no version is enough."""
    numbers = _numbers(before)
    if policy == "decision" or not numbers:
        return ""
    if policy == "any-version" or numbers[0] >= _YEAR:
        return f"raise info.version above {before}"
    part = "major" if numbers[0] else "minor"
    return f"raise the {part} part of info.version above {before}"


def _numbers(version: str) -> list[int]:
    found = _NUMBERS.search(version)
    return [int(part) for part in re.split(r"[.\-]", found[0])] if found else []


def _padded(numbers: list[int], count: int) -> list[int]:
    return [*numbers, *([0] * count)][:count]
