"""Which lines a change touches, on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.changes import changes
from ctxkb.check.git import open_git
from ctxkb.check.lines import EVERY, NONE, Lines, Ranges, lines_of
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

BEFORE = "1\n2\n3\n4\n5\n6\n7\n8\n"
AFTER = "1\n2 is new\n3\n4\n4b\n4c\n5\n7\n8\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"a.txt": BEFORE, "gone.txt": "x\n", "old.txt": BEFORE})
    repo.commit()
    return repo


def lines(repo: Repo, **options: bool | str) -> dict[str, Lines]:
    return lines_of(open_git(repo.root), changes(repo.root, **options))  # type: ignore[arg-type]


def test_edits_additions_and_removals_are_ranges_at_their_own_end(repo: Repo) -> None:
    """An edited line is removed at the base and added at the head."""
    repo.write({"a.txt": AFTER})

    expected = Lines(Ranges(((2, 2), (5, 6))), Ranges(((2, 2), (6, 6))))
    assert lines(repo) == {"a.txt": expected}
    assert [line in expected.added for line in range(1, 8)] == [False, True, False, False, True, True, False]
    assert expected.added.rows(AFTER.encode()) == [b"2 is new", b"4b", b"4c"]
    assert EVERY.rows(b"a\nb") == [b"a", b"b"]
    assert (expected.added.meets(3, 4), expected.added.meets(3, 5), expected.added.meets(6, 9)) == (False, True, True)


def test_new_and_deleted_files_are_whole(repo: Repo) -> None:
    """Whether git tracks them yet or not."""
    repo.write({"new.txt": "1\n"}).remove("gone.txt")

    assert lines(repo) == {"new.txt": Lines(EVERY, NONE), "gone.txt": Lines(NONE, EVERY)}
    assert (5 in EVERY, EVERY.meets(1, 2), 1 in NONE) == (True, True, False)


@pytest.mark.parametrize("name", ["ein Name.txt", "größe ✓.txt", 'a"b.txt', "tab\there.txt", "diff --git.txt"])
def test_any_name_is_told(repo: Repo, name: str) -> None:
    """Git quotes some of them; what a file holds may look like a header."""
    repo.write({name: "--- a\n+++ b\n"}).commit()
    repo.write({name: "-- a\n++ b\n@@ -1 +1 @@\ndiff --git\n"})

    assert lines(repo, base="HEAD") == {name: Lines(Ranges(((1, 4),)), Ranges(((1, 2),)))}


def test_a_file_that_moved_shows_what_it_gained(repo: Repo) -> None:
    """By its new path; one that only moved has no lines."""
    repo.move("old.txt", "deep/new.txt").write({"deep/new.txt": BEFORE + "9\n"}).stage()

    assert lines(repo, staged=True) == {"deep/new.txt": Lines(Ranges(((9, 9),)), NONE)}
