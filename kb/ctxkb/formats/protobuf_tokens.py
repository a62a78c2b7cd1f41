"""The words and marks of a Protocol Buffers file, with their lines and the comments above them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ctxkb.errors import SourceError

TokenKind = Literal["name", "number", "text", "mark", "end"]

_TOKEN = re.compile(
    r"(?P<space>[ \t\n\ufeff]+)"
    r"|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<name>\.?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)"
    r"|(?P<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?[fF]?)"
    r"|(?P<text>\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')"
    r"|(?P<mark>[{}\[\]()<>;:,=+\-]|/(?![/*]))",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its 1-based lines; `alone` where nothing else stands before it on its first line."""

    text: str
    first: int
    last: int
    alone: bool

    @property
    def words(self) -> str:
        """What it says, without its marks, on one line."""
        body = self.text[2:-2] if self.text.startswith("/*") else self.text.lstrip("/")
        return " ".join(filter(None, (line.strip().lstrip("*").strip() for line in body.split("\n"))))


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark; `line` is where it begins and `last` where it ends. `comments` stand before it."""

    kind: TokenKind
    text: str
    line: int
    last: int
    comments: tuple[Comment, ...] = ()

    @property
    def opens(self) -> int:
        """The first line of the comments that stand directly above this token, its own line where there are none."""
        line = self.line
        for comment in reversed(self.comments):
            if not comment.alone or comment.last < line - 1:
                break
            line = comment.first
        return line

    @property
    def told(self) -> str:
        """The words of the comments directly above."""
        opens = self.opens
        return " ".join(comment.words for comment in self.comments if comment.first >= opens)


def tokenise(text: str) -> list[Token]:
    """All tokens of `text` with an "end" behind them; raises `SourceError` with the line at what is none."""
    found: list[Token] = []
    comments: list[Comment] = []
    line, at, written = 1, 0, 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SourceError(f"not Protocol Buffers: {_unexpected(text, at)}", line)
        word, kind, at = match[0], match.lastgroup, match.end()
        last = line + word.count("\n")
        if kind == "comment":
            comments.append(Comment(word, line, last, alone=written < line))
            written = last
        elif kind != "space":
            found.append(Token(_KINDS[kind or ""], word, line, last, tuple(comments)))
            comments, written = [], last
        line = last
    found.append(Token("end", "", line, line, tuple(comments)))
    return found


_KINDS: dict[str, TokenKind] = {"name": "name", "number": "number", "text": "text", "mark": "mark"}


def _unexpected(text: str, at: int) -> str:
    if text.startswith("/*", at):
        return "a comment has no end"
    if text[at] in "\"'":
        return "a text in quotes has no end"
    return f"unexpected {text[at]!r}"
