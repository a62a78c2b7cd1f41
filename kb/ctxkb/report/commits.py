"""The commits of a period, and which of them were made with what binds their paths at hand."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import TRAILER
from ctxkb.evaluate.history.choose import BOT
from ctxkb.text.code import is_code
from ctxkb.trace.answers import is_about, is_near

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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


def consulted(commits: Iterable[Commit], calls: Sequence[LoggedCall]) -> Consulted:
    """How often what binds was asked for before code was changed; the log tells of this machine alone."""
    work = [commit for commit in commits if commit.works]
    with_receipt = [commit for commit in work if commit.receipt]
    logged = [commit for commit in work if not commit.receipt and _was_asked(commit, calls)]
    return Consulted(len(work), len(with_receipt), len(with_receipt) + len(logged))


def _was_asked(commit: Commit, calls: Sequence[LoggedCall]) -> bool:
    return any(is_near(commit.at, call) and is_about(commit.paths, call) for call in calls)
