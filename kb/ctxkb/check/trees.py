"""The files at one end of a change: their paths and bytes, from git's objects or from the working tree."""

from __future__ import annotations

import os
import stat
import subprocess
from collections import deque
from contextlib import suppress
from tempfile import TemporaryFile
from threading import Thread
from typing import TYPE_CHECKING, Protocol

from ctxkb.check.changes import WORKING_TREE, listed
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path
    from typing import IO

    from ctxkb.check.git import Git


HELD = 64_000_000
"""Bytes of files that are held in memory, since several rules look at what changed."""

LARGEST = 12_000_000
"""Bytes of the largest file that is read where the caller names no other limit."""


class Tree(Protocol):
    """The regular files of one state of a repository."""

    def paths(self) -> frozenset[str]:
        """All paths, relative to the root, with forward slashes."""
        ...

    def read(self, paths: Iterable[str], limit: int = LARGEST) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of each of `paths`, in that order; one that is missing or above `limit` bytes is left out."""
        ...


class BlobTree:
    """A commit, or the index: `blobs` maps paths to git's object ids; bytes come through one `git cat-file`.

    The first time that one of `together` is read, all of them are: rules look at what changed file by file.
    """

    def __init__(self, git: Git, blobs: dict[str, str], together: Iterable[str] = ()) -> None:
        self._git = git
        self._blobs = blobs
        self._together = {path for path in together if path in blobs}
        self._paths = frozenset(blobs)
        self._held: dict[str, bytes] = {}
        self._room = HELD

    def paths(self) -> frozenset[str]:
        """All paths, relative to the root, with forward slashes."""
        return self._paths

    def read(self, paths: Iterable[str], limit: int = LARGEST) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of each of `paths`, in that order; one that is missing or above `limit` bytes is left out."""
        wanted = [path for path in paths if path in self._blobs]
        if not self._together.isdisjoint(wanted):
            rest = [path for path in sorted(self._together) if path not in self._held]
            self._together.clear()
            deque(self._fetched(rest, LARGEST), maxlen=0)
        fresh = self._fetched([path for path in wanted if path not in self._held], limit)
        try:
            for path in wanted:
                content = self._held[path] if path in self._held else next(fresh)
                if content is not None and len(content) <= limit:
                    yield path, content
        finally:
            fresh.close()

    def _fetched(self, wanted: list[str], limit: int) -> Generator[bytes | None, None, None]:
        """The bytes of each path from git, None where one is too large; some are held for the next rule."""
        if not wanted:
            return
        with (
            TemporaryFile() as errors,
            subprocess.Popen(
                self._git.command("cat-file", "--batch", "--buffer"),
                cwd=self._git.root,
                env=self._git.environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            ) as process,
        ):
            if process.stdin is None or process.stdout is None:
                raise ConfigError("git cat-file cannot be spoken to")
            # All are asked for at once, from a thread of its own: git answers only while somebody reads.
            asked = b"".join(self._blobs[path].encode() + b"\n" for path in wanted)
            asking = Thread(target=_ask, args=(process.stdin, asked), daemon=True)
            asking.start()
            try:
                for path in wanted:
                    words = process.stdout.readline().split()
                    if len(words) != 3:
                        raise ConfigError(_lacking(path, errors))
                    content = _content(process.stdout, int(words[2]), limit)
                    if content is not None and len(content) <= self._room:
                        self._room -= len(content)
                        self._held[path] = content
                    yield content
            finally:
                process.stdout.close()
                asking.join()


def _ask(stream: IO[bytes], asked: bytes) -> None:
    with suppress(BrokenPipeError):  # whoever reads has heard enough
        stream.write(asked)
    with suppress(BrokenPipeError):
        stream.close()


def _lacking(path: str, errors: IO[bytes]) -> str:
    """What is said where git has no bytes for a file that it lists: in a clone that left them out, or a broken one."""
    errors.seek(0)
    said = os.fsdecode(errors.read()).strip().rpartition("\n")[2]
    return f"git cannot read {path}{f' ({said})' if said else ''}: fetch what this clone left out, then try again"


def _content(stream: IO[bytes], size: int, limit: int) -> bytes | None:
    """The bytes of the next object, None where it is too large."""
    if size <= limit:
        content = stream.read(size)
        stream.read(1)
        return content
    left = size + 1
    while left > 0:
        left -= len(stream.read(min(left, 1 << 20))) or left
    return None


class WorkTree:
    """The files as they lie in the folder `root`, `paths` of them."""

    def __init__(self, root: Path, paths: Iterable[str]) -> None:
        self._root = root
        self._paths = frozenset(paths)

    def paths(self) -> frozenset[str]:
        """All paths, relative to the root, with forward slashes."""
        return self._paths

    def read(self, paths: Iterable[str], limit: int = LARGEST) -> Iterator[tuple[str, bytes]]:
        """Path and bytes of each of `paths`, in that order; one that is missing or above `limit` bytes is left out."""
        for path in paths:
            if path not in self._paths:
                continue
            file = self._root / path
            try:
                facts = file.lstat()
                if stat.S_ISREG(facts.st_mode) and facts.st_size <= limit:
                    yield path, file.read_bytes()
            except (FileNotFoundError, NotADirectoryError, PermissionError):
                # Gone since git listed it, or not ours to read: either way it is not part of this state.
                continue


def tree_at(git: Git, end: str, together: Iterable[str] = ()) -> Tree:
    """The files at `end`: a commit, `INDEX`, `WORKING_TREE`, or "" for none; `together` are read at once."""
    if not end:
        return BlobTree(git, {})
    files = listed(git, end)
    return WorkTree(git.root, files) if end == WORKING_TREE else BlobTree(git, files, together)
