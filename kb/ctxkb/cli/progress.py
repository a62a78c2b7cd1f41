"""How far an indexing run is, as a bar on a terminal; nobody else is told."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from rich.progress import Progress, TaskID

    from ctxkb_ingest.report import Phase

LABELS = {"files": "Reading files", "embed": "Embedding texts"}


class Bar:
    """A progress bar on standard error, made when a phase has something to do."""

    def __init__(self) -> None:
        self._bar: Progress | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def start(self, phase: Phase, total: int) -> None:
        """A phase begins, or has more to do than it said."""
        if not total or not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = _make()
            self._bar.start()
        if phase in self._tasks:
            self._bar.update(self._tasks[phase], total=total, completed=0)
        else:
            self._tasks[phase] = self._bar.add_task(LABELS[phase], total=total)

    def advance(self, phase: Phase, done: int) -> None:
        """`done` more of a phase are done."""
        if self._bar is not None and phase in self._tasks:
            self._bar.advance(self._tasks[phase], done)


def _make() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
