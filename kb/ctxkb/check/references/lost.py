"""The paths that prose names, that are not there, and that once were: for a look at a whole repository."""

from __future__ import annotations

import os
import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.references.mentions import Mention, beside, is_there, written_paths
from ctxkb.check.references.pieces import is_forbidden, is_past, pieces
from ctxkb.check.references.stale import Stale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.check.context import Context

_AT_ONCE = 500


def lost_paths(context: Context) -> list[Stale]:
    """Each place where prose names, in code, a file by its path that history knows and the head does not."""
    files = context.offered.after
    found = [
        Stale(path, Mention("path", written, piece.line, was, was), "", known=True)
        for path, content in context.head.prose.items()
        for piece in pieces(path, content.decode("utf-8", "replace").replace("\r\n", "\n"))
        if piece.where != "prose" and not is_past(piece)
        for written in written_paths(piece)
        if not is_forbidden(piece, written)
        if "/" in written.rstrip("/") and posixpath.splitext(written)[1] and not is_there(files, path, written)
        for was in {written, beside(path, written)}
    ]
    once = _once(context, {stale.mention.was for stale in found})
    return [stale for stale in found if stale.mention.was in once]


def _once(context: Context, paths: Iterable[str]) -> frozenset[str]:
    """Those of `paths` at which a commit before the head deleted a file."""
    head = "HEAD" if context.changes.head in (INDEX, WORKING_TREE) else context.changes.head
    wanted = sorted(path for path in paths if not path.startswith(".."))
    found: set[str] = set()
    for start in range(0, len(wanted), _AT_ONCE):
        literal = [f":(literal){path}" for path in wanted[start : start + _AT_ONCE]]
        answer = context.git.ask(
            "log",
            "-z",
            "--format=",
            "--name-only",
            "--no-renames",
            "--diff-filter=D",
            "--relative",
            head,
            "--",
            *literal,
        )
        found |= set(os.fsdecode(answer or b"").replace("\n", "\0").split("\0"))
    return frozenset(found)
