"""What a pattern matches in a file: its code without comments and strings, one of these, or all of it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.text.patterns import matches_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.syntax import Code
    from ctxkb.types import ExecutableRule

PROSE = frozenset({".adoc", ".asciidoc", ".markdown", ".md", ".mdc", ".mdx", ".rst", ".txt"})
"""Files that hold no code, comments or strings: only a pattern `in: all` looks at them."""

_BINARY = 8000
"""So many first bytes are looked at for a NUL, as git does."""


def is_looked_at(rule: ExecutableRule, path: str) -> bool:
    """Whether a pattern looks into the file `path` at all."""
    return rule.part == "all" or posixpath.splitext(path)[1].lower() not in PROSE


def matched(rule: ExecutableRule, code: Code) -> Iterator[tuple[str, int, int]]:
    """The text and the 1-based first and last line of each match of a rule's patterns; source code is never binary."""
    if not code.language and b"\0" in code.content[:_BINARY]:
        return
    text = code.only(rule.part)
    for pattern in rule.values:
        for start, end in matches_of(pattern, text):
            last = end - 1 if text[end - 1 : end] == b"\n" else end
            yield text[start:end].decode("utf-8", "replace").strip(), code.line(start), code.line(last)
