"""Manifests that are programs, as text to search: comments blanked, strings and line numbers kept."""

from __future__ import annotations

import re

_SLASHES = re.compile(
    r"""(?P<kept>\"\"\".*?\"\"\"|'''.*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|/\*.*?(?:\*/|\Z)|//[^\n]*""",
    re.DOTALL,
)
_HASHES = re.compile(
    r"""(?P<kept>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|^=begin\b.*?(?:^=end\b|\Z)|^__END__$.*|\#[^\n]*""",
    re.DOTALL | re.MULTILINE,
)


def without_comments(content: str, *, ruby: bool = False) -> str:
    """`content` with spaces in place of its comments: those of Ruby, else those of Groovy and Kotlin."""
    return (_HASHES if ruby else _SLASHES).sub(_blank, content)


def _blank(found: re.Match[str]) -> str:
    return found["kept"] or re.sub(r"[^\n]", " ", found[0])


def line_at(content: str, position: int) -> int:
    """The 1-based line of a position."""
    return content.count("\n", 0, position) + 1
