"""Which commits ask a question that the knowledge base should have answered, and why the others do not."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from ctxkb.check.trees import BlobTree
from ctxkb.evaluate.history.commits import CHUNK, commits
from ctxkb.evaluate.history.message import is_revert, question_of
from ctxkb.formats.classify import classify, is_ignored, wants_head
from ctxkb.formats.sniff import HEAD
from ctxkb.retrieve.standing import is_listing
from ctxkb.text.code import is_code

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxkb.check.git import Git
    from ctxkb.config import Sources
    from ctxkb.evaluate.history.commits import Commit, Touched

HUGE = 50
"""A commit that changes more files than this is a sweep, not one piece of work."""

SWEEP = 10
"""Likewise one that changes more documents than this."""

MOST_PATHS = 20
"""How many of the files that a commit changes are named in its question."""

LARGEST = 1_000_000
"""Bytes above which a data file is not looked into for a contract."""

BOT = re.compile(
    r"\[bot\]|\b(?:dependabot|renovate|greenkeeper|snyk|github-actions|semantic-release|allcontributors|"
    r"pre-commit-ci|weblate|crowdin|transifex)\b|(?:^|[-_ ])bot(?=$|[\s@<>-])",
    re.IGNORECASE,
)
"""What the name or address of a program that commits looks like."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one commit asks: its message and paths, and the documents, by their paths at the parent, that it changed."""

    commit: str
    parent: str
    query: str
    paths: tuple[str, ...]
    documents: tuple[str, ...]
    revert: bool


@dataclass
class Choice:
    """The cases, the newest first, of so many commits looked at, and how many were skipped for what reason."""

    cases: list[Case] = field(default_factory=list)
    considered: int = 0
    skipped: Counter[str] = field(default_factory=Counter)


def choose(git: Git, sources: Sources, last: int) -> Choice:
    """The newest `last` commits that ask something; no commit is looked at after them."""
    choice = Choice()
    looked = commits(git)
    while chunk := list(islice(looked, CHUNK)):
        heads = _heads(git, sources, chunk)
        for commit in chunk:
            if len(choice.cases) == last:
                return choice
            choice.considered += 1
            found = _case(sources, commit, heads)
            if isinstance(found, Case):
                choice.cases.append(found)
            else:
                choice.skipped[found] += 1
    return choice


def _heads(git: Git, sources: Sources, chunk: Iterable[Commit]) -> dict[str, bytes]:
    """By blob, the first bytes of the data files that some commits changed: they tell whether it is a contract."""
    files = (touched for commit in chunk if not _unfit(commit) for touched in commit.files)
    blobs = {_blob(touched): _blob(touched) for touched in files if _is_unsure(touched, sources)}
    return {blob: content[:HEAD] for blob, content in BlobTree(git, blobs).read(blobs, LARGEST)}


def _case(sources: Sources, commit: Commit, heads: Mapping[str, bytes]) -> Case | str:
    """What a commit asks, or why it asks nothing."""
    if reason := _unfit(commit):
        return reason
    documents, others = _parted(sources, commit.files, heads)
    known = [touched.old for touched in documents if touched.old and touched.edited]
    code = [touched.path or touched.old for touched in others if _is_code(touched, sources)]
    query, revert = question_of(commit.message), is_revert(commit.message)
    reasons = {
        "without a document": not documents,
        "with new or moved documents only": not known,
        f"of more than {SWEEP} documents": len(known) > SWEEP,
        "without code": not code and not revert,
        "whose message says nothing": not query,
    }
    reason = next((name for name, applies in reasons.items() if applies), "")
    return reason or Case(commit.hash, commit.parents[0], query, tuple(code[:MOST_PATHS]), tuple(known), revert)


def _unfit(commit: Commit) -> str:
    """Why a commit asks nothing whatever it changed, or ""."""
    if len(commit.parents) > 1:
        return "merges"
    if not commit.parents:
        return "without a parent"
    if BOT.search(commit.author):
        return "by bots"
    return f"of more than {HUGE} files" if len(commit.files) > HUGE else ""


def _parted(
    sources: Sources, files: Iterable[Touched], heads: Mapping[str, bytes]
) -> tuple[list[Touched], list[Touched]]:
    """The documents among some files, as they were or, where they are new, as they are; and the other files.

    What lists what happened is no document here: it changes with everything and answers nothing.
    """
    documents: list[Touched] = []
    others: list[Touched] = []
    for touched in files:
        path = touched.old or touched.path
        told = classify(path, heads.get(_blob(touched)), sources) is not None
        (documents if told and not is_listing(path) else others).append(touched)
    return documents, others


def _is_unsure(touched: Touched, sources: Sources) -> bool:
    path = touched.old or touched.path
    return wants_head(path) and not is_ignored(path, sources)


def _blob(touched: Touched) -> str:
    return touched.old_blob or touched.blob


def _is_code(touched: Touched, sources: Sources) -> bool:
    path = touched.path or touched.old
    return is_code(path) and ":" not in path and not is_ignored(path, sources)
