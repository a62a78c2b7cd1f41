"""Moves that were made by hand: git does not track a file at its new place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.changes import Change, changes
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"a.md": "one\n", "deep/c d.md": "three\n" * 20})
    repo.commit("Begin")
    return repo


@pytest.mark.parametrize("folder", ["", "deep"])
def test_a_file_that_was_moved_by_hand_is_told_as_a_staged_move_is(repo: Repo, folder: str) -> None:
    """`mv` and an edit, in a root at the top of the repository and in one below it."""
    repo.move("deep/c d.md", "deep/größe\t✓.md").write({"deep/größe\t✓.md": "three\n" * 20 + "four\n"})
    repo.write({"deep/new.md": "other words\n" * 9})
    root = repo.root / folder

    found = changes(root, "HEAD").files

    above = "" if folder else "deep/"
    moved = Change(f"{above}größe\t✓.md", f"{above}c d.md", "R")
    assert found == (moved, Change(f"{above}new.md", "", "A"))
    repo.stage()
    assert changes(root, staged=True).files == found


def test_looking_for_moves_writes_nothing_into_the_repository(repo: Repo) -> None:
    """Neither its index nor an object, also where the index is kept in parts."""
    repo.git("update-index", "--split-index")
    repo.move("deep/c d.md", "deep/e.md").write({"empty.md": ""})
    before = {path: path.read_bytes() for path in (repo.root / ".git").rglob("*") if path.is_file()}

    found = changes(repo.root, "HEAD").files

    assert Change("deep/e.md", "deep/c d.md", "R") in found
    assert {path: path.read_bytes() for path in (repo.root / ".git").rglob("*") if path.is_file()} == before


def test_a_file_that_is_not_tracked_any_more_is_no_place_to_move_to(repo: Repo) -> None:
    """It lies where it lay, whatever else goes."""
    repo.git("rm", "--quiet", "--cached", "a.md")
    repo.remove("deep/c d.md")

    assert changes(repo.root, "HEAD").files == (
        Change("a.md", "a.md", "M"),
        Change("deep/c d.md", "deep/c d.md", "D"),
    )
