"""The commits of a change with the trailers that stand at the end of their messages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.changes import Changes
    from ctxkb.check.git import Git

_RECORD, _FIELD = "\x1e", "\x1f"
_FORMAT = "%x1e%H%x1f%P%x1f%an%x1f%s%x1f%(trailers:only,unfold)%x1f"


@dataclass(frozen=True, slots=True)
class Trailer:
    """One line `Key: value` at the end of a commit's message."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit of the change: its hash, author's name, subject, trailers, and the paths that it touches.

    `merge` is true for one with several parents.
    """

    hash: str
    author: str
    subject: str
    trailers: tuple[Trailer, ...]
    paths: frozenset[str]
    merge: bool = False

    def values(self, key: str) -> tuple[str, ...]:
        """What its trailers `key` say, in order; upper and lower case are the same."""
        return tuple(each.value for each in self.trailers if each.key.casefold() == key.casefold())


def commits_of(git: Git, changes: Changes) -> tuple[Commit, ...]:
    """The commits between the two ends, the latest first; a merge touches what it changed against its first parent.

    What is not committed yet belongs to none of them.
    """
    end = "HEAD" if changes.head in (INDEX, WORKING_TREE) else changes.head
    ends = [f"{changes.base}..{end}"] if changes.base else [end]
    answer = git.ask(
        "log", f"--format={_FORMAT}", "--name-only", "-z", "--no-renames", "--diff-merges=first-parent", "--relative",
        *ends, "--",
    )  # fmt: skip
    return tuple(_commits(os.fsdecode(answer or b"")))


def _commits(answer: str) -> Iterator[Commit]:
    for record in answer.split(_RECORD)[1:]:
        hash_, parents, author, subject, trailers, names = record.split(_FIELD, 5)
        paths = frozenset(name.removeprefix("\n") for name in names.split("\0") if name.strip("\n"))
        yield Commit(hash_, author, subject, tuple(_trailers(trailers)), paths, " " in parents)


def _trailers(block: str) -> Iterator[Trailer]:
    for line in block.splitlines():
        key, colon, value = line.partition(":")
        if colon:
            yield Trailer(key.strip(), value.strip())
