"""The commits of a repository and the files that each changed, straight from git, the newest first."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.git import Git

MOST = 20_000
"""How far back commits are looked at: a few seconds' work."""

CHUNK = 200
"""Commits whose files are asked for at once."""

REGULAR = "100"
"""How the mode of a regular file begins; links and submodules have others."""


@dataclass(frozen=True, slots=True)
class Touched:
    """One file that differs: where it is ("" if it is gone) and where it was ("" if it is new), and its blobs."""

    path: str
    old: str
    blob: str
    old_blob: str

    @property
    def edited(self) -> bool:
        """Whether its content changed, and it did not only move."""
        return self.blob != self.old_blob


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit; `author` is a name and an address, `files` are those that differ from its only parent."""

    hash: str
    parents: tuple[str, ...]
    author: str
    message: str
    files: tuple[Touched, ...] = ()


def commits(git: Git) -> Iterator[Commit]:
    """The commits that lead to `HEAD`, the newest first, at most `MOST` of them; paths are relative to `git.root`."""
    form = "%H%x01%P%x01%an <%ae>%x01%B"
    answer = git.run("log", f"--max-count={MOST}", "-z", "--no-show-signature", f"--format={form}", "HEAD", "--")
    entries = [entry for entry in answer.decode("utf-8", "replace").split("\0") if entry]
    for start in range(0, len(entries), CHUNK):
        heads = [_head(entry) for entry in entries[start : start + CHUNK]]
        changed = _files(git, [head.hash for head in heads if len(head.parents) == 1])
        for head in heads:
            yield Commit(head.hash, head.parents, head.author, head.message, tuple(changed.get(head.hash, ())))


def _head(entry: str) -> Commit:
    key, parents, author, message = entry.split("\x01", 3)
    return Commit(key.strip(), tuple(parents.split()), author, message)


def _files(git: Git, hashes: Sequence[str]) -> dict[str, list[Touched]]:
    """The files that each of some commits changed."""
    send = "".join(f"{key}\n" for key in hashes).encode()
    options = ("--stdin", "-r", "-z", "--raw", "-l1000", "--no-abbrev", "--no-ext-diff", "--relative")
    # To tell a moved file git reads both, which it cannot where an object is missing: then it is gone and new.
    answers = (git.ask("diff-tree", *options, renames, send=send) for renames in ("-M", "--no-renames"))
    answer = next((answer for answer in answers if answer is not None), None)
    if answer is None:
        raise ConfigError(f"`git diff-tree` fails in {git.root}: a commit cannot be read; see `git fsck`")
    found: dict[str, list[Touched]] = {}
    current: list[Touched] = []
    words = iter(os.fsdecode(answer).split("\0"))
    for word in words:
        if word.startswith(":"):
            current.extend(_touched(word, words))
        elif word:
            current = found.setdefault(word, [])
    return found


def differences(git: Git, one: str, other: str) -> list[Touched]:
    """The files that differ between two commits, a moved one told as gone and new."""
    options = ("-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--no-ext-diff", "--relative")
    words = iter(os.fsdecode(git.run("diff-tree", *options, one, other, "--")).split("\0"))
    return [touched for word in words if word.startswith(":") for touched in _touched(word, words)]


def _touched(facts: str, words: Iterator[str]) -> Iterator[Touched]:
    """One entry of a raw diff; its paths follow in `words`. What is no regular file on a side is not there."""
    old_mode, mode, old_blob, blob, letter = facts.removeprefix(":").split(" ")
    old = next(words)
    new = next(words) if letter[0] in "RC" else old
    was = old_mode.startswith(REGULAR) and letter[0] != "C"
    now = mode.startswith(REGULAR)
    if was or now:
        yield Touched(new if now else "", old if was else "", blob if now else "", old_blob if was else "")
