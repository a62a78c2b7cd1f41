"""Which strings occur in the files at the head of a change: git searches, so that nothing has to be read here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.documents import PROSE

if TYPE_CHECKING:
    from collections.abc import Collection

    from ctxkb.check.context import Context

_BINARY = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".ico", ".pdf", ".zip", ".gz", ".jar", ".woff", ".woff2", ".mp4")
_NOT_SEARCHED = tuple(f":(exclude,icase)*{ending}" for ending in (*PROSE, *_BINARY))
"""Prose itself, and what git would have to look into to see that it holds no text."""


def occurring(context: Context, strings: Collection[str], *, words: bool = True) -> frozenset[str]:
    """Those of `strings` that stand in a file at the head which is no prose; with `words` as whole words only."""
    lines = _grep(context, strings, "-h", "-o", *(["-w"] if words else []))
    return frozenset(lines) & frozenset(strings)


def files_with(context: Context, strings: Collection[str]) -> list[str]:
    """The files at the head, prose left out, that hold one of `strings`, in order."""
    head = f"{context.changes.head}:"
    return sorted(path.removeprefix(head) for path in _grep(context, strings, "-l") if path)


def _grep(context: Context, strings: Collection[str], *options: str) -> list[str]:
    if not strings:
        return []
    head = context.changes.head
    where = {INDEX: ["--cached"], WORKING_TREE: ["--untracked"]}.get(head, [head])
    sent = "\n".join(sorted(strings)).encode("utf-8", "surrogateescape")
    # It ends with 1 where it finds nothing.
    answer = context.git.ask("grep", "-I", "-F", *options, "-f", "-", *where, "--", ".", *_NOT_SEARCHED, send=sent)
    return os.fsdecode(answer or b"").split("\n")


def stand_ins(context: Context) -> frozenset[str]:
    """The paths at the head that are symbolic links or other repositories: what lies behind them is not told here."""
    head = context.changes.head
    if head in (INDEX, WORKING_TREE):
        answer = context.git.run("ls-files", "-z", "--stage")
    else:
        answer = context.git.run("ls-tree", "-r", "-z", head)
    entries = (entry.partition("\t") for entry in os.fsdecode(answer).split("\0"))
    return frozenset(path for facts, _, path in entries if facts.startswith(("120000", "160000")))
