"""Brings the catalog's documents, units and words up to date with the files; vectors follow in `vectors`."""

from __future__ import annotations

import hashlib
import sqlite3
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctxkb import __version__
from ctxkb.catalog.rows import FileState
from ctxkb.catalog.write import drop_file, put_file, raise_vectors, set_meta, touch_file, writing
from ctxkb.types import Kind, Problem
from ctxkb_ingest.discover import discover
from ctxkb_ingest.imports import DEPTH, imported_scopes
from ctxkb_ingest.take import Taken, take

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.types import Scope
    from ctxkb_ingest.discover import Candidate, Discovery
    from ctxkb_ingest.report import Progress

BATCH_FILES = 50
BATCH_BYTES = 2_000_000
"""How many files, or bytes of them, one transaction takes in: few writes, and soon something to find."""

STALE = "; what it said before is still used"


@dataclass(slots=True)
class Changes:
    """The files that a run read, and those that it dropped, by their paths."""

    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def update_words(
    root: Path,
    config: Config,
    catalog: Catalog,
    progress: Progress,
    *,
    full: bool = False,
    paths: Sequence[str] | None = None,
) -> Changes:
    """Reads what changed and drops what is gone; each transaction holds whole files.

    `full` reads everything again; `paths` looks at some files and folders only. A configuration that differs from the
    last run's in what it takes for documents asks for everything.
    """
    settings = fingerprint(config.sources.model_dump_json(), config.index.model_dump_json())
    again = full or catalog.meta("settings") != settings
    imported = _imported(catalog, config)
    found = discover(
        root, config, catalog.files(), paths=None if again else paths, again=again, imported=imported.keys()
    )
    run = _Run(root, config, catalog, progress, again, imported)
    run.apply(found)
    if run.changes != Changes():
        run.follow_imports()
    if again:
        run.remember(settings)
    return run.changes


def fingerprint(*settings: str) -> int:
    """A number that changes when the settings, or the version of ctxkb, do."""
    digest = hashlib.sha256("\0".join((__version__, *settings)).encode()).digest()
    return int.from_bytes(digest[:7])


def _imported(catalog: Catalog, config: Config) -> dict[str, Scope]:
    return imported_scopes(catalog.documents(Kind.CONVENTION), config.sources)


@dataclass(slots=True)
class _Run:
    """One run over the files: what it is given, and what it has changed so far."""

    root: Path
    config: Config
    catalog: Catalog
    progress: Progress
    again: bool
    imported: Mapping[str, Scope]
    changes: Changes = field(default_factory=Changes)

    def apply(self, found: Discovery) -> None:
        """Takes in what a look at the repository found."""
        self.progress.start("files", len(found.changed))
        known = self.catalog.files()
        for batch in _batches(found.changed):
            taken = [(candidate.path, self._take(candidate, known)) for candidate in batch]
            self._write(
                [(path, one) for path, one in taken if self.again or one is None or one.state != known.get(path)], known
            )
            self.progress.advance("files", len(batch))
        unusable = [_unusable(problem) for problem in found.skipped]
        self._write([(state.path, Taken(state)) for state in unusable if state != known.get(state.path)], known)
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
            known = self.catalog.files()
            self.again = True
            self.apply(discover(self.root, self.config, known, paths=paths, again=True, imported=self.imported.keys()))

    def remember(self, settings: int) -> None:
        """Notes under which configuration all files were read."""
        with writing(self.catalog) as connection:
            set_meta(connection, {"settings": settings})

    def _take(self, candidate: Candidate, known: Mapping[str, FileState]) -> Taken | None:
        state = None if self.again else known.get(candidate.path)
        return take(self.root, candidate, self.config, state, self.imported.get(candidate.path))

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


def _unusable(problem: Problem) -> FileState:
    """A name that cannot be read, as the catalog remembers it."""
    return FileState(problem.path, 0, 0, 0, "", problems=(problem,))


def _put(connection: sqlite3.Connection, taken: Taken) -> None:
    state = taken.state
    if taken.same:
        touch_file(connection, state)
    elif taken.failed and _has_documents(connection, state.path):
        # a contract that an editor has half saved still binds: it is better answered as it was than not at all
        problems = tuple(replace(problem, reason=problem.reason + STALE) for problem in state.problems)
        touch_file(connection, replace(state, problems=problems))
    else:
        _put_or_report(connection, taken)


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
