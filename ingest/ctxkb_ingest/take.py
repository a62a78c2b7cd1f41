"""Takes one file in: reads it, tells what it is, parses it and cuts it into units."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxkb.catalog.rows import FileState
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.formats.sniff import HEAD
from ctxkb.privacy.clean import clean_source, visible_document
from ctxkb.privacy.invisible import visible
from ctxkb.types import Document, Parsed, Problem, Source, Unit
from ctxkb_ingest.cut import cut
from ctxkb_ingest.split import PART, TOGETHER

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.config import Config, Privacy
    from ctxkb.formats.split import Around
    from ctxkb.types import Kind, Scope
    from ctxkb_ingest.discover import Candidate

RACY_NS = 2_000_000_000
"""A file may change again within one tick of the file system's clock, of up to two seconds, and keep its time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one file.

    `same` is true where its content is what the catalog holds already. Where it cannot be read, `documents` are
    empty and the state says why.
    """

    state: FileState
    documents: tuple[Document, ...] = ()
    units: tuple[Unit, ...] = ()
    same: bool = False

    @property
    def failed(self) -> bool:
        """Whether the file is a document that gave nothing but a reason; one that was emptied has none to give."""
        unread = any(problem.concern == "reading" for problem in self.state.problems)
        return unread and not self.documents and self.state.size > 0


def take(
    root: Path,
    candidate: Candidate,
    config: Config,
    known: FileState | None,
    scope: Scope | None = None,
    around: Around | None = None,
) -> Taken | None:
    """What a file holds; None where it is gone. `known` spares parsing what has not changed, None asks for it all.

    `scope` is what an imported file governs, in place of what it says itself; `around` gives a contract the files that
    it is split over, and makes one of a file that another contract refers to.
    """
    looked_at = time.time_ns()
    try:
        content, what = _read(root, candidate, config, PART if around and around.described_by else None)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Taken(_state(candidate, problem=f"cannot be read: {error.strerror}"))
    limit = config.index.max_file_kb
    if what is not None and content is None:
        return Taken(_state(candidate, problem=f"larger than {limit} kB; raise max_file_kb in [index], or ignore it"))
    # git's racy entries (https://git-scm.com/docs/racy-git): no time that is too young to tell a later change apart
    racy = looked_at - candidate.mtime_ns < RACY_NS
    state = _state(replace(candidate, mtime_ns=0) if racy else candidate)
    if what is None or content is None:
        return Taken(replace(state, kind="", format=""))
    kind, form = what
    state = replace(state, sha256=hashlib.sha256(content).hexdigest(), kind=kind.value, format=form)
    if known is not None and (known.sha256, known.kind, known.format) == (state.sha256, state.kind, state.format):
        return Taken(replace(state, problems=known.problems), same=True)
    given = around if form in TOGETHER else None
    return _parsed(state, Source(candidate.path, content, kind, form), scope, config.privacy, given)


def read_candidate(root: Path, candidate: Candidate, config: Config) -> Source | None:
    """A file as a source, its secrets masked; None where it is gone, closed to us, too large, or no document."""
    try:
        content, what = _read(root, candidate, config)
    except OSError:  # what cannot be read is reported by a run of the indexer
        return None
    if content is None or what is None:
        return None
    return clean_source(Source(candidate.path, content, *what), config.privacy)[0]


def source_units(
    source: Source, scope: Scope | None = None, around: Around | None = None
) -> tuple[Parsed, tuple[Unit, ...]]:
    """A source parsed and cut, its hidden characters shown; unit ids are unique, and a problem says which were not."""
    parsed = _parse(source, around)
    documents = tuple(map(visible_document, parsed.documents))
    documents = tuple(replace(document, scope=scope) for document in documents) if scope else documents
    units: dict[str, Unit] = {}
    problems = [replace(problem, reason=visible(problem.reason)) for problem in parsed.problems]
    for unit in (unit for document in documents for unit in cut(document)):
        free = _free(unit, units)
        if free is not unit:
            problems.append(Problem(source.path, unit.first, f'two parts have the id "{unit.id}"; rename one heading'))
        units[free.id] = free
    return Parsed(documents, tuple(problems)), tuple(units.values())


def _parse(source: Source, around: Around | None) -> Parsed:
    """`parse`, with a reason also for what the parser was not made for: one file never stops the run."""
    try:
        return parse(source, around=around)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        reason = f"cannot be parsed, which is a bug in ctxkb ({type(error).__name__}: {error}); please report it"
        return Parsed(problems=(Problem(source.path, 0, reason),))


def _free(unit: Unit, taken: dict[str, Unit]) -> Unit:
    """`unit` under an id that is not taken yet."""
    number, free = 1, unit
    while free.id in taken:
        number += 1
        free = replace(unit, id=f"{unit.id}~{number}", anchor=f"{unit.anchor}~{number}")
    return free


def _parsed(state: FileState, source: Source, scope: Scope | None, privacy: Privacy, around: Around | None) -> Taken:
    """What a source holds. It is masked before anything else sees it: this is the one way into the catalog."""
    clean, noted = clean_source(source, privacy)
    parsed, units = source_units(clean, scope, around)
    return Taken(replace(state, problems=(*parsed.problems, *noted)), parsed.documents, units)


def _read(
    root: Path, candidate: Candidate, config: Config, otherwise: tuple[Kind, str] | None = None
) -> tuple[bytes | None, tuple[Kind, str] | None]:
    """A file's content, None where it is too large, and what it is, None for no document.

    `otherwise` is what it is where nothing in it tells.
    """
    what = (candidate.kind, candidate.format) if candidate.kind is not None else None
    most = config.index.max_file_kb * 1000
    with (root / candidate.path).open("rb") as file:
        head = file.read(HEAD)
        found = what or classify(candidate.path, head, config.sources) or otherwise
        if found is None or candidate.size > most:
            return None, found
        content = head + file.read(most + 1 - len(head))
    return (content if len(content) <= most else None), found


def _state(candidate: Candidate, problem: str = "") -> FileState:
    problems = (Problem(candidate.path, 0, problem),) if problem else ()
    kind = candidate.kind.value if candidate.kind else ""
    return FileState(
        candidate.path, candidate.size, candidate.mtime_ns, candidate.inode, "", kind, candidate.format, problems
    )
