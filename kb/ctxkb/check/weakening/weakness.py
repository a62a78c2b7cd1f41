"""What is said of one way in which a change makes the gate weaker."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date


@dataclass(frozen=True, slots=True)
class Weakness:
    """One thing that is weaker: what, with both values, and the key of the configuration where it stands."""

    what: str
    key: tuple[int | str, ...] = ()


def value(written: str | int | date | Sequence[str]) -> str:
    """A value as it stands in the configuration: quoted text, a list, or a plain number or day."""
    if isinstance(written, str):
        return json.dumps(written, ensure_ascii=False)
    return json.dumps(list(written), ensure_ascii=False) if isinstance(written, list | tuple) else str(written)


def some(paths: Sequence[str]) -> str:
    """The first of some paths, and how many more there are."""
    return f"{paths[0]} and {len(paths) - 1} more" if len(paths) > 1 else paths[0]


def probes(patterns: Sequence[str]) -> list[str]:
    """A path that each of some globs matches, as far as one can be made up: files that are not there yet count, too."""
    plain = (pattern.removeprefix("./").rstrip("/") for pattern in patterns if not pattern.startswith("!"))
    return [pattern.replace("**", "any/any").replace("*", "any").replace("?", "a").lstrip("/") for pattern in plain]
