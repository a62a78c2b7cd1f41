"""Which strings occur in the files at the head of a change."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.documents import PROSE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from ctxkb.check.context import Context

_BINARY = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".pdf", ".zip", ".gz", ".jar", ".woff", ".woff2", ".mp4")
_NOT_SEARCHED = (*PROSE, *_BINARY)
_VENDORED = re.compile(r"(?:^|/)(?:\.?venv|site-packages|node_modules|vendor|third_party)/")
"""What others wrote: a name that only occurs there is none of this repository."""

_LARGEST = 2_000_000
_FEW = 40
"""Up to so many strings are looked for one by one; more are looked up among the words of each file."""

_WORDS = re.compile(rb"[\w$]+")


def occurring(context: Context, strings: Collection[str], *, words: bool = True) -> frozenset[str]:
    """Those of `strings` that stand in a file at the head which is no prose; with `words` as whole words only."""
    left = {string.encode("utf-8", "surrogateescape") for string in strings}
    found: set[bytes] = set()
    for _, content in _files(context) if left else ():
        if words and len(left) > _FEW:
            here = left.intersection(_WORDS.findall(content))
        else:
            here = {each for each in left if each in content and (not words or _has_word(content, each))}
        found |= here
        left -= here
        if not left:
            break
    return frozenset(each.decode("utf-8", "surrogateescape") for each in found)


def _has_word(content: bytes, word: bytes) -> bool:
    return re.search(rb"(?<![\w$])" + re.escape(word) + rb"(?![\w$])", content) is not None


def files_with(context: Context, strings: Collection[str]) -> list[str]:
    """The files at the head, prose left out, that hold one of `strings`, in order."""
    wanted = [string.encode("utf-8", "surrogateescape") for string in strings if string]
    return [path for path, content in _files(context) if any(each in content for each in wanted)] if wanted else []


def _files(context: Context) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of every file that may hold code or configuration."""
    paths = sorted(
        path
        for path in context.head.tree.paths()
        if not path.lower().endswith(_NOT_SEARCHED) and not _VENDORED.search(path)
    )
    return ((path, content) for path, content in context.head.tree.read(paths, _LARGEST) if b"\0" not in content[:8000])


def stand_ins(context: Context) -> frozenset[str]:
    """The paths at the head that are symbolic links or other repositories: what lies behind them is not told here."""
    head = context.changes.head
    if head in (INDEX, WORKING_TREE):
        answer = context.git.run("ls-files", "-z", "--stage")
    else:
        answer = context.git.run("ls-tree", "-r", "-z", head)
    entries = (entry.partition("\t") for entry in os.fsdecode(answer).split("\0"))
    return frozenset(path for facts, _, path in entries if facts.startswith(("120000", "160000")))
