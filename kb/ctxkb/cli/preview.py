"""What a command is about to write, as a person reads it."""

from __future__ import annotations

from difflib import unified_diff
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.cli.writing import Write

LINES_AROUND = 1


def shown(write: Write) -> str:
    """A new file whole, a changed one by the lines that are added and removed."""
    if write.after is None:
        return f"{write.path} (deleted): {write.what}"
    if write.before is None:
        return f"{write.path} (new): {write.what}\n{_indented(write.after.splitlines())}"
    lines = unified_diff(write.before.splitlines(), write.after.splitlines(), lineterm="", n=LINES_AROUND)
    return f"{write.path}: {write.what}\n{_indented(list(lines)[2:])}"


def _indented(lines: Iterable[str]) -> str:
    return "".join(f"    {line}".rstrip() + "\n" for line in lines)
