"""The owner's worker: a thread that keeps the catalog up to date, one change after the other."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb.errors import KbError, StoreError
from ctxkb.types import Kind, Source
from ctxkb_ingest.embed import embed_missing
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.report import IndexReport, Silent
from ctxkb_ingest.take import source_units
from ctxkb_ingest.words import update_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb_ingest.report import Progress
    from ctxkb_ingest.watch import Changes

RESCAN_SECONDS = 60.0
"""Between two looks at all files, for changes that no event told of."""

RETRY_SECONDS = 5.0
"""After a run that failed, as on a full disk: then everything is looked at again."""

ENDED = "the process that keeps the index ended before it was done; run `kb index` again"


@dataclass(slots=True)
class _Job:
    """A run that someone waits for."""

    full: bool
    progress: Progress
    done: threading.Event = field(default_factory=threading.Event)
    report: IndexReport | None = None
    error: KbError | None = None


@dataclass(slots=True)
class _Pending:
    """What is to be done next."""

    paths: set[str] = field(default_factory=set)
    rescan: bool = False
    job: _Job | None = None

    def __bool__(self) -> bool:
        return bool(self.paths or self.rescan)


class Updater:
    """Indexes what changes, and calls `settle` after each run.

    Between two chunks of texts it takes in edited files, so that a long run delays none.
    """

    def __init__(
        self,
        root: Path,
        config: Config,
        catalog: Catalog,
        embedder: Callable[[], Embedder | None],
        settle: Callable[[], None],
        on_report: Callable[[IndexReport], None],
        on_problem: Callable[[str], None],
    ) -> None:
        self._root = root
        self._config = config
        self._catalog = catalog
        self._embedder = embedder
        self._settle = settle
        self._on_report = on_report
        self._on_problem = on_problem
        self._pending = _Pending(rescan=True)
        self._jobs: deque[_Job] = deque()
        self._wake = threading.Condition()
        self._stopping = False
        self._problem = ""
        self.looked = False
        """Whether all files have been looked at since the start: until then the catalog is as it was found."""
        self._thread = threading.Thread(target=self._work, name="kb-updater", daemon=True)

    def start(self) -> None:
        """Begins with a look at all files."""
        self._thread.start()

    def close(self) -> None:
        """Ends after the chunk at hand; whoever waits for a run is told."""
        with self._wake:
            self._stopping = True
            self._wake.notify_all()
        if self._thread.ident is not None:
            self._thread.join()

    def changed(self, changes: Changes) -> None:
        """Takes note of what a watch saw."""
        with self._wake:
            self._pending.paths |= changes.paths
            self._pending.rescan |= changes.rescan
            self._wake.notify_all()

    def run(self, *, full: bool, progress: Progress) -> IndexReport:
        """A whole run, for someone who waits for its report. Raises the `KbError` that ended it."""
        job = _Job(full, progress)
        with self._wake:
            if self._stopping:
                raise StoreError(ENDED)
            self._jobs.append(job)
            self._wake.notify_all()
        job.done.wait()
        if job.report is None:
            raise job.error or StoreError(ENDED)
        return job.report

    def _work(self) -> None:
        try:
            _warm_up()
            while (pending := self._next()) is not None:
                if pending.job is not None:
                    self._do_job(pending.job)
                else:
                    self._do(pending)
        finally:  # whatever ended this thread, nobody may wait for it
            with self._wake:
                self._stopping = True
                for job in self._jobs:
                    job.done.set()

    def _next(self) -> _Pending | None:
        """What to do next, a run that someone waits for first; None at the end."""
        with self._wake:
            patience = RETRY_SECONDS if self._problem else RESCAN_SECONDS
            if not (self._pending or self._jobs or self._stopping) and not self._wake.wait(patience):
                self._pending.rescan = True
            if self._stopping:
                return None
            if self._jobs:
                return _Pending(job=self._jobs.popleft())
            pending, self._pending = self._pending, _Pending()
            return pending

    def _do(self, pending: _Pending) -> None:
        paths = None if pending.rescan or self._problem else sorted(pending.paths)
        try:
            problem = self._reconfigure() if paths is None else ""
            report = self._index(paths)
            self.looked |= paths is None
            self._settle()
            self._on_report(report)
        except _StoppedError:
            return
        except KbError as error:  # a full disk: told once, and tried again
            problem = str(error)
        if problem and problem != self._problem:
            self._on_problem(problem)
        self._problem = problem

    def _reconfigure(self) -> str:
        """Reads the configuration again; why it cannot be read, as while it is half written: the former one goes on."""
        try:
            self._config = self._configured()
        except KbError as error:
            return str(error)
        return ""

    def _do_job(self, job: _Job) -> None:
        try:
            self._config = self._configured()
            report = self._index(None, job.progress, full=job.full)
            self.looked = True
            self._settle()
            job.report = report
        except KbError as error:
            job.error = error
        finally:
            job.done.set()

    def _configured(self) -> Config:
        """The configuration as it is now, but with the model that is loaded: another one comes with another owner."""
        kept = {"embedding": self._config.embedding, "vectors": self._config.vectors}
        return load_config(self._root).model_copy(update=kept)

    def _index(self, paths: list[str] | None, progress: Progress | None = None, *, full: bool = False) -> IndexReport:
        return index_repository(
            self._root,
            self._config,
            self._catalog,
            self._embedder,
            progress=progress,
            full=full,
            paths=paths,
            pause=self._between,
        )

    def _between(self) -> None:
        """Between two chunks of a long run: edited files first. Raises `_StoppedError` where the owner ends."""
        with self._wake:
            if self._stopping:
                raise _StoppedError(ENDED)
            paths, self._pending.paths = self._pending.paths, set()
        if paths:  # a whole look, where one is asked for, waits for the end of the run
            changes = update_words(self._root, self._config, self._catalog, Silent(), paths=sorted(paths))
            embedder = self._embedder()
            if embedder is not None:
                embed_missing(self._catalog, embedder, Silent(), paths=changes.changed)


def _warm_up() -> None:
    """Loads what parses and counts, so that the first edited file does not wait for it."""
    source_units(Source("warm-up.md", b"# Warm up\n\nOnce.\n", Kind.GUIDE, "markdown"))


class _StoppedError(StoreError):
    """The run was ended between two chunks; the next owner goes on."""
