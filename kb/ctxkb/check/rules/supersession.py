"""decision-supersession: a decision and its successor name each other, and the chain ends somewhere."""

from __future__ import annotations

import os
import posixpath
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.documents import PROSE
from ctxkb.check.findings import Breach
from ctxkb.formats.graph import NEVER_HELD, Finder, build_graph
from ctxkb.types import SETTLED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.context import Context
    from ctxkb.check.findings import FindingSeverity
    from ctxkb.formats.graph import Dangling, Edge
    from ctxkb.types import Document

_SUPERSESSION = {"supersedes": "supersedes", "superseded-by": "is superseded by"}


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong, `about` which files, the first of them to be mended: the same at both ends is no one's doing."""

    about: tuple[str, ...]
    line: int
    message: str
    fix: str
    severity: FindingSeverity | None = None


def check_supersession(context: Context) -> Iterator[Breach]:
    """Links about supersession that lead nowhere, that only one side knows, or that go round in a circle."""
    if not context.decisions_differ and not _may_lose_target(context):
        return
    moved = {change.old: change.path for change in context.changes.files if change.kind == "R"}
    then = {
        (fault.message, tuple(moved.get(path, path) for path in fault.about))
        for fault in _faults(context.base.decisions(), context.base.tree.paths())
    }
    judged = set(context.judged())
    for fault in _faults(context.head.decisions(), context.head.tree.paths()):
        known = (fault.message, fault.about) in then
        if not known or judged & set(fault.about):
            yield Breach(fault.about[0], fault.line, fault.message, fault.fix, known, fault.severity)


def _may_lose_target(context: Context) -> bool:
    """Whether a page goes that a decision names: such a link may lead to a file that is no decision."""
    old = (change.old for change in context.changes.files if change.kind in "DR")
    gone = [os.fsencode(posixpath.basename(path)) for path in old if path.lower().endswith(PROSE)]
    return bool(gone) and any(name in text for _, text in context.head.written_decisions() for name in gone)


def _faults(decisions: Sequence[Document], paths: frozenset[str]) -> Iterator[_Fault]:
    documents = {document.id: document for document in decisions}
    graph = build_graph(decisions)
    finder = Finder(decisions)
    for each in graph.dangling:
        source = documents[each.document]
        if each.link.relation in _SUPERSESSION and not _is_elsewhere(source, each, paths):
            yield _missing(source, each)
    edges = [edge for edge in graph.edges if edge.relation == "supersedes"]
    for edge in edges:
        yield from _one_sided(edge, documents, finder)
    for ring in rings((edge.source, edge.target) for edge in edges):
        yield _circle([documents[each].path for each in ring])


def _is_elsewhere(source: Document, lost: Dangling, paths: frozenset[str]) -> bool:
    """Whether the link leads out of the repository, or to a file of it which is no decision."""
    target = lost.link.target.split("#")[0]
    if re.match(r"[a-z][a-z0-9+.-]*:", target, re.IGNORECASE):
        return True
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(source.path), target))
    return beside in paths or target.lstrip("/") in paths


def _missing(source: Document, lost: Dangling) -> _Fault:
    return _Fault(
        about=(source.path,),
        line=lost.link.line,
        message=f'{_SUPERSESSION[lost.link.relation]} "{lost.link.target}", which is no decision here',
        fix="correct the number or path, or take the link out",
    )


def _one_sided(edge: Edge, documents: dict[str, Document], finder: Finder) -> Iterator[_Fault]:
    new, old = documents[edge.source], documents[edge.target]
    name, older = posixpath.basename(new.path), posixpath.basename(old.path)
    if edge.said_by == (new.id,) and old.status not in SETTLED and new.status not in NEVER_HELD:
        yield _Fault(
            about=(new.path, old.path),
            line=_line(new, "supersedes", old, finder),
            message=f'supersedes {older}, whose own status is still "{old.status_text or old.status}"',
            fix=f'set the status in {old.path} to "superseded by {name}"',
        )
    elif edge.said_by == (old.id,):
        yield _Fault(
            about=(old.path, new.path),
            line=_line(old, "superseded-by", new, finder),
            message=f"is superseded by {name}, which does not say so",
            fix=f"write in {new.path} that it supersedes {older}",
            # MADR asks only the older decision to say it, and that is the side which would mislead a reader.
            severity="info",
        )


def _line(document: Document, relation: str, other: Document, finder: Finder) -> int:
    links = (link for link in document.links if link.relation == relation)
    return next((link.line for link in links if finder.find(document, link.target) == other.id), 0)


def _circle(ring: Sequence[str]) -> _Fault:
    names = " -> ".join(posixpath.basename(path) for path in (*ring, ring[0]))
    return _Fault(
        about=tuple(ring),
        line=0,
        message=f"supersedes itself in a circle: {names}",
        fix="decide which of them holds, and take the link out of that one",
    )


def rings(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, ...]]:
    """The rings in a directed graph of (from, to), each from its smallest name on, sorted."""
    after: dict[str, set[str]] = defaultdict(set)
    for source, target in pairs:
        after[source].add(target)
    found: set[tuple[str, ...]] = set()
    done: set[str] = set()
    for start in sorted(after):
        _walk(start, after, done, found)
    return sorted(found)


def _walk(start: str, after: dict[str, set[str]], done: set[str], found: set[tuple[str, ...]]) -> None:
    """Go depth first from `start`, without recursion: chains of decisions may be long."""
    trail: list[str] = []
    waiting: list[tuple[str, bool]] = [(start, False)]
    while waiting:
        name, leaving = waiting.pop()
        if leaving:
            trail.pop()
            done.add(name)
        elif name in trail:
            ring = trail[trail.index(name) :]
            least = ring.index(min(ring))
            found.add((*ring[least:], *ring[:least]))
        elif name not in done:
            trail.append(name)
            waiting.append((name, True))
            waiting.extend((each, False) for each in sorted(after.get(name, ()), reverse=True))
