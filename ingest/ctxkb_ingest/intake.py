"""Takes the files that changed into the catalog, and drops those that are gone."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctxkb.catalog.write import drop_file, put_file, raise_vectors, set_meta, touch_file, writing
from ctxkb.formats.split import DATA
from ctxkb.types import Kind, Problem
from ctxkb_ingest.discover import discover, unusable
from ctxkb_ingest.imports import DEPTH, imported_scopes
from ctxkb_ingest.report import STALE
from ctxkb_ingest.split import ROUNDS, around, dependent, described, files_of
from ctxkb_ingest.take import Taken, take

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import FileState
    from ctxkb.config import Config
    from ctxkb.formats.split import Files
    from ctxkb.types import Scope
    from ctxkb_ingest.discover import Candidate, Discovery
    from ctxkb_ingest.report import Progress
    from ctxkb_ingest.words import Changes

BATCH_FILES = 50
BATCH_BYTES = 2_000_000
"""How many files, or bytes of them, one transaction takes in: few writes, and soon something to find."""


@dataclass(slots=True)
class Intake:
    """One run over the files: what it is given, and what it has changed so far."""

    root: Path
    config: Config
    catalog: Catalog
    progress: Progress
    again: bool
    imported: Mapping[str, Scope]
    changes: Changes
    described: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Files | None = None
    touched: set[str] = field(default_factory=set)
    """The files that are not as they were."""

    def take_in(self, found: Discovery) -> None:
        """Takes in what a look at the repository found, and what has to be read again because of it."""
        data = any(path.lower().endswith(DATA) for path in (*found.removed, *(each.path for each in found.changed)))
        if data:
            self.described = described(self.catalog.documents(Kind.CONTRACT))
        self.apply(found)
        if self.changes.changed or self.changes.removed:
            self.follow_imports()
        if data and self.touched:
            self.follow_parts()

    def apply(self, found: Discovery) -> None:
        """Takes in some files."""
        self.progress.start("files", len(found.changed))
        known = self.catalog.files()
        self.files = files_of(self.root, self.config, {*known, *(each.path for each in found.changed)})
        for batch in _batches(found.changed):
            taken = [(candidate.path, self._take(candidate, known)) for candidate in batch]
            self._write(
                [(path, one) for path, one in taken if self.again or one is None or one.state != known.get(path)], known
            )
            self.progress.advance("files", len(batch))
        states = [unusable(problem) for problem in found.skipped]
        self._write([(state.path, Taken(state)) for state in states if state != known.get(state.path)], known)
        self._write([(path, None) for path in found.removed], known)

    def follow_imports(self) -> None:
        """Reads again what is imported now and was not, or the other way round, until nothing differs."""
        for _ in range(DEPTH + 1):
            before, self.imported = (
                self.imported,
                imported_scopes(self.catalog.documents(Kind.CONVENTION), self.config.sources),
            )
            paths = [
                path for path in before.keys() | self.imported.keys() if before.get(path) != self.imported.get(path)
            ]
            if not paths:
                return
            self._again(paths)

    def follow_parts(self) -> None:
        """Reads again the contracts that are read together with what changed, and what is a part of one now or was."""
        touched = frozenset(self.touched)
        paths = dependent(self.catalog.documents(Kind.CONTRACT), touched) - touched
        for _ in range(ROUNDS):
            before, self.described = self.described, described(self.catalog.documents(Kind.CONTRACT))
            either = before.keys() | self.described.keys()
            paths |= {path for path in either if before.get(path) != self.described.get(path)}
            if not paths:
                return
            self._again(paths)
            paths = set()

    def _again(self, paths: Iterable[str]) -> None:
        known = self.catalog.files()
        self.again = True
        found = discover(self.root, self.config, known, paths=sorted(paths), again=True, imported=self.imported.keys())
        self.apply(found)

    def remember(self, settings: int) -> None:
        """Notes under which configuration all files were read."""
        with writing(self.catalog) as connection:
            set_meta(connection, {"settings": settings})

    def _take(self, candidate: Candidate, known: Mapping[str, FileState]) -> Taken | None:
        state = None if self.again else known.get(candidate.path)
        given = around(self.files, self.described, candidate.path) if self.files else None
        return take(self.root, candidate, self.config, state, self.imported.get(candidate.path), given)

    def _write(self, batch: Sequence[tuple[str, Taken | None]], known: Mapping[str, FileState]) -> None:
        """Writes what came of some files in one transaction; None drops a file."""
        if not batch:
            return
        with writing(self.catalog) as connection:
            for path, taken in batch:
                if taken is None:
                    drop_file(connection, path)
                else:
                    _put(connection, taken)
                self._count(path, taken, known)
                if taken is None or not taken.same:
                    self.touched.add(path)
            if not all(taken is not None and taken.same for _, taken in batch):
                raise_vectors(connection)
                set_meta(connection, {"complete": 0})

    def _count(self, path: str, taken: Taken | None, known: Mapping[str, FileState]) -> None:
        was_document = path in known and bool(known[path].kind)
        if taken is None or not taken.state.kind:
            if was_document:
                self.changes.removed.append(path)
        elif not taken.same:
            self.changes.changed.append(path)


def _batches(candidates: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    batch: list[Candidate] = []
    size = 0
    for candidate in candidates:
        batch.append(candidate)
        size += candidate.size
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _put(connection: sqlite3.Connection, taken: Taken) -> None:
    state = taken.state
    if taken.same:
        touch_file(connection, state)
    elif taken.failed and _has_documents(connection, state.path):
        # a contract that an editor has half saved still binds: it is better answered as it was than not at all
        touch_file(connection, replace(state, problems=tuple(map(_as_stale, state.problems))))
    else:
        _put_or_report(connection, taken)


def _as_stale(problem: Problem) -> Problem:
    return replace(problem, reason=problem.reason + STALE) if problem.concern == "reading" else problem


def _has_documents(connection: sqlite3.Connection, path: str) -> bool:
    return connection.execute("SELECT 1 FROM documents WHERE path = ? LIMIT 1", (path,)).fetchone() is not None


def _put_or_report(connection: sqlite3.Connection, taken: Taken) -> None:
    """Writes a file; one whose ids another file has taken (`a.md` with a part `b`, and `a.md#b`) is reported."""
    connection.execute("SAVEPOINT file")
    try:
        put_file(connection, taken.state, taken.documents, taken.units)
    except sqlite3.IntegrityError:
        connection.execute("ROLLBACK TO file")
        problem = Problem(taken.state.path, 0, "its parts have the ids of another file's; rename the file")
        put_file(connection, replace(taken.state, problems=(*taken.state.problems, problem)), (), ())
    connection.execute("RELEASE file")
