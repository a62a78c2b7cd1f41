"""What a change touches: the files that differ between its base and its head."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal, cast

from ctxkb.check.git import commit_of, is_shallow, open_git
from ctxkb.check.untracked import tracking, untracked
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.check.git import Git

ChangeKind = Literal["A", "M", "D", "R"]
"""Added, modified (its type included), deleted, renamed."""

WORKING_TREE = "working tree"
INDEX = "index"

_SUBMODULE = "160000"
_LIKELY_BASES = ("origin/HEAD", "origin/main", "main", "master")
_TRUNKS = ("main", "master")
_FETCH_MORE = (
    "this clone is shallow; fetch more of it: `git fetch --unshallow` (in a GitHub workflow: `fetch-depth: 0`)"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One file that differs. `path` is where it is now (for a deleted one: was), `old` where it was, "" if nowhere.

    A `submodule` is no file: it points to a commit of another repository.
    """

    path: str
    old: str
    kind: ChangeKind
    submodule: bool = False


@dataclass(frozen=True)
class Changes:
    """All files that differ, by path.

    `base` is a commit, or "" for nothing; `head` a commit, or one of the words `WORKING_TREE` and `INDEX`. `submodules`
    are those that are new, gone, or point elsewhere: none of them is among the files.
    """

    base: str
    head: str
    files: tuple[Change, ...]
    submodules: tuple[Change, ...] = ()

    def touched(self) -> frozenset[str]:
        """All paths of the change: where its files are and where they were."""
        return frozenset(path for change in self.files for path in (change.path, change.old) if path)

    def places(self) -> frozenset[str]:
        """All paths of the change, those of its submodules among them."""
        return self.touched() | self.repositories()

    def repositories(self) -> frozenset[str]:
        """Where its submodules are and where they were."""
        return frozenset(path for change in self.submodules for path in (change.path, change.old) if path)

    def present(self) -> frozenset[str]:
        """The paths that the change adds, edits or moves to."""
        return frozenset(change.path for change in self.files if change.kind != "D")

    def before(self, path: str) -> str:
        """Where the file that is now at `path` was at the base: another path if it moved, "" if it is new."""
        return self._before.get(path, path)

    @cached_property
    def _before(self) -> dict[str, str]:
        return {change.path: change.old for change in self.files if change.kind != "D"}


def changes(root: Path, base: str = "", head: str = "", *, staged: bool = False, git: Git | None = None) -> Changes:
    """What differs between `base` and `head`, by paths relative to `root`; of submodules only where they point.

    The base is the merge base of `base` and the head, as a pull request sees it; without `base` that of the branch
    which the repository merges into, or with `staged` the commit `HEAD`. Without `head` and `staged` the head is the
    working tree, files that are not tracked and not ignored included. `git` is given where its index is not that of
    the repository. Raises `ConfigError` for a folder outside of
    git, a reference that names nothing, and a history that is cut off.
    """
    if staged and head:
        raise ConfigError("--staged and --head exclude each other: the first checks the index, the second a commit")
    git = git or open_git(root, staged=staged)
    tip = _commit(git, head) if head else commit_of(git, "HEAD")
    start = _base(git, base, tip, staged=staged)
    end = head and tip
    end = end or (INDEX if staged else WORKING_TREE)
    found = sorted(_files(git, start, end), key=lambda change: (change.path, change.kind))
    if not (base or staged or found) and start == tip and _is_cut_off(git, tip):
        raise ConfigError(f"the branch is compared with itself: {_FETCH_MORE}, or name a commit with --base")
    files = tuple(change for change in found if not change.submodule)
    return Changes(start, end, files, tuple(change for change in found if change.submodule))


def _commit(git: Git, ref: str) -> str:
    found = commit_of(git, ref)
    if not found:
        hint = _FETCH_MORE if is_shallow(git) else "see `git branch --all`, or fetch it first"
        raise ConfigError(f'"{ref}" names no commit in {git.root}: {hint}')
    return found


def _base(git: Git, wanted: str, tip: str, *, staged: bool) -> str:
    """The commit to compare with, "" in a repository without commits."""
    if wanted:
        start = _commit(git, wanted)
        return _merge_base(git, wanted, start, tip) if tip else start
    if staged or not tip:
        return tip
    likely = _likely_base(git)
    if likely:
        return _merge_base(git, likely, commit_of(git, likely), tip)
    if is_shallow(git):
        raise ConfigError(f"no branch to compare with was found: {_FETCH_MORE}, or name a commit with --base")
    return tip


def _likely_base(git: Git) -> str:
    """What a branch usually leaves and merges into, "" where there is no such reference."""
    return next((ref for ref in _LIKELY_BASES if commit_of(git, ref)), "")


def _is_cut_off(git: Git, tip: str) -> bool:
    """Whether history ends with `tip` in a shallow clone of some branch that need not be the one to merge into."""
    cut = git.root / git.word("rev-parse", "--git-path", "shallow")
    if not is_shallow(git) or tip not in cut.read_text().split():
        return False
    return git.word("rev-parse", "--abbrev-ref", _likely_base(git)).rpartition("/")[2] not in _TRUNKS


def _merge_base(git: Git, ref: str, start: str, tip: str) -> str:
    found = git.word("merge-base", start, tip)
    if not found:
        hint = _FETCH_MORE if is_shallow(git) else "name a base that they share with --base"
        raise ConfigError(f'"{ref}" and the head have no commit in common: {hint}')
    return found


def _files(git: Git, base: str, end: str) -> Iterator[Change]:
    """The changes in no particular order, none twice."""
    if not base:
        yield from (Change(path, "", "A") for path in listed(git, end))
        return
    ends = {INDEX: ("--cached", base), WORKING_TREE: (base,)}.get(end, (base, end))
    # A file in conflict is told twice, the second time as it lies in the working tree.
    found = {change.path: change for change in _differences(git, *ends)}
    if end == WORKING_TREE:
        found = _with_untracked(git, base, found)
    yield from found.values()


def _with_untracked(git: Git, base: str, found: dict[str, Change]) -> dict[str, Change]:
    """The changes by path, those of untracked files included: one of them may be where a deleted file moved to."""
    fresh = untracked(git)
    # A file that was taken out of the index but is still there is no deletion.
    kept = {path: Change(path, path, "M") for path in fresh if path in found}
    if fresh and any(change.kind == "D" and path not in kept for path, change in found.items()):
        with tracking(git, fresh) as own:
            found = {change.path: change for change in _differences(own, base)}
    return {path: Change(path, "", "A") for path in fresh} | found | kept


def _differences(git: Git, *ends: str) -> Iterator[Change]:
    answer = git.run(
        "diff", "--raw", "-z", "-M", "-l1000", "--no-abbrev", "--no-ext-diff", "--no-textconv",
        "--ignore-submodules=dirty", "--relative", *ends, "--",
    )  # fmt: skip
    words = iter(os.fsdecode(answer).split("\0"))
    for word in words:
        if not word:
            break
        old_mode, new_mode, _, _, letter = word.removeprefix(":").split(" ")
        path = next(words)
        new = next(words) if letter[0] in "RC" else path
        yield _change(letter[0], path, new, submodule=_SUBMODULE in (old_mode, new_mode))


def _change(letter: str, old: str, new: str, *, submodule: bool) -> Change:
    if letter == "A":
        return Change(new, "", "A", submodule)
    kind = cast("ChangeKind", letter) if letter in "DR" else "M"
    return Change(new, old, kind, submodule)


def listed(git: Git, end: str) -> dict[str, str]:
    """All files at `end` (a commit, `INDEX` or `WORKING_TREE`) by path, with their blobs.

    In the working tree the blobs are those of the index, "" for untracked files; a deleted file is left out.
    Symbolic links and submodules are no files.
    """
    if end not in (INDEX, WORKING_TREE):
        return dict(_entries(git.run("ls-tree", "-r", "-z", end), blob=2))
    files = dict(_entries(git.run("ls-files", "-z", "--stage"), blob=1))
    if end == WORKING_TREE:
        for path in os.fsdecode(git.run("ls-files", "-z", "--deleted")).split("\0"):
            files.pop(path, None)
        files |= dict.fromkeys(untracked(git), "")
    return files


def _entries(answer: bytes, blob: int) -> Iterator[tuple[str, str]]:
    """Path and blob of each entry (facts, a tab, the path) that is a regular file."""
    for entry in os.fsdecode(answer).split("\0"):
        facts, _, path = entry.partition("\t")
        words = facts.split(" ")
        if words[0].startswith("100"):
            yield path, words[blob]
