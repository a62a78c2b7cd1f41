"""Couplings that a repository's own history suggests: code and documents that changed together."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

COMMITS = 1_000
"""So many of the last commits are looked at, merges left out."""

MOST_FILES = 40
"""A commit of more files is a sweep through the repository, and says nothing about any two of them."""

LEAST_TOGETHER, LEAST_SHARE, LEAST_LIFT = 6, 0.4, 3.0
"""How often the two must have changed together; in which share of the changes of the code; how many times as often as
without the code. So many commits must have left the code alone, too: else there is nothing to compare with."""

MOST = 5
"""How many couplings are proposed."""

WIDER_CODE, NARROWER_DOCUMENT = 0.85, 0.6
"""A wider folder of code, and a narrower place of documents, is proposed where its share is so much of the other's."""

PROSE = 0.8
"""A folder is one of documents where so much of it is documents."""

_TARGETS = frozenset({Kind.GUIDE, Kind.SPEC, Kind.CONTRACT})
"""Kinds of documents that describe code; a decision is written once, and a convention is about how to work."""


_PROSE = re.compile(r"\.(?:md|mdx|rst|adoc|txt|png|svg|jpe?g|gif|webp|avif|ico|mp4|pdf|woff2?)$", re.IGNORECASE)
_CHANGELOG = re.compile(r"(?:^|/)(?:change_?log|changes|history|news|releases?(?:[-_]notes)?)\b[^/]*$", re.IGNORECASE)
"""A file that every change concerns, or that a release writes."""

_MANIFEST = re.compile(
    r"(?:^|/)(?:package\.json|pyproject\.toml|setup\.(?:py|cfg)|requirements[^/]*\.txt|Cargo\.toml|go\.mod|pom\.xml"
    r"|build\.gradle(?:\.kts)?|Gemfile|composer\.json|[^/]*\.gemspec|_?version\.\w+)$"
)


@dataclass(frozen=True, slots=True)
class Together:
    """A folder of code (`when`) and a document or folder of documents (`require`), as globs, and the evidence."""

    when: str
    require: str
    together: int
    changes: int

    @property
    def share(self) -> float:
        """The share of the changes of the code that changed the document, too."""
        return self.together / self.changes

    def evidence(self) -> str:
        """The evidence in a sentence."""
        return f"in {self.together} of {self.changes} commits that changed {self.when}, {self.require} changed too"


def changed_together(root: Path, documents: Mapping[str, Kind]) -> list[Together]:
    """The couplings that history suggests, the best evidenced first; none where there is no history."""
    from ctxkb.check.git import Git

    git = Git(root)
    listed = "log", f"-{COMMITS}", "--no-merges", "--no-renames", "--name-only", "--relative", "-z", "--format=%x1e"
    answer = os.fsdecode(git.ask(*listed) or b"")
    commits = [{name.strip("\n") for name in each.split("\0")} - {""} for each in answer.split("\x1e")]
    tracked = frozenset(os.fsdecode(git.ask("ls-files", "-z") or b"").split("\0")) - {""}
    usual = [each for each in commits if 0 < len(each) <= MOST_FILES]
    return _best(_counted(usual, _places(tracked, documents), documents, tracked))


def _places(tracked: frozenset[str], documents: Mapping[str, Kind]) -> dict[str, tuple[str, ...]]:
    """For each document that describes code the globs that it may be asked for by: itself, and folders of documents."""
    files = Counter(folder for path in tracked for folder in _folders(path))
    prose = Counter(folder for path in tracked if path in documents or _is_prose(path) for folder in _folders(path))
    shelves = {folder for folder, count in files.items() if count > 1 and prose[folder] >= PROSE * count}
    return {
        path: (path, *(f"{folder}/**" for folder in _folders(path) if folder in shelves))
        for path, kind in documents.items()
        if kind in _TARGETS and path in tracked and not _CHANGELOG.search(path)
    }


def _counted(
    commits: Sequence[set[str]],
    places: Mapping[str, tuple[str, ...]],
    documents: Mapping[str, Kind],
    tracked: frozenset[str],
) -> list[Together]:
    """Every pair that is evidenced well enough."""
    present = {folder for path in tracked for folder in _folders(path)}
    changes, asked, both = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    for commit in commits:
        sources = {folder for path in commit if _is_code(path, documents) for folder in _folders(path)} & present
        targets = {place for path in commit for place in places.get(path, ())}
        changes.update(sources)
        asked.update(targets)
        both.update((source, target) for source in sources for target in targets)
    return [
        Together(f"{source}/**", target, together, changes[source])
        for (source, target), together in both.items()
        if together >= LEAST_TOGETHER
        and together >= LEAST_SHARE * changes[source]
        and _is_lifted(together, changes[source], asked[target] - together, len(commits) - changes[source])
    ]


def _is_lifted(together: int, changes: int, alone: int, others: int) -> bool:
    """Whether the document changed so much more often with the code than in the commits that left the code alone."""
    return others >= LEAST_TOGETHER and together * others >= LEAST_LIFT * changes * alone


def _is_prose(path: str) -> bool:
    return bool(_PROSE.search(path))


def _is_code(path: str, documents: Mapping[str, Kind]) -> bool:
    """Whether a file may ask for a document: neither prose, a test, a list of dependencies nor a document itself."""
    from ctxkb.check.rules.trivial import is_test
    from ctxkb.text.code import is_lock_file

    others = _PROSE.search(path) or _MANIFEST.search(path)
    return not others and path not in documents and not is_test(path) and not is_lock_file(path)


def _folders(path: str) -> Iterator[str]:
    """The folders in which a file lies, the innermost first; none at the root."""
    while path := path.rpartition("/")[0]:
        yield path


def _best(found: Sequence[Together]) -> list[Together]:
    """The best evidenced pairs: of places within each other the narrowest document, then the widest code."""
    documents = [each for each in found if not any(_better_document(other, each) for other in found)]
    kept = [each for each in documents if not any(_better_code(other, each) for other in documents)]
    return sorted(kept, key=lambda each: (-each.share * each.together, each.when, each.require))[:MOST]


def _better_document(other: Together, pair: Together) -> bool:
    if other.when != pair.when:
        return False
    if _inside(other.require, pair.require):
        return other.share >= NARROWER_DOCUMENT * pair.share
    return _inside(pair.require, other.require) and pair.share < NARROWER_DOCUMENT * other.share


def _better_code(other: Together, pair: Together) -> bool:
    if other.require != pair.require:
        return False
    if _inside(pair.when, other.when):
        return other.share >= WIDER_CODE * pair.share
    return _inside(other.when, pair.when) and pair.share < WIDER_CODE * other.share


def _inside(inner: str, outer: str) -> bool:
    """Whether what one glob matches lies within the folder of another one."""
    return inner != outer and outer.endswith("/**") and inner.startswith(outer.removesuffix("**"))
