"""Watches a repository: an iterator of debounced changes. What to do about them is the caller's loop."""

from __future__ import annotations

import errno
import logging
import os
import queue
import time
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.text.ignore import KBIGNORE

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from watchdog.events import FileSystemEvent

QUIET_SECONDS = 0.15
LONGEST_SECONDS = 1.0
"""Changes that never pause are given after so long."""

POLL_SECONDS = 2.0
"""Between two looks where the system cannot tell of changes."""

MOST_PATHS = 500
"""More changes at once than this are looked for by listing all files, which is faster and misses nothing."""

SETTINGS = frozenset({"kb.toml", "pyproject.toml", ".gitignore", KBIGNORE})
"""Files that decide what is a document."""

EVERYTHING = "."
"""In place of a name: the system lost events, so that anything may have changed."""

_LOGGERS = ("watchdog.observers.inotify", "watchdog.observers.inotify_c")
_TICK_SECONDS = 0.1
_BRANCH = (".git", "HEAD")


@dataclass(frozen=True, slots=True)
class Changes:
    """Files and folders that changed, relative to the root; with `rescan` anything may have changed."""

    paths: frozenset[str] = frozenset()
    rescan: bool = False


def watch(
    root: Path,
    stop: threading.Event,
    debounce: float = QUIET_SECONDS,
    on_problem: Callable[[str], None] | None = None,
) -> Iterator[Changes]:
    """What changes below `root` from now on, once it has been quiet for `debounce` seconds, until `stop` is set.

    `.git` and `.kb` are passed over, but a switched branch and a changed ignore file or configuration ask for a rescan.
    Where the system's limit on watches is reached, `on_problem` is told, and rescans are given at intervals instead.
    The first item, given at once and empty, says that the watch stands: what changes later is not missed.
    """
    arriving: queue.SimpleQueue[str] = queue.SimpleQueue()
    observer = _observe(root, arriving, on_problem)
    if observer is None:
        yield from _poll(stop)
        return
    try:
        yield Changes()
        while not stop.is_set():
            names = _gather(arriving, stop, debounce)
            if names:
                yield _changes(names)
    finally:
        observer.stop()
        observer.join()


class _Observer:
    """The part of watchdog's observers that is used, with a type."""

    def __init__(self, root: Path, arriving: queue.SimpleQueue[str]) -> None:
        from watchdog import events
        from watchdog.observers import Observer

        wanted: list[type[FileSystemEvent]] = [
            events.FileCreatedEvent, events.FileModifiedEvent, events.FileMovedEvent, events.FileDeletedEvent,
            events.FileClosedEvent, events.DirCreatedEvent, events.DirMovedEvent, events.DirDeletedEvent,
        ]  # fmt: skip
        top = os.path.realpath(root)

        class Handler(events.FileSystemEventHandler):
            def on_any_event(self, event: FileSystemEvent) -> None:
                for path in (event.src_path, event.dest_path):
                    name = os.path.relpath(os.fsdecode(path), top) if path else ".."
                    if not name.startswith("..") and _matters(plain := name.replace(os.sep, "/")):
                        arriving.put(plain)

        self._log = _Log(arriving)
        self._observer = Observer()
        self._observer.schedule(Handler(), top, recursive=True, event_filter=wanted)

    def start(self) -> None:
        # A folder that is made while the watch begins is found twice, which watchdog warns of and which does no harm.
        warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning, "watchdog")
        for name in _LOGGERS:
            logging.getLogger(name).addFilter(self._log)
        self._observer.start()

    def stop(self) -> None:
        self._observer.stop()

    def join(self) -> None:
        if self._observer.is_alive():
            self._observer.join()
        for name in _LOGGERS:
            logging.getLogger(name).removeFilter(self._log)


class _Log(logging.Filter):
    """What watchdog logs: lost events ask for a look at everything; that it is being stopped concerns nobody."""

    def __init__(self, arriving: queue.SimpleQueue[str]) -> None:
        super().__init__()
        self._arriving = arriving

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if "overflow" in said.lower():
            self._arriving.put(EVERYTHING)
            return False
        return "thread is inactive" not in said


def _observe(
    root: Path, arriving: queue.SimpleQueue[str], on_problem: Callable[[str], None] | None
) -> _Observer | None:
    """A running observer, None where the system has no watches left."""
    observer = _Observer(root, arriving)
    try:
        observer.start()
    except OSError as error:
        observer.stop()
        observer.join()
        if error.errno not in {errno.ENOSPC, errno.EMFILE}:
            raise
        if on_problem is not None:
            on_problem(
                f"the system's limit on watched folders is reached, so {root} is looked through every "
                f"{POLL_SECONDS:g} s instead; raise it: sudo sysctl fs.inotify.max_user_watches=524288"
            )
        return None
    return observer


def _poll(stop: threading.Event) -> Iterator[Changes]:
    yield Changes()
    while not stop.wait(POLL_SECONDS):
        yield Changes(rescan=True)


def _gather(arriving: queue.SimpleQueue[str], stop: threading.Event, debounce: float) -> set[str]:
    """The names that arrive until it is quiet; nothing where `stop` is set first."""
    names: set[str] = set()
    end = 0.0
    while not stop.is_set():
        try:
            name = arriving.get(timeout=debounce if names else _TICK_SECONDS)
        except queue.Empty:
            if names:
                return names
            continue
        end = end if names else time.monotonic() + LONGEST_SECONDS
        names.add(name)
        if time.monotonic() >= end:
            return names
    return set()


def _matters(name: str) -> bool:
    """False for what is written all the time by git and by the index itself, which must not count as unrest."""
    parts = tuple(name.split("/"))
    return parts == _BRANCH or (parts[0] not in {".git", ".kb", "."} and ".git" not in parts)


def _changes(names: set[str]) -> Changes:
    settings = any(name.rpartition("/")[2] in SETTINGS or tuple(name.split("/")) == _BRANCH for name in names)
    if settings or EVERYTHING in names or len(names) > MOST_PATHS:
        return Changes(rescan=True)
    return Changes(frozenset(names))
