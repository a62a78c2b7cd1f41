"""Blocks of code between fences, for text that may hold one which is never closed."""

from __future__ import annotations

import re

FENCE = re.compile(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)*(`{3,}|~{3,})")
"""The opening or closing line of a block of code, in lists and quotes too."""


def open_fence(text: str) -> str:
    """The fence of a block of code that `text` opens and does not close; "" where there is none."""
    fence = ""
    for line in text.split("\n") if "```" in text or "~~~" in text else ():
        match = FENCE.match(line)
        if match is None:
            continue
        if not fence:
            fence = match[1]
        elif match[1].startswith(fence) and not line[match.end() :].strip():
            fence = ""
    return fence
