"""What is traced: a commit, or the commit that wrote a line."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ctxkb.catalog.carried import TRAILER
from ctxkb.check.changes import Changes
from ctxkb.check.commits import commits_of
from ctxkb.check.git import commit_of
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from ctxkb.check.git import Git

_UNCOMMITTED = re.compile("0+")


@dataclass(frozen=True, slots=True)
class Target:
    """A commit with what is traced of it: all its `paths`, or the one that holds the line.

    `parent` is "" for the first commit. `line` is that of the commit's own file, `now` the place as it was asked for;
    0 and "" where the whole commit is traced. `receipts` are the values of its trailers.
    """

    commit: str
    parent: str
    subject: str
    message: str
    at: datetime
    paths: tuple[str, ...]
    receipts: tuple[str, ...]
    line: int = 0
    now: str = ""

    @property
    def name(self) -> str:
        """The commit as people name it."""
        return f'commit {self.commit[:10]} "{self.subject}"'

    def covers(self, path: str, line: int) -> bool:
        """Whether something at a place of the commit's own files (0: the whole file) is what is traced."""
        return path in self.paths and (not self.line or line in {0, self.line})


def find_target(git: Git, what: str) -> Target:
    """The commit or line that `what` names. Raises `ConfigError` where it is neither, or not committed yet."""
    place = re.fullmatch(r"(.+):(\d+)", what)
    if place and (git.root / place[1]).is_file():
        return _blamed(git, place[1], int(place[2]))
    commit = commit_of(git, what)
    if not commit:
        hint = f"there is no file {place[1]}" if place else "git log lists commits; a line is written PATH:LINE"
        raise ConfigError(f'"{what}" names no commit and no line in {git.root}: {hint}')
    return _of_commit(git, commit)


def _blamed(git: Git, path: str, line: int) -> Target:
    answer = git.ask("blame", "--porcelain", "-w", "-L", f"{line},{line}", "--", path)
    if not answer:
        raise ConfigError(f"git cannot tell who wrote {path}:{line}: the file is not committed, or is shorter")
    rows = os.fsdecode(answer).split("\n")
    commit, original = rows[0].split()[:2]
    if _UNCOMMITTED.fullmatch(commit):
        raise ConfigError(f"{path}:{line} is not committed yet: kb check judges what lies in the working tree")
    named = next((row.removeprefix("filename ") for row in rows if row.startswith("filename ")), path)
    prefix = git.word("rev-parse", "--show-prefix")
    return _of_commit(git, commit, (named.removeprefix(prefix), int(original)), f"{path}:{line}")


def _of_commit(git: Git, commit: str, place: tuple[str, int] = ("", 0), now: str = "") -> Target:
    facts = os.fsdecode(git.run("show", "-s", "--no-show-signature", "--format=%P%x01%aI%x01%B", commit, "--"))
    parents, at, message = facts.split("\x01", 2)
    parent = next(iter(parents.split()), "")
    found = commits_of(git, Changes(parent, commit, ()))[0]
    paths = (place[0],) if place[0] else tuple(sorted(found.paths))
    moment = datetime.fromisoformat(at.strip())
    receipts = found.values(TRAILER)
    return Target(commit, parent, found.subject, message.strip(), moment, paths, receipts, place[1], now)
