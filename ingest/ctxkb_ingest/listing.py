"""Which files a repository has: by git where it is one, else by walking with its `.gitignore` files."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.privacy.invisible import visible
from ctxkb.text.ignore import KBIGNORE, ignored_by
from ctxkb.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from pathspec import GitIgnoreSpec

NEVER = frozenset({".git", ".kb"})
"""Folders that hold no documents, whatever the repository's ignore files say."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Names of files as the repository lists them, without looking at the files; and names that cannot be used.

    A name may be gone from the disk, be a link, or be another repository's folder.
    """

    names: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def list_files(root: Path, only: Sequence[str] | None = None) -> Listing:
    """The files below `root` that git would track or does, without those that `.kbignore` names.

    `only` restricts the list to some files and folders. Names are relative to `root`, with forward slashes.
    """
    if only is not None and not only:
        return Listing(())
    found = _list_by_git(root, only) if _in_git(root) else None
    names = _walk(root, only) if found is None else found
    kept = (name for name in names if NEVER.isdisjoint(name.split("/")))
    usable, problems = [], []
    for name in _without_ignored(root, kept):
        if not _is_text(name):
            problems.append(Problem(shown(name), 0, "its name is not UTF-8; rename it"))
        elif (seen := visible(name)) != name:
            problems.append(Problem(seen, 0, "its name holds invisible characters; rename it"))
        else:
            usable.append(name)
    return Listing(tuple(usable), tuple(problems))


def shown(name: str) -> str:
    r"""A file's name as it can be printed and stored: bytes that are no UTF-8 are written as in `\xff`."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _in_git(root: Path) -> bool:
    return any((folder / ".git").exists() for folder in (root, *root.parents))


def _list_by_git(root: Path, only: Sequence[str] | None) -> list[str] | None:
    """What git lists, or None where git is missing or refuses: the files can be read all the same."""
    command = ["git", "--literal-pathspecs", "-c", "core.fsmonitor=false"]
    command += ["ls-files", "-z", "-co", "--exclude-standard", "--", *(only or ())]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False)
    except OSError:
        return None
    if done.returncode:
        return None
    return list(dict.fromkeys(os.fsdecode(name) for name in done.stdout.split(b"\0") if name))


def _without_ignored(root: Path, names: Iterable[str]) -> Iterator[str]:
    try:
        ignored = ignored_by((root / KBIGNORE).read_bytes())
    except OSError:
        return iter(names)
    return (name for name in names if not ignored.matches(name))


def _read_spec(file: Path) -> GitIgnoreSpec | None:
    """The patterns of a `.gitignore`; None where there is none. Lines that are no pattern are left out, as by git."""
    try:
        lines = file.read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore import GitIgnorePatternError

    kept = []
    for line in lines:
        try:
            GitIgnoreSpec.from_lines([line])
        except GitIgnorePatternError:
            continue
        kept.append(line)
    return GitIgnoreSpec.from_lines(kept)


@dataclass(frozen=True, slots=True)
class _Ignore:
    """The patterns of one folder's `.gitignore`; `prefix` is the folder with a trailing slash, or ""."""

    prefix: str
    spec: GitIgnoreSpec


def _walk(root: Path, only: Sequence[str] | None) -> Iterator[str]:
    """All files below `root` that its `.gitignore` files leave, folders that are links among them."""
    wanted = None if only is None else tuple(only)
    waiting: list[tuple[str, tuple[_Ignore, ...]]] = [("", ())]
    while waiting:
        folder, ignores = waiting.pop()
        spec = _read_spec(root / folder / ".gitignore")
        if spec is not None:
            ignores = (*ignores, _Ignore(folder, spec))
        for entry in _entries(root / folder):
            name = f"{folder}{entry.name}"
            is_folder = entry.is_dir(follow_symlinks=False)
            if entry.name in NEVER or _ignored(f"{name}/" if is_folder else name, ignores):
                continue
            if is_folder:
                waiting.append((f"{name}/", ignores))
            elif wanted is None or _below(name, wanted):
                yield name


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda entry: entry.name)
    except OSError:  # the folder is gone, or closed to us: what cannot be listed has no names to report
        return []


def _ignored(name: str, ignores: Sequence[_Ignore]) -> bool:
    for ignore in reversed(ignores):
        verdict = ignore.spec.check_file(name.removeprefix(ignore.prefix)).include
        if verdict is not None:
            return verdict
    return False


def _below(name: str, wanted: Sequence[str]) -> bool:
    return any(name == path or path in {"", "."} or name.startswith(f"{path.rstrip('/')}/") for path in wanted)
