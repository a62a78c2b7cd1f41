"""The calls that servers logged: who asked what, and what they were given."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOGS = ("audit.jsonl.1", "audit.jsonl")
"""The files of the log, the older one first."""


@dataclass(frozen=True, slots=True)
class LoggedCall:
    """One call of a tool, as `.kb/audit.jsonl` has it."""

    at: datetime
    client: str
    tool: str
    asked: str
    paths: tuple[str, ...]
    ids: tuple[str, ...]
    tokens: int
    confidence: str
    receipt: str
    error: str


def logged_calls(folder: Path) -> Iterator[LoggedCall]:
    """The calls in the log of `.kb/`, the oldest first; what was refused, and lines that are cut off, are left out."""
    for name in LOGS:
        try:
            with (folder / name).open(encoding="utf-8", errors="replace") as lines:
                yield from (call for line in lines if (call := _call(line)))
        except FileNotFoundError:
            continue


def _call(line: str) -> LoggedCall | None:
    try:
        entry: dict[str, Any] = json.loads(line)
        return LoggedCall(
            at=datetime.fromisoformat(entry["at"]),
            client=str(entry.get("client", "")),
            tool=str(entry["tool"]),
            asked=str(entry.get("asked", "")),
            paths=tuple(map(str, entry.get("paths", ()))),
            ids=tuple(map(str, entry.get("ids", ()))),
            tokens=int(entry.get("tokens", 0)),
            confidence=str(entry.get("confidence", "")),
            receipt=str(entry.get("receipt", "")),
            error=str(entry.get("error", "")),
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
