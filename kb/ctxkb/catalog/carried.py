"""Receipts that travel with a commit: what an answer held, in a line that can be verified without the index.

`kb-7g5tw42yeu q3hd7zka -m2pxa5fe`: the receipt's name, then for each document that bound four characters of the hash of
its path and four of its content, after a `-` where it was left out. `aaaa` in place of the content is one that changed
since the answer was given. 20 bits each: one of a million is taken for another one by chance.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b32encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TRAILER = "Context-Receipt"
"""The trailer of a commit's message in which a receipt stands."""

NAME = re.compile(r"kb-[a-z2-7]{10}")
_MARK = re.compile(r"-?[a-z2-7]{8}")
_WIDTH = 4
CHANGED = "a" * _WIDTH

Verdict = Literal["included", "older", "left out", "missing"]
"""What a receipt says of a document as it is now."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What one or several receipts of a commit say: the contents given by path, both hashed, and what was left out."""

    included: Mapping[str, frozenset[str]]
    left_out: frozenset[str]

    def verdict(self, path: str, content: bytes) -> Verdict:
        """What is known of the document at `path` whose file holds `content` now."""
        key = _short(path.encode("utf-8", "surrogateescape"))
        if content_mark(content) in self.included.get(key, frozenset()):
            return "included"
        if key in self.included:
            return "older"
        return "left out" if key in self.left_out else "missing"


def content_mark(content: bytes) -> str:
    """What stands for the content of a file; line ends do not matter."""
    return _short(content.replace(b"\r\n", b"\n"))


def write_carried(name: str, included: Mapping[str, str], left_out: Iterable[str]) -> str:
    """The line for a receipt: `included` gives the mark of the content by path."""
    marks = [f"{_short(path.encode('utf-8', 'surrogateescape'))}{mark}" for path, mark in sorted(included.items())]
    marks += [f"-{_short(path.encode('utf-8', 'surrogateescape'))}{CHANGED}" for path in sorted(left_out)]
    return " ".join([name, *marks])


def read_carried(values: Iterable[str]) -> Carried | None:
    """What the receipts of a commit say together; None where one is no receipt, or only the name of one."""
    included: dict[str, set[str]] = {}
    left_out: set[str] = set()
    for value in values:
        name, *marks = value.split() or [""]
        if not NAME.fullmatch(name) or not marks or not all(map(_MARK.fullmatch, marks)):
            return None
        for mark in marks:
            if mark.startswith("-"):
                left_out.add(mark[1 : 1 + _WIDTH])
            else:
                included.setdefault(mark[:_WIDTH], set()).add(mark[_WIDTH:])
    return Carried({key: frozenset(marks) for key, marks in included.items()}, frozenset(left_out))


def _short(content: bytes) -> str:
    return b32encode(hashlib.sha256(content).digest()).decode().lower()[:_WIDTH]
