"""Finds waivers that stand in the comments of files: `kb-waive: RULE until=... owner=... reason=...`."""

from __future__ import annotations

import io
import re
import tokenize
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MARK = b"kb-waive:"

_COMMENT = re.compile(
    r"(?://+|/\*+|#+|--+|;+|%+|<!--+|\{#|<%(?:--|#)|\(\*+|\{-|\bREM\b|^\s*\*|^\s*\.\.)[ \t]*kb-waive:(?P<text>.*)",
    re.IGNORECASE,
)
"""What opens a comment in the languages that there are, at once followed by the mark."""

_HTML = re.compile(r"<!--+\s*kb-waive:(?P<text>.*)", re.IGNORECASE)
_END = re.compile(r"\s*(?:--+>|\*+/|\*+\)|-\}|#\}|--%>|%>).*")
_LITERAL = re.compile(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|`[^`]*`")
_CODE_SPAN = re.compile(r"`[^`]*`")


def marked_lines(path: str, content: bytes) -> Iterator[tuple[int, str]]:
    """The 1-based lines of the file with a waiver in a comment, and what stands behind the mark.

    A mark inside a string, or inside the code of a Markdown file, is text about waivers and none of them.
    """
    if MARK not in content or b"\0" in content[:8000]:
        return
    text = content.decode("utf-8", "replace")
    name = path.lower()
    if name.endswith((".md", ".markdown")):
        yield from _in_markdown(text)
    elif name.endswith((".py", ".pyi")) and (comments := _python_comments(text)) is not None:
        yield from _in_lines(comments)
    else:
        yield from _in_lines(enumerate(text.split("\n"), 1))


def _python_comments(text: str) -> Sequence[tuple[int, str]] | None:
    """The comments with their lines, None where the text is no Python."""
    try:
        found = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    return [(token.start[0], token.string) for token in found if token.type == tokenize.COMMENT]


def _in_lines(lines: Iterator[tuple[int, str]] | Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    for number, line in lines:
        match = _COMMENT.search(line)
        if match and not re.search("[\"`']", _LITERAL.sub("", line[: match.start()])):
            yield number, _END.sub("", match["text"]).strip()


def _in_markdown(text: str) -> Iterator[tuple[int, str]]:
    """HTML comments outside of code, and comments of the front matter."""
    from ctxkb.text.markdown import tokens

    rows = text.split("\n")
    head = _front_matter(rows)
    yield from _in_lines(list(enumerate(rows[:head], 1)))
    body = "\n".join([""] * head + rows[head:])
    code = {
        line
        for token in tokens(body)
        if token.type in {"fence", "code_block"} and token.map
        for line in range(*token.map)
    }
    for index in range(head, len(rows)):
        match = None if index in code else _HTML.search(_CODE_SPAN.sub("", rows[index]))
        if match:
            yield index + 1, _END.sub("", match["text"]).strip()


def _front_matter(rows: Sequence[str]) -> int:
    """How many lines the front matter takes, 0 where there is none."""
    if not rows or rows[0].strip() != "---":
        return 0
    return next((index + 1 for index, row in enumerate(rows[1:], 1) if row.rstrip() == "---"), 0)
