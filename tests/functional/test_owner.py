from __future__ import annotations

import ast
import json
import os
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from ctxkb_ingest.ask import ask_owner
from ctxkb_ingest.open import open_catalog
from support.indexed import found_paths
from support.repos import Repo
from support.workers import worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _until(holds: Callable[[], bool], seconds: float) -> float:
    """How long it took until something held; fails where it does not in time."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds, "it did not happen in time"
        time.sleep(0.005)
    return time.monotonic() - started


def _version(number: int) -> str:
    return "".join(f"# Head {part}\n\nText of version{number}\n\n" for part in range(3))


def test_ten_readers_never_see_half_a_document(tmp_path: Path) -> None:
    """While an owner takes in one edit after the other, each reader sees documents of one version only."""
    repo = Repo(tmp_path).write({"docs/a.md": _version(0), "docs/b.md": _version(0)})
    with ExitStack() as stack:
        owner = stack.enter_context(worker("serve", tmp_path))
        assert owner.hears() == "owner"
        readers = [stack.enter_context(worker("read", tmp_path)) for _ in range(10)]
        for number in range(1, 9):
            repo.write({"docs/a.md": _version(number), "docs/b.md": _version(number)})
            time.sleep(0.4)
        for reader in readers:
            assert reader.end() == ""
            assert int(reader.hears()) >= 2
        assert owner.end() == ""


def test_another_takes_over_within_seconds(tmp_path: Path) -> None:
    """When the owner is killed, one of the waiting servers becomes the owner, and takes in what changed meanwhile."""
    repo = Repo(tmp_path).write({"docs/a.md": "# A\n\nwalrus\n"})
    with worker("serve", tmp_path) as first, worker("serve", tmp_path) as second:
        assert first.hears() == "owner"
        catalog = open_catalog(tmp_path)
        _until(lambda: found_paths(catalog, "walrus") == ["docs/a.md"], 10)
        first.kill()
        repo.write({"docs/a.md": "# A\n\nnarwhal\n"})
        assert second.hears(5) == "owner"
        _until(lambda: found_paths(catalog, "narwhal") == ["docs/a.md"], 5)
        repo.write({"docs/a.md": "# A\n\npelican\n"})
        _until(lambda: found_paths(catalog, "pelican") == ["docs/a.md"], 5)
        answer = ask_owner(tmp_path, "ping", {})
        assert answer == {"pid": second.process.pid}
        assert second.end() == ""
        catalog.close()
    assert not (tmp_path / ".kb/owner.json").exists()


def test_index_beside_an_owner_asks_it(tmp_path: Path) -> None:
    """`kb index` in a repository with a server lets the server index, shows its progress and gives its report."""
    files: dict[str, str | bytes] = {f"docs/n{number}.md": f"# N{number}\n\nText {number}\n" for number in range(100)}
    Repo(tmp_path).write(files)
    told: list[dict[str, object]] = []
    with worker("serve", tmp_path) as owner:
        assert owner.hears() == "owner"
        answer = ask_owner(tmp_path, "index", {"full": True}, told.append, timeout=30)
        assert answer is not None
        assert (answer["files"], answer["changed"], answer["complete"]) == (100, 100, True)
        assert {"phase": "files", "total": 100} in told
        with worker("index", tmp_path) as asking:
            report = ast.literal_eval(asking.hears())
        assert (report["files"], report["embedded"], report["texts"]) == (100, 0, 0)
        assert owner.end() == ""


def test_an_edit_is_answered_within_half_a_second(tmp_path: Path) -> None:
    """From the edit until every process can find it, words and vector, at most 500 ms pass, the debounce included."""
    repo = Repo(tmp_path).write({f"docs/n{number}.md": _version(number) for number in range(50)})
    with worker("serve", tmp_path) as owner:
        assert owner.hears() == "owner"
        catalog = open_catalog(tmp_path)
        _until(lambda: catalog.totals()[0] == 50 and bool(catalog.meta("complete")), 20)
        times = []
        for word in ("badger", "heron", "otter", "weasel", "stoat"):
            time.sleep(0.3)
            repo.write({"docs/n7.md": f"# Seven\n\nThe {word} lives here.\n"})
            found = _until(lambda: found_paths(catalog, word) == ["docs/n7.md"] and bool(catalog.meta("complete")), 5)  # noqa: B023 - called at once
            times.append(found)
        assert sorted(times)[2] <= 0.5, times
        assert owner.end() == ""
        catalog.close()


def test_a_long_run_delays_no_edit(tmp_path: Path) -> None:
    """While thousands of texts are being embedded, an edited file is taken in between two chunks of them."""
    files = {f"docs/n{number}.md": _version(number).replace("Text", f"Text {number}") for number in range(400)}
    repo = Repo(tmp_path).write(dict(files))
    with worker("serve", tmp_path, delay=0.3) as owner:
        assert owner.hears() == "owner"
        catalog = open_catalog(tmp_path)
        _until(lambda: catalog.totals()[0] == 400, 20)
        repo.write({"docs/n7.md": "# Seven\n\nThe badger lives here.\n"})
        _until(lambda: found_paths(catalog, "badger") == ["docs/n7.md"], 2)
        assert catalog.meta("complete") == 0
        owner.kill()
        catalog.close()


def test_a_seat_that_ends_leaves_nothing_behind(tmp_path: Path) -> None:
    """A server that ends cleanly takes its address away; Chroma can be opened again without a rebuild."""
    Repo(tmp_path).write({"docs/a.md": _version(1)})
    with worker("serve", tmp_path) as owner:
        assert owner.hears() == "owner"
        catalog = open_catalog(tmp_path)
        _until(lambda: (tmp_path / ".kb/chroma/db/chroma.sqlite3").exists() and bool(catalog.meta("complete")), 20)
        socket_folder = os.path.dirname(json.loads((tmp_path / ".kb/owner.json").read_text())["address"])  # noqa: PTH120 - a plain string
        time.sleep(1)
        assert owner.end() == ""
        held = json.loads((tmp_path / ".kb/chroma/held.json").read_text())
        assert held["generation"] == catalog.meta("vectors")
        assert not os.path.exists(socket_folder)  # noqa: PTH110 - a plain string
        catalog.close()
    assert not (tmp_path / ".kb/chroma/dirty").exists()
    assert not (tmp_path / ".kb/owner.json").exists()
