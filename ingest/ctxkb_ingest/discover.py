"""Finds the files that may be documents, and tells by their size and times which of them changed."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import FileState
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.types import Problem
from ctxkb_ingest.imports import IMPORTED
from ctxkb_ingest.links import follow_links
from ctxkb_ingest.listing import list_files

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from ctxkb.config import Config, Sources
    from ctxkb.types import Kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file to read: its size and times as they were before, and what it is.

    `kind` and `format` are None and "" where only its first bytes tell whether it is a document.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    kind: Kind | None
    format: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """What a look at the repository found.

    `changed` are files to read, `unchanged` counts those that need not be, `removed` are paths that are known and
    hold no document any more. `skipped` says of each name why it cannot be read.
    """

    changed: tuple[Candidate, ...]
    unchanged: int
    removed: tuple[str, ...]
    skipped: tuple[Problem, ...]


def discover(
    root: Path,
    config: Config,
    known: Mapping[str, FileState],
    *,
    paths: Sequence[str] | None = None,
    again: bool = False,
    imported: Collection[str] = (),
) -> Discovery:
    """The files below `root` that are documents or may be, compared with what is `known` of them.

    `paths` restricts the look to some files and folders; `again` takes all files for changed; `imported` names
    files that are conventions because others import them.
    """
    listing = list_files(root, paths)
    look = _Look(root, config.sources, known, imported, again)
    look.skipped.extend(listing.problems)
    for name in listing.names:
        look.at(name)
    for name, problem in follow_links(root, look.links, look.seen):
        if not problem:
            look.at(name, follow=True)
        elif look.may_matter(name):
            look.skipped.append(Problem(name, 0, problem))
    kept = look.seen | {problem.path for problem in look.skipped}
    removed = tuple(name for name in known if name not in kept and _asked(name, paths))
    return Discovery(tuple(look.changed), look.unchanged, removed, tuple(look.skipped))


@dataclass(slots=True)
class _Look:
    """One look at the repository, and what it has found so far."""

    root: Path
    sources: Sources
    known: Mapping[str, FileState]
    imported: Collection[str]
    again: bool
    changed: list[Candidate] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    skipped: list[Problem] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    unchanged: int = 0

    def at(self, name: str, *, follow: bool = False) -> None:
        """Takes note of one file, or of why it cannot be read."""
        try:
            found = os.stat(f"{self.root}/{name}", follow_symlinks=follow)  # noqa: PTH116 - a Path each takes longer
        except FileNotFoundError:  # deleted, and git was not told yet
            return
        except OSError as error:
            self.skipped.append(Problem(name, 0, f"cannot be read: {error.strerror}"))
            return
        if stat.S_ISLNK(found.st_mode):
            self.links.append(name)
        elif stat.S_ISDIR(found.st_mode):
            self.skipped.append(Problem(name.rstrip("/"), 0, "another git repository, which needs an index of its own"))
        elif self._is_known(name, found):
            self.seen.add(name)
            self.unchanged += 1
        elif (what := self.what(name)) is not None:
            if stat.S_ISREG(found.st_mode):
                self.seen.add(name)
                self.changed.append(Candidate(name, found.st_size, found.st_mtime_ns, found.st_ino, *what))
            else:
                self.skipped.append(Problem(name, 0, "not a regular file"))

    def what(self, name: str) -> tuple[Kind | None, str] | None:
        """What the file of that name is; None for no document, (None, "") where its first bytes must tell."""
        if name in self.imported:
            return IMPORTED
        if wants_head(name):
            return None if is_ignored(name, self.sources) else (None, "")
        return classify(name, None, self.sources)

    def may_matter(self, link: str) -> bool:
        """Whether a link that is not followed would be missed: it has a document's name, or may be a folder."""
        return self.what(link) is not None or "." not in link.rpartition("/")[2]

    def _is_known(self, name: str, found: os.stat_result) -> bool:
        """Whether a file need not be read: it looks as it did, and is what it was.

        A file that could not be read is tried again, since permissions leave no trace in size and times.
        """
        state = self.known.get(name)
        if self.again or state is None or (state.problems and not state.sha256):
            return False
        if (state.size, state.mtime_ns, state.inode) != (found.st_size, found.st_mtime_ns, found.st_ino):
            return False
        if name in self.imported or state.format == IMPORTED[1]:
            return (state.kind, state.format) == self.what(name)
        return True


def unusable(problem: Problem) -> FileState:
    """A name that cannot be read, as the catalog remembers it."""
    return FileState(problem.path, 0, 0, 0, "", problems=(problem,))


def _asked(name: str, paths: Collection[str] | None) -> bool:
    return paths is None or any(name == path or name.startswith(f"{path.rstrip('/')}/") for path in paths)
