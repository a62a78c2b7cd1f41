"""Which code the repository's rules govern, weighed by how often it changes."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.git import commit_of
from ctxkb.errors import ConfigError
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.retrieve.library import library_of
from ctxkb.retrieve.scope import governs, specificity
from ctxkb.text.code import is_code
from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.git import Git
    from ctxkb.types import Scope

LAST = 1_000
"""Commits by which files are weighed."""

LARGEST = 0.15
"""A folder with a larger share of the ungoverned changes is told by the folders in it."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder, or the files that lie directly in it (`/*`), that nothing governs: its files, and their changes."""

    path: str
    files: int
    changes: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the code is governed: files, and how often commits changed them. `places` are what is not."""

    files: int
    governed_files: int
    changes: int
    governed_changes: int
    commits: int
    general: int
    """Documents that bind everything, which is not counted as governing."""
    places: tuple[Place, ...]

    @property
    def share(self) -> float:
        """The share (0..1) of changes that touched governed files; of files, where no commit tells; 1 without code."""
        if self.changes:
            return self.governed_changes / self.changes
        return self.governed_files / self.files if self.files else 1.0


def coverage(context: Context, within: Sequence[str] = (), last: int = LAST) -> Coverage:
    """The coverage of the working tree, or of what the globs `within` match; a file weighs by its last commits.

    A file is governed where a convention, an accepted decision or a contract names it or a folder around it. What
    applies to the whole repository is on top of that. Raises `ConfigError` for a glob that matches no code: nothing of
    it would be governed, and all of it.
    """
    scopes, general = _scopes(context)
    churn, commits = _churn(context.git, last)
    inside = compile_globs(within)
    files = [path for path in sorted(context.head.tree.paths()) if _counts(context, path)]
    counted = [path for path in files if not within or inside.matches(path)]
    idle = [glob for glob in within if not glob.startswith("!") and not any(map(compile_globs([glob]).matches, files))]
    if idle or (within and not counted):
        named = ", ".join(f'"{glob}"' for glob in idle or within)
        raise ConfigError(f"--path {named} matches no code: compare it with what `git ls-files` lists")
    governed = {path for path in counted if any(_narrows(scope, path) for scope in scopes)}
    return Coverage(
        len(counted),
        len(governed),
        sum(churn[path] for path in counted),
        sum(churn[path] for path in governed),
        commits,
        general,
        tuple(sorted(_places(counted, governed, churn), key=lambda each: (-each.changes, -each.files, each.path))),
    )


def _scopes(context: Context) -> tuple[list[Scope], int]:
    """The different scopes of what binds some paths, and how many documents bind all of them."""
    read = context.head.read(sorted(context.head.tree.paths())).values()
    library = library_of(document for each in read for document in each.parsed.documents)
    binding = [each for each in library.documents.values() if library.binds_on(each, ())]
    narrow = [each.scope for each in binding if each.scope.stated and each.scope.globs]
    wide = [each for each in binding if not each.scope.globs]
    return list(dict.fromkeys(narrow)), len(wide)


def _counts(context: Context, path: str) -> bool:
    """Whether a file is code: no document, nothing that is never read."""
    sources = context.config.sources
    if not is_code(path) or is_ignored(path, sources):
        return False
    return wants_head(path) or classify(path, None, sources) is None


def _narrows(scope: Scope, path: str) -> bool:
    return governs(scope, path) and specificity(scope, path) > 0


def _churn(git: Git, last: int) -> tuple[Counter[str], int]:
    """How many of the last commits changed each file, and how many commits those are; merges are left out."""
    if not commit_of(git, "HEAD"):
        return Counter(), 0
    answer = git.run(
        "log", f"--max-count={last}", "--no-merges", "--no-renames", "--relative", "--name-only", "-z", "--format=%x01",
        "HEAD", "--", ".",
    )  # fmt: skip
    entries = os.fsdecode(answer).split("\x01")[1:]
    found = Counter(name for entry in entries for name in {part.strip("\n") for part in entry.split("\0")} if name)
    return found, len(entries)


def _places(files: Iterable[str], governed: set[str], churn: Counter[str]) -> list[Place]:
    """What nothing governs, in folders: as few as can be named, and none that holds more than `LARGEST` of it all."""
    below: dict[str, list[str]] = defaultdict(list)
    covered: set[str] = set()
    for path in files:
        if path in governed:
            covered.update(_parents(path))
        else:
            for folder in _parents(path):
                below[folder].append(path)
    most = LARGEST * sum(churn[path] for path in below[""])
    found: list[Place] = []
    waiting = [""] if below[""] else []
    while waiting:
        folder = waiting.pop()
        inside = below[folder]
        direct = [path for path in inside if path.rpartition("/")[0] == folder]
        changes = sum(churn[path] for path in inside)
        if folder not in covered and (changes <= most or len(direct) == len(inside)) and folder:
            found.append(Place(f"{folder}/", len(inside), changes))
            continue
        if direct:
            found.append(Place(f"{folder}/*".lstrip("/"), len(direct), sum(churn[path] for path in direct)))
        waiting += sorted({_child(folder, path) for path in inside if path not in direct})
    return found


def _child(folder: str, path: str) -> str:
    """The folder directly in `folder` that holds `path`."""
    prefix = f"{folder}/" if folder else ""
    return prefix + path[len(prefix) :].split("/", 1)[0]


def _parents(path: str) -> list[str]:
    """The folders around a file, the nearest first, "" for the root."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts), -1, -1)]
