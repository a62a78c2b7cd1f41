"""The graph that decisions make: what replaces, amends or relates to what, whichever side says so."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ctxkb.formats.names import SERIES, series_in_path
from ctxkb.types import SETTLED, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxkb.types import Document, Link

_INVERSE = {"superseded-by": "supersedes", "amended-by": "amends"}
_WORDS = "|".join((*SERIES, "decision", "dr"))
_NAMED = re.compile(rf"(?:({_WORDS})[-_ #]*)?#?0*(\d+)", re.IGNORECASE)
_LINKED = re.compile(rf"(?:(?:{_WORDS})[-_ ]?|[a-z]+[-_ ])?0*(\d+)", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(md|mdx|markdown|rst|adoc|html)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Edge:
    """`source` supersedes, amends or relates to `target`; all are ids of documents, `said_by` of those that say it."""

    source: str
    relation: str
    target: str
    said_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dangling:
    """A link whose target is no document here."""

    document: str
    link: Link


@dataclass(frozen=True, slots=True)
class Graph:
    """All relations between some documents, by source, relation and target; and the links that lead nowhere."""

    edges: tuple[Edge, ...]
    dangling: tuple[Dangling, ...]

    def successors(self) -> dict[str, tuple[str, ...]]:
        """For each superseded document the ids of those that replace it, directly."""
        found: dict[str, list[str]] = defaultdict(list)
        for edge in self.edges:
            if edge.relation == "supersedes":
                found[edge.target].append(edge.source)
        return {target: tuple(sources) for target, sources in found.items()}


def build_graph(documents: Iterable[Document]) -> Graph:
    """The relations between documents, both directions of a supersession or amendment folded into one edge."""
    known = list(documents)
    finder = Finder(known)
    said: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    dangling: list[Dangling] = []
    for document in known:
        for link in document.links:
            if link.relation == "imports":
                continue
            target = finder.find(document, link.target)
            if target is None:
                dangling.append(Dangling(document.id, link))
            elif target != document.id:
                said[_normal(document.id, link.relation, target)].add(document.id)
    edges = [Edge(*key, tuple(sorted(by))) for key, by in sorted(said.items())]
    return Graph(tuple(edges), tuple(dangling))


def _normal(document: str, relation: str, target: str) -> tuple[str, str, str]:
    if relation in _INVERSE:
        return (target, _INVERSE[relation], document)
    return (document, relation, target)


class Finder:
    """Finds the document that a link means: by path, by number in the same series, or by slug."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._paths: dict[str, str] = {}
        self._numbers: dict[str, list[Document]] = defaultdict(list)
        self._slugs: dict[str, list[Document]] = defaultdict(list)
        for document in documents:
            self._paths.setdefault(document.path, document.id)
            self._slugs[_slug(document.path)].append(document)
            if document.number:
                self._numbers[document.number.lower()].append(document)
        self._series = {document.series for numbered in self._numbers.values() for document in numbered}

    def find(self, origin: Document, target: str) -> str | None:
        """The id of the document that `target`, written in `origin`, stands for; None where there is none."""
        written = unquote(target.split("#", 1)[0].split("?", 1)[0]).strip()
        if not written:
            return None
        for path in _candidates(origin.path, written):
            if path in self._paths:
                return self._paths[path]
        found = self._numbered(origin, written) or self._slugs.get(_slug(written), [])
        return _nearest(origin, found or self._numbers.get(written.lower(), []))

    def called(self, name: str) -> list[Document]:
        """The decisions that a person calls by number ("12", "ADR-0012", "RFC 2") or slug, the likeliest first.

        A slug may follow the name of its package, as log4brains writes it ("api/20240131-use-x"). A number alone may
        be of any series; so may that of an "ADR" where no ADR has it.
        """
        *above, last = name.strip().lower().split("/")
        match = _NAMED.fullmatch(last) if not above else None
        if match is None:
            slugs = self._numbers.get(last, []) if not last.isdigit() else []
            return [each for each in slugs if set(above) <= set(each.path.lower().split("/"))]
        found = sorted(self._numbers.get(match[2], []), key=lambda each: each.series)
        series = SERIES.get((match[1] or "").lower())
        return [each for each in found if each.series == series] or ([] if series else found)

    def _numbered(self, origin: Document, written: str) -> list[Document]:
        """What a number means, or a site's address that ends in one ("/adr/21"): of the series it names, else its own.

        Decisions of one folder may name their series in some titles only, and any decision is an "ADR" to many.
        """
        match = _LINKED.fullmatch(written.rstrip("/").rpartition("/")[2].removesuffix(".html"))
        found = self._numbers.get(match[1], []) if match else []
        named = series_in_path(written)
        own = [each for each in found if each.series == (origin.series if named is None else named)]
        loose = named is None or (named == "" and "" not in self._series)
        return own or [each for each in found if loose and _is_beside(origin, each)]


def _candidates(origin: str, written: str) -> list[str]:
    folder = posixpath.dirname(origin)
    beside = posixpath.normpath(posixpath.join(folder, written))
    absolute = written.lstrip("/")
    endings = ("", ".md", ".rst", ".adoc", "/README.md")
    return [f"{base}{ending}" for base in (beside, absolute) for ending in endings]


def _slug(path: str) -> str:
    return _EXTENSION.sub("", posixpath.basename(path.rstrip("/"))).lower()


def _nearest(origin: Document, found: list[Document]) -> str | None:
    """One in the same folder first; otherwise only where there is no doubt."""
    beside = [document for document in found if _is_beside(origin, document)]
    if len(beside) == 1:
        return beside[0].id
    return found[0].id if len(found) == 1 else None


def _is_beside(one: Document, other: Document) -> bool:
    return posixpath.dirname(one.path) == posixpath.dirname(other.path)


NEVER_HELD = frozenset({Status.PROPOSED, Status.REJECTED})
"""Statuses of a decision that replaces nothing: not yet, or never."""


def statuses(documents: Mapping[str, Document], successors: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """The status in effect: one that a decision replaced is superseded, also where it does not say so.

    A decision that is itself superseded or deprecated by now did replace the earlier one; one that was proposed or
    rejected did not. Decisions that supersede each other in a circle keep what they say of themselves.
    """
    effective = {}
    for identity, document in documents.items():
        after = [other for other in successors.get(identity, ()) if other in documents]
        replaced = any(
            documents[other].status not in NEVER_HELD and identity not in _later(other, successors) for other in after
        )
        holds = document.status not in SETTLED
        effective[identity] = str(Status.SUPERSEDED) if replaced and holds else document.status
    return effective | _proposals(documents, effective)


def _proposals(documents: Mapping[str, Document], effective: Mapping[str, str]) -> dict[str, str]:
    """The status of each text of an enhancement proposal that states none: that of the `kep.yaml` beside it."""
    beside = {
        posixpath.dirname(document.path): effective[identity]
        for identity, document in documents.items()
        if document.format == "kep"
    }
    return {
        identity: beside.get(posixpath.dirname(document.path), "")
        for identity, document in documents.items()
        if document.format == "decision-kep" and not effective[identity]
    }


def _later(identity: str, successors: Mapping[str, tuple[str, ...]]) -> set[str]:
    """All that replaced a document, over any number of supersessions."""
    found: set[str] = set()
    waiting = [identity]
    while waiting:
        for other in successors.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
