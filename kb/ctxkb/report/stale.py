"""Documents that the code has left behind, told by the history and by what they say of each other."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ctxkb.check.rules.link import check_link
from ctxkb.retrieve.library import library_of
from ctxkb.retrieve.scope import governs, specificity
from ctxkb.text.code import is_code
from ctxkb.types import SETTLED, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from ctxkb.check.context import Context
    from ctxkb.report.commits import Commit
    from ctxkb.types import Document

UNTOUCHED = timedelta(days=180)
"""A document that was edited since is not stale by age."""

CHANGES = 10
"""So many commits to what a document governs or names have to be newer than its last edit."""

_PATH = re.compile(r"[\w.@-]+(?:/[\w.@-]+)+")


@dataclass(frozen=True, slots=True)
class Stale:
    """A document that is out of date, and why in a sentence."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Freshness:
    """How many documents hold, and which of them are stale, by path."""

    documents: int
    stale: tuple[Stale, ...]

    @property
    def share(self) -> float:
        """The share (0..1) of documents that are stale; 0 where there are none."""
        return len(self.stale) / self.documents if self.documents else 0.0


def freshness(context: Context, commits: Sequence[Commit], now: datetime) -> Freshness:
    """Which documents of the working tree are stale; `context` judges all of it."""
    read = context.head.read(sorted(context.head.tree.paths()))
    documents = {one.id: one for each in read.values() for one in each.parsed.documents if not one.template}
    library = library_of(documents.values())
    held = [one for one in documents.values() if _is_kept(one) and one.status not in SETTLED]
    texts = {path: each.text for path, each in read.items()}
    found: dict[str, str] = {}
    for breach in check_link(context):
        found.setdefault(breach.path, f"a link leads nowhere: line {breach.line}")
    for one in held:
        if not library.holds(one.id):
            heirs = ", ".join(library.heirs(one.id)) or "another decision"
            found[one.path] = f"says {one.status or 'nothing of its status'}, and {heirs} replaced it"
    living = [one for one in held if one.kind is not Kind.DECISION]  # which says what was decided then
    for path, why in _left_behind(living, texts, context.head.tree.paths(), commits, now):
        found.setdefault(path, why)
    kept = {one.path for one in held}
    return Freshness(len(kept), tuple(Stale(path, why) for path, why in sorted(found.items()) if path in kept))


def _is_kept(document: Document) -> bool:
    """Whether people write and keep it: a contract is judged by the gate against the code."""
    return document.kind is not Kind.CONTRACT


def _left_behind(
    documents: Iterable[Document],
    texts: Mapping[str, str],
    paths: frozenset[str],
    commits: Sequence[Commit],
    now: datetime,
) -> Iterator[tuple[str, str]]:
    """Documents that nobody touched for long, while what they are about went on changing."""
    touched: dict[str, list[int]] = defaultdict(list)
    for number, commit in enumerate(commits):
        for path in commit.paths:
            touched[path].append(number)
    code = sorted(path for path in paths if is_code(path))
    for document in documents:
        last = touched[document.path][0] if touched[document.path] else len(commits)
        if last < len(commits) and now - commits[last].at < UNTOUCHED:
            continue
        about = _about(document, texts.get(document.path, ""), code)
        newer = {number for path in about for number in touched[path] if number < last}
        if len(newer) >= CHANGES:
            since = f"since {commits[last].at:%Y-%m-%d}" if last < len(commits) else "for very long"
            yield document.path, f"not edited {since}, while {len(newer)} commits changed what it is about"


def _about(document: Document, text: str, code: Sequence[str]) -> set[str]:
    """The files of code that a document governs by a scope of its own, and those that it names by their paths."""
    scope = document.scope
    narrow = scope.stated and bool(scope.globs)
    governed = {path for path in code if narrow and governs(scope, path) and specificity(scope, path) > 0}
    return governed | {found.removeprefix("./") for found in _PATH.findall(text)}.intersection(code)
