"""Where the files that are written from the conventions differ from them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.sync.files import BEGIN, END, SHARED_FILES, generated, is_ours, left_over, sources, without

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.documents import Documents
    from ctxkb.config.models import Sync


@dataclass(frozen=True, slots=True)
class Drift:
    """A file that differs from the conventions: what is wrong, and what shall stand there; None deletes it.

    `mine` is false where it holds something else in that place, which people must look at.
    """

    path: str
    before: str | None
    after: str | None
    what: str
    mine: bool = True


def drifts(documents: Documents, sync: Sync) -> Iterator[Drift]:
    """The files at one end of a change that `kb sync` would write or delete, by path.

    Where nothing is set that is only what was written before.
    """
    wanted = generated(sources(documents, sync), sync) if sync.conventions else {}
    paths = documents.tree.paths()
    texts = {
        path: content.decode("utf-8", "replace")
        for path, content in documents.tree.read(sorted({*wanted, *left_over(paths, wanted)} & paths))
    }
    for path in sorted({*wanted, *texts}):
        before = texts.get(path)
        if path not in wanted:
            if before is not None and is_ours(before):
                yield _left_over(path, before)
            continue
        after = wanted[path].within(before or "")
        if before == after:
            continue
        yield Drift(
            path, before, after, _what(before, whole=bool(wanted[path].front)), _mine(before, wanted[path].front)
        )


def _left_over(path: str, before: str) -> Drift:
    if path not in SHARED_FILES:
        return Drift(path, before, None, "is written from a convention that is no longer there")
    what = "holds rules that are written there no longer"
    mine = _mine(before, "") and before.index(BEGIN) < before.index(END)
    return Drift(path, before, without(before) or None, what, mine)


def _what(before: str | None, *, whole: bool) -> str:
    if before is None:
        return "is not written yet"
    if is_ours(before):
        return "differs from the conventions that it is written from"
    return "is somebody's own file in the place of one that is written" if whole else "lacks the conventions"


def _mine(before: str | None, front: str) -> bool:
    """Whether the file may be written: its markers make one pair, or it is a file that takes a block."""
    if before is None:
        return True
    pairs = before.count(BEGIN), before.count(END)
    return pairs == (1, 1) or (pairs == (0, 0) and not front)
