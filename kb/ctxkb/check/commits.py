"""The commits of a change with the trailers that stand at the end of their messages."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.git import commit_of
from ctxkb.check.lines import path_in_patch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.changes import Changes
    from ctxkb.check.git import Git

_FORMAT = "%x00%H%x00%P%x00%an%x00%s%x00%(trailers:only,unfold)%x00"
"""Fields between NULs, which neither a message nor a path can hold."""

_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class Trailer:
    """One line `Key: value` at the end of a commit's message."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the change: its hash, author's name, subject, trailers, and the paths that it touches.

    `merge` is true for one with several parents; of its `paths`, `own` are those that it made other than any parent.
    """

    hash: str
    author: str
    subject: str
    trailers: tuple[Trailer, ...]
    paths: frozenset[str]
    own: frozenset[str]
    merge: bool = False

    def values(self, key: str) -> tuple[str, ...]:
        """What its trailers `key` say, in order; upper and lower case are the same."""
        return tuple(each.value for each in self.trailers if each.key.casefold() == key.casefold())


def commits_of(git: Git, changes: Changes) -> tuple[Commit, ...]:
    """The commits between the two ends, the latest first; a merge touches what it changed against its first parent.

    What is not committed yet belongs to none of them.
    """
    end = "HEAD" if changes.head in (INDEX, WORKING_TREE) else changes.head
    if not commit_of(git, end):
        return ()
    ends = [f"{changes.base}..{end}"] if changes.base else [end]
    answer = git.run(
        "log", f"--format={_FORMAT}", "--name-only", "-z", "--no-renames", "--diff-merges=first-parent", "--relative",
        "--ignore-submodules=dirty", *ends, "--",
    )  # fmt: skip
    found = tuple(_commits(os.fsdecode(answer).split("\0")))
    if not any(commit.merge for commit in found):
        return found
    made = _made_by_merges(git, *ends)
    return tuple(
        replace(each, own=each.paths & made.get(each.hash, frozenset())) if each.merge else each for each in found
    )


def _made_by_merges(git: Git, *ends: str) -> dict[str, frozenset[str]]:
    """The paths by merge with lines that none of its parents has: what git merged by itself is not among them."""
    answer = git.run(
        "log", "--merges", "--format=%x00%H", "--diff-merges=dense-combined", "-p", "-U0", "--no-renames", "--no-color",
        "--no-ext-diff", "--no-textconv", "--ignore-submodules=dirty", *ends, "--",
    )  # fmt: skip
    above = git.word("rev-parse", "--show-prefix")
    found: dict[str, set[str]] = {}
    for line in answer.split(b"\n"):  # what a file holds begins with a sign
        if line.startswith(b"\0"):
            paths = found.setdefault(line[1:].decode(), set())
        elif line.startswith(b"diff --cc "):
            paths.add(path_in_patch(line[10:]).removeprefix(above))
    return {merge: frozenset(paths) for merge, paths in found.items()}


def _commits(parts: Sequence[str]) -> Iterator[Commit]:
    """Each commit begins with a hash behind an empty part; the first of its paths follows a line break."""
    starts = [at for at in range(1, len(parts)) if not parts[at - 1] and _HASH.fullmatch(parts[at])]
    for start, end in pairwise([*starts, len(parts)]):
        hash_, parents, author, subject, trailers = parts[start : start + 5]
        paths = frozenset(name.removeprefix("\n") for name in parts[start + 5 : end] if name.strip("\n"))
        yield Commit(hash_, author, subject, tuple(_trailers(trailers)), paths, paths, " " in parents)


def _trailers(block: str) -> Iterator[Trailer]:
    for line in block.split("\n"):
        key, colon, value = line.partition(":")
        if colon:
            yield Trailer(key.strip(), value.strip())
