from __future__ import annotations

import errno
import inspect
import logging
import queue
import shutil
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from watchdog.observers import inotify, inotify_c

from ctxkb_ingest import watch as watching
from ctxkb_ingest.watch import Changes, watch
from support.repos import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

FILES: dict[str, str | bytes] = {"docs/a.md": "a", "docs/b.md": "b", "src/main.py": "c"}


@contextmanager
def watched(root: Path) -> Iterator[queue.Queue[Changes]]:
    """What a watch of `root` gives, as it comes, from when the watch stands."""
    stop = threading.Event()
    arriving: queue.Queue[Changes] = queue.Queue()

    def run() -> None:
        for changes in watch(root, stop):
            arriving.put(changes)

    thread = threading.Thread(target=run)
    thread.start()
    assert arriving.get(timeout=5) == Changes()
    try:
        yield arriving
    finally:
        stop.set()
        thread.join(5)
        assert not thread.is_alive()


def _all(arriving: queue.Queue[Changes], seconds: float = 0.8) -> Changes:
    """Everything that comes within some seconds, as one."""
    paths: frozenset[str] = frozenset()
    rescan = False
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            changes = arriving.get(timeout=left)
        except queue.Empty:
            break
        paths |= changes.paths
        rescan |= changes.rescan
    return Changes(paths, rescan)


def test_a_changed_file_is_named_soon(tmp_path: Path) -> None:
    """An edit is given once it has been quiet, well within half a second."""
    Repo(tmp_path).write(FILES)
    with watched(tmp_path) as arriving:
        started = time.monotonic()
        (tmp_path / "docs/a.md").write_text("new")
        assert arriving.get(timeout=5) == Changes(frozenset({"docs/a.md"}))
        assert time.monotonic() - started < 0.5


def test_an_index_that_is_written_meanwhile_delays_nothing(tmp_path: Path) -> None:
    """Each answer is written to the log in `.kb`: agents that keep asking must not hold up an edit."""
    Repo(tmp_path).write(FILES)
    (tmp_path / ".kb").mkdir()
    with watched(tmp_path) as arriving:
        started = time.monotonic()
        (tmp_path / "docs/a.md").write_text("new")
        while arriving.empty() and time.monotonic() - started < 5:
            (tmp_path / ".kb/audit.jsonl").write_text("asked")
            time.sleep(0.01)
        assert arriving.get(timeout=5) == Changes(frozenset({"docs/a.md"}))
        assert time.monotonic() - started < 0.6


def test_edits_in_a_row_are_given_together(tmp_path: Path) -> None:
    """What changes without a pause comes as one set."""
    Repo(tmp_path).write(FILES)
    with watched(tmp_path) as arriving:
        for number in range(20):
            (tmp_path / f"docs/n{number % 4}.md").write_text(f"{number}")
            time.sleep(0.01)
        assert arriving.get(timeout=5).paths >= {f"docs/n{number}.md" for number in range(4)}
        assert _all(arriving, 0.4) == Changes()


def test_an_atomic_save_names_the_file(tmp_path: Path) -> None:
    """An editor that writes a temporary file and renames it over the old one changes the old one's name."""
    Repo(tmp_path).write(FILES)
    with watched(tmp_path) as arriving:
        temporary = tmp_path / "docs/.a.md.swp"
        temporary.write_text("new")
        temporary.replace(tmp_path / "docs/a.md")
        assert "docs/a.md" in _all(arriving).paths


def test_folders_that_move_or_go_are_named(tmp_path: Path) -> None:
    """A renamed folder is given by both names, a deleted one by its own."""
    Repo(tmp_path).write(FILES)
    with watched(tmp_path) as arriving:
        (tmp_path / "docs").rename(tmp_path / "manual")
        assert _all(arriving).paths >= {"docs", "manual"}
        shutil.rmtree(tmp_path / "manual")
        assert "manual" in _all(arriving).paths
        (tmp_path / "more").mkdir()
        (tmp_path / "more" / "x.md").write_text("x")
        assert _all(arriving).paths >= {"more"}


def test_git_and_the_index_are_passed_over(tmp_path: Path) -> None:
    """Writing to `.git` and `.kb`, and reading anything, is no change."""
    repo = Repo(tmp_path).write(FILES)
    (tmp_path / ".kb").mkdir()
    with watched(tmp_path) as arriving:
        repo.stage()
        (tmp_path / ".kb/catalog.sqlite").write_text("x")
        (tmp_path / "docs/a.md").read_text()
        assert _all(arriving) == Changes()


def test_a_switched_branch_and_settings_ask_for_a_rescan(tmp_path: Path) -> None:
    """After a switch, or a change of what is ignored or configured, anything may have changed."""
    repo = Repo(tmp_path).write(FILES)
    repo.commit()
    with watched(tmp_path) as arriving:
        repo.git("switch", "--quiet", "--create", "other")
        assert _all(arriving).rescan
        for name in ("kb.toml", "docs/.gitignore", ".kbignore"):
            (tmp_path / name).write_text("")
            assert _all(arriving, 0.5).rescan


def test_very_many_changes_ask_for_a_rescan(tmp_path: Path) -> None:
    """Hundreds of files at once are looked for by listing them all."""
    Repo(tmp_path).write(FILES)
    with watched(tmp_path) as arriving:
        Repo(tmp_path).write({f"docs/n{number}.md": "x" for number in range(watching.MOST_PATHS + 100)})
        assert _all(arriving, 1.5).rescan


def test_events_that_the_system_lost_ask_for_a_rescan(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """An overflow, which watchdog only logs, is a rescan and no line of a log; other warnings of it still are."""
    source = inspect.getsource(inotify) + inspect.getsource(inotify_c)
    assert "queue overflowed" in source
    assert "called when the thread is inactive" in source
    log = logging.getLogger("watchdog.observers.inotify_c")
    with watched(tmp_path) as arriving:
        log.warning("Inotify queue overflowed; filesystem events were lost")
        log.error("InotifyEmitter.queue_events() called when the thread is inactive")
        log.error("another thing")
        assert _all(arriving) == Changes(rescan=True)
    assert caplog.messages == ["another thing"]
    assert log.filters == []


def test_without_watches_left_it_looks_at_intervals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the system's limit is reached it says so, how to raise it, and gives rescans instead."""

    def refuse(_observer: object) -> None:
        raise OSError(errno.ENOSPC, "inotify watch limit reached")

    monkeypatch.setattr(watching._Observer, "start", refuse)
    monkeypatch.setattr(watching, "POLL_SECONDS", 0.05)
    told: list[str] = []
    stop = threading.Event()
    given = watch(tmp_path, stop, on_problem=told.append)
    assert [next(given), next(given)] == [Changes(), Changes(rescan=True)]
    stop.set()
    assert list(given) == []
    assert "sysctl fs.inotify.max_user_watches" in told[0]
