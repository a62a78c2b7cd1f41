"""The commits of a period, and which of them were made with what binds their paths at hand."""

from __future__ import annotations

import os
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import TRAILER
from ctxkb.evaluate.history.choose import BOT
from ctxkb.text.code import is_code
from ctxkb.trace.answers import AFTER, BEFORE, is_about

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ctxkb.catalog.calls import LoggedCall
    from ctxkb.check.git import Git

MOST = 5_000
"""How many commits are looked at, the newest ones."""

_FORMAT = f"%x1e%H%x1f%P%x1f%aI%x1f%an <%ae>%x1f%(trailers:key={TRAILER},valueonly)%x1f"


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit that is no merge: when its author made it, the files it touches, and whether it carries a receipt."""

    hash: str
    at: datetime
    paths: frozenset[str]
    receipt: bool
    bot: bool

    @property
    def works(self) -> bool:
        """Whether a person or agent changed code in it."""
        return not self.bot and any(is_code(path) for path in self.paths)


@dataclass(frozen=True, slots=True)
class Consulted:
    """Of so many commits to code how many carry a receipt, and for how many somebody asked, by receipt or by log."""

    commits: int
    receipts: int
    asked: int


def commits_of(git: Git) -> list[Commit]:
    """The newest commits, merges left out, the latest first; none where nothing is committed."""
    answer = git.ask(
        "log", f"--max-count={MOST}", "--no-merges", "--no-show-signature", f"--format={_FORMAT}", "--name-only", "-z",
        "--no-renames", "--relative", "HEAD", "--",
    )  # fmt: skip
    return list(_commits(os.fsdecode(answer or b"")))


def _commits(answer: str) -> Iterator[Commit]:
    for record in answer.split("\x1e")[1:]:
        key, _, at, author, receipts, names = record.split("\x1f", 5)
        paths = frozenset(name.strip("\n") for name in names.split("\0") if name.strip("\n"))
        yield Commit(key, datetime.fromisoformat(at), paths, bool(receipts.strip()), bool(BOT.search(author)))


def asked_before(commits: Iterable[Commit], calls: Iterable[LoggedCall]) -> frozenset[str]:
    """The hashes of the commits before which somebody asked what binds their paths; the log tells of one machine."""
    ordered = sorted((call for call in calls if call.tool == "get_context"), key=lambda call: call.at)
    times = [call.at for call in ordered]
    found = set()
    for commit in commits:
        near = ordered[bisect_left(times, commit.at - BEFORE) : bisect_right(times, commit.at + AFTER)]
        if any(is_about(commit.paths, call) for call in near):
            found.add(commit.hash)
    return frozenset(found)


def consulted(commits: Iterable[Commit], asked: Collection[str]) -> Consulted:
    """How often what binds was asked for before code was changed; `asked` are the commits that the log knows of."""
    work = [commit for commit in commits if commit.works]
    receipts = sum(commit.receipt for commit in work)
    return Consulted(len(work), receipts, sum(commit.receipt or commit.hash in asked for commit in work))
