from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ctxkb_ingest.open import open_catalog
from support.indexed import found_paths
from support.repos import Repo
from support.workers import worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctxkb.catalog.read import Catalog

FILES: dict[str, str | bytes] = {
    "docs/a.md": "# A\n\nwalrus\n", "docs/b.md": "# B\n\notter\n", "guide/c.md": "# C\n\nheron\n",
}  # fmt: skip


@contextmanager
def _watching(root: Path) -> Iterator[Catalog]:
    """A reader's catalog of a repository with an owner in another process, once everything is in."""
    with worker("serve", root) as owner:
        assert owner.hears() == "owner"
        catalog = open_catalog(root)
        _until(lambda: bool(catalog.meta("complete")))
        yield catalog
        catalog.close()
        assert owner.end() == ""


def _until(holds: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def _state(catalog: Catalog) -> set[str]:
    return {document.path for document in catalog.documents()}


def test_a_switched_branch_is_followed(tmp_path: Path) -> None:
    """After a switch the index holds the other branch's documents, and after the switch back the first one's."""
    repo = Repo(tmp_path).write(FILES)
    repo.commit()
    repo.branch("other").move("docs/a.md", "docs/moved.md").remove("docs/b.md").commit()
    repo.switch("main")
    with _watching(tmp_path) as catalog:
        assert _state(catalog) == {"docs/a.md", "docs/b.md", "guide/c.md"}
        repo.switch("other")
        _until(lambda: _state(catalog) == {"docs/moved.md", "guide/c.md"})
        repo.switch("main")
        _until(lambda: _state(catalog) == {"docs/a.md", "docs/b.md", "guide/c.md"})


def test_moved_and_deleted_folders_are_followed(tmp_path: Path) -> None:
    """A renamed folder's documents get their new paths, a deleted one's are gone, an atomic save is an edit."""
    Repo(tmp_path).write(FILES)
    with _watching(tmp_path) as catalog:
        (tmp_path / "docs").rename(tmp_path / "guide/inner")
        _until(lambda: _state(catalog) == {"guide/inner/a.md", "guide/inner/b.md", "guide/c.md"})
        (tmp_path / "docs").mkdir()
        (tmp_path / "docs/.new.md.tmp").write_text("# New\n\npelican\n")
        (tmp_path / "docs/.new.md.tmp").rename(tmp_path / "docs/new.md")
        _until(lambda: found_paths(catalog, "pelican") == ["docs/new.md"])
        shutil.rmtree(tmp_path / "guide")
        _until(lambda: _state(catalog) == {"docs/new.md"})


def test_what_is_ignored_follows_the_settings(tmp_path: Path) -> None:
    """A changed .gitignore, .kbignore or kb.toml takes documents away and brings them back at once."""
    repo = Repo(tmp_path).write(FILES)
    with _watching(tmp_path) as catalog:
        for name, text in (
            (".kbignore", "a.md\n"),
            (".gitignore", "a.md\n"),
            ("kb.toml", '[sources]\nignore = ["**/a.md"]\n'),
        ):
            repo.write({name: text})
            _until(lambda: _state(catalog) == {"docs/b.md", "guide/c.md"})
            repo.remove(name)
            _until(lambda: len(_state(catalog)) == 3)


def test_a_broken_configuration_stops_nothing(tmp_path: Path) -> None:
    """While kb.toml cannot be read the owner says so and goes on with what it had."""
    repo = Repo(tmp_path).write(FILES)
    with worker("serve", tmp_path) as owner:
        assert owner.hears() == "owner"
        catalog = open_catalog(tmp_path)
        _until(lambda: bool(catalog.meta("complete")))
        repo.write({"kb.toml": "[sources\n"})
        assert owner.hears(5).startswith("kb.toml:1: is not valid TOML")
        repo.write({"docs/a.md": "# A\n\npelican\n"})
        _until(lambda: found_paths(catalog, "pelican") == ["docs/a.md"])
        catalog.close()
        owner.end()
