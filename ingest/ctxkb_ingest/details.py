"""What a long unit says in detail, embedded beside the whole: one sentence of many is lost in the vector of all."""

from __future__ import annotations

import re

LEAST_TOKENS = 100
"""A unit of fewer tokens has a vector that is near to each of its sentences."""

WORDS = 45
"""Sentences and list items are gathered until they have so many words."""

_BREAK = re.compile(r"\n\s*\n|(?<=[.?!:])\s+(?=[A-Z`*\-])|\n(?=\s*(?:[-*#]|\d+\.)\s)")
"""Between paragraphs, sentences and list items."""


def details(header: str, text: str, tokens: int) -> tuple[str, ...]:
    """The texts to embed, each behind `header`; none for a unit that is short or cannot be cut."""
    if tokens < LEAST_TOKENS:
        return ()
    gathered: list[list[str]] = []
    for words in filter(None, (part.split() for part in _BREAK.split(text))):
        if gathered and len(gathered[-1]) + len(words) <= WORDS:
            gathered[-1] += words
        else:
            gathered.append(words)
    return tuple(f"{header}\n{' '.join(words)}" for words in gathered) if len(gathered) > 1 else ()
