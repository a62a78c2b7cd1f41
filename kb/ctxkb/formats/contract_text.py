"""What the contract parsers share: lines of a file as text, and names as words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SUMMARY = 1200
"""How many characters a section's summary has at the most: about as much as the default model reads."""

_PART = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+\d*|[A-Z]+\d*|\d+|[^\W\d_]+")


def excerpt(lines: Sequence[str], first: int, last: int) -> str:
    """Lines `first`..`last` (1-based, inclusive) verbatim, without the indentation that all of them share."""
    chosen = lines[first - 1 : last]
    indents = [line[: len(line) - len(line.lstrip())] for line in chosen if line.strip()]
    shared = _common(min(indents, default=""), max(indents, default=""))
    return "\n".join(line[shared:] for line in chosen)


def _common(low: str, high: str) -> int:
    """How many characters all strings between `low` and `high` begin with."""
    pairs = zip(low, high, strict=False)
    return next((index for index, (one, other) in enumerate(pairs) if one != other), min(len(low), len(high)))


def name_words(name: str) -> str:
    """The words of an identifier or path: `POST /v1/userFiles/{id}` gives `post v1 user files id`."""
    return " ".join(part.lower() for part in _PART.findall(name))


def named(name: str) -> str:
    """A name with its words behind it where they differ: `getUser (get user)`."""
    words = name_words(name)
    return name if words == name.lower() else f"{name} ({words})"


def clip(text: str, limit: int) -> str:
    """`text` on one line, cut between words so that it has at most `limit` characters."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    cut = line.rfind(" ", 0, limit + 1)
    return line[: cut if cut > 0 else limit]


def listing(label: str, names: Iterable[str], limit: int) -> str:
    """`label: a, b, c` with each name once and at most `limit` characters of names, "" where there are none."""
    kept: list[str] = []
    room = limit
    for name in dict.fromkeys(" ".join(name.split()) for name in names):
        room -= len(name) + 2
        if room < 0:
            break
        if name:
            kept.append(name)
    return f"{label}: {', '.join(kept)}" if kept else ""


def summarise(parts: Iterable[str]) -> str:
    """The parts that are not empty, each as a sentence, within `SUMMARY` characters."""
    return clip(" ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts if part), SUMMARY)
