"""The documents as they stood at a commit, in a folder of their own that moves from commit to commit."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from ctxkb.check.changes import listed
from ctxkb.check.trees import BlobTree
from ctxkb.evaluate.history.commits import differences
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.text.ignore import KBIGNORE

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.check.git import Git
    from ctxkb.config import Sources

_PROSE = frozenset({".md", ".markdown", ".mdx", ".mdc", ".txt"})
"""What an agent's file may import from anywhere."""


class Past:
    """Files below `folder` as they were at one commit: those that are documents, may be, or decide which are.

    Symbolic links are left out, and files of more than `limit` bytes. Nothing else of the repository is touched.
    """

    def __init__(self, git: Git, sources: Sources, folder: Path, limit: int) -> None:
        self._git = git
        self._sources = sources
        self._folder = folder
        self._limit = limit
        self._commit = ""

    def move_to(self, commit: str) -> tuple[str, ...]:
        """Makes the folder what `commit` holds; the paths that changed with it."""
        removed, blobs = self._steps(commit)
        for path in removed:
            self._remove(path)
        for path, content in BlobTree(self._git, blobs).read(blobs, self._limit):
            file = self._folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        self._commit = commit
        return (*removed, *blobs)

    def _steps(self, commit: str) -> tuple[list[str], dict[str, str]]:
        """What to remove, and the blobs to write by path."""
        if not self._commit:
            return [], {path: blob for path, blob in listed(self._git, commit).items() if self._matters(path)}
        changed = differences(self._git, self._commit, commit)
        removed = [touched.old for touched in changed if touched.old and self._matters(touched.old)]
        return removed, {each.path: each.blob for each in changed if each.path and self._matters(each.path)}

    def _matters(self, path: str) -> bool:
        if path == KBIGNORE:
            return True
        if not _is_inside(path) or is_ignored(path, self._sources):
            return False
        if wants_head(path) or posixpath.splitext(path)[1].lower() in _PROSE:
            return True
        return classify(path, None, self._sources) is not None

    def _remove(self, path: str) -> None:
        """Removes a file and the folders that it leaves empty, since a file may come in their place."""
        file = self._folder / path
        file.unlink(missing_ok=True)
        for folder in file.parents:
            if folder == self._folder or any(folder.iterdir()):
                return
            folder.rmdir()


def _is_inside(path: str) -> bool:
    r"""Whether a path out of git's objects, which may hold any name, stays below the folder that it is written to."""
    parts = path.split("/")
    return not ({"", ".", ".."} & set(parts) or "\\" in path or ":" in parts[0])
