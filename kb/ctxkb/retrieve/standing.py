"""What a document's name and place say of it as an answer, whatever was asked."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from posixpath import basename, dirname
from typing import TYPE_CHECKING, Literal

from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxkb.types import Document

Standing = Literal["thin", "practice", "usual"]

_LISTING = re.compile(r"changelog|changes\.|history\.|news\.|release[-_]notes", re.IGNORECASE)
"""How the names of pages begin that list things rather than say them."""

_MATERIAL = re.compile(r"(?:^|/)(?:views|templates|fixtures|testdata)/", re.IGNORECASE)
"""Folders whose prose is part of the product or of its tests: it tells their readers something, not the developers."""

_OLD = re.compile(r"(?:^|[/_\-\s.])(?:legacy|deprecated|obsolete|outdated|archived?|old)(?:$|[/_\-\s.])", re.IGNORECASE)

_CUSTOM = re.compile(
    r"record (?:architecture|architectural) decisions|use (?:adrs?|markdown (?:any|architectural) decision records)\b",
    re.IGNORECASE,
)
"""The decision to write decisions, which shares its words with all the others."""

_PRACTICE = re.compile(r"practices?\b|principles\b|polic(?:y|ies)\b|ways-of-working|house-rules", re.IGNORECASE)
"""Guides that say how the team wants it done, though nothing binds by them."""

_LISTS = re.compile(r"(?:change-?log|references|(?:table-of-)?contents)(?:[-:]\d+)?")
"""Anchors of sections that list things."""

_SERIES = re.compile(r"[^\d]*")

OVERTAKEN = timedelta(days=180)
"""A proposal after which so much later others were accepted beside it was left behind."""


@lru_cache(maxsize=8192)
def standing(kind: Kind, path: str, title: str) -> Standing:
    """Whether a document says less than its words promise ("thin"), or how things are done ("practice")."""
    if kind is Kind.DECISION:
        return "thin" if _CUSTOM.search(title) else "usual"
    if is_listing(path) or _OLD.search(path) or _OLD.search(title):
        return "thin"
    if kind is not Kind.GUIDE:
        return "usual"
    if _MATERIAL.search(path):
        return "thin"
    return "practice" if _PRACTICE.search(basename(path)) else "usual"


def is_listing(path: str) -> bool:
    """Whether a page lists things by its name, as a changelog does."""
    return _LISTING.match(basename(path)) is not None


def lists(anchor: str) -> bool:
    """Whether a section lists things rather than says them."""
    return _LISTS.fullmatch(anchor) is not None


def same_series(one: Document, other: Document) -> bool:
    """Whether the numbers of two decisions follow each other: `adr-075` is not later than `rfc-100`."""
    return _series(one.path) == _series(other.path)


def overtaken(documents: Iterable[Document]) -> frozenset[str]:
    """The proposals that were left behind: others of their folder were accepted after them."""
    decisions = sorted((each for each in documents if each.kind is Kind.DECISION), key=attrgetter("path"))
    folders = groupby(decisions, key=lambda each: dirname(each.path))
    return frozenset(each.id for _, some in folders for each in _left_behind(list(some)))


def _left_behind(decisions: list[Document]) -> Iterator[Document]:
    accepted = [each for each in decisions if each.status == Status.ACCEPTED]
    for each in decisions:
        if each.status == Status.PROPOSED and any(_comes_after(each, other) for other in accepted):
            yield each


def _comes_after(before: Document, after: Document) -> bool:
    if before.date and after.date:
        return after.date - before.date > OVERTAKEN
    numbered = before.number.isdigit() and after.number.isdigit() and same_series(before, after)
    return numbered and int(after.number) > int(before.number)


def _series(path: str) -> str:
    found = _SERIES.match(basename(path).lower())
    return found[0] if found else ""
