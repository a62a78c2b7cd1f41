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


def test_a_file_that_was_moved_by_hand_shows_what_it_gained(repo: Repo) -> None:
    """Git does not track it where it is now."""
    repo.move("old.txt", "new.txt").write({"new.txt": BEFORE + "9\n"})

    assert lines(repo) == {"new.txt": Lines(Ranges(((9, 9),)), NONE)}


@pytest.mark.parametrize("attribute", ["-diff", "binary", "diff=foo", "-text"])
@pytest.mark.parametrize("staged", [False, True])
def test_an_attribute_hides_no_lines(repo: Repo, attribute: str, staged: bool) -> None:
    """It stands in a file that the change itself may write."""
    repo.write({".gitattributes": f"* {attribute}\n", "a.txt": AFTER}).stage()

    assert lines(repo, staged=staged)["a.txt"] == Lines(Ranges(((2, 2), (5, 6))), Ranges(((2, 2), (6, 6))))


@pytest.mark.parametrize("name", ["deep/new.txt", "a and b.txt", 'q"ü and q"ü.txt', "[x]*.txt"])
def test_a_nul_byte_hides_no_lines(repo: Repo, name: str) -> None:
    """Git takes such a file for binary, a program for source code; it may have moved, too."""
    repo.move("old.txt", name).commit()
    repo.write({name: "0\0\n" + BEFORE + "9\n"}).commit()
    assert lines(repo, base="HEAD~1", head="HEAD")[name].added == Ranges(((1, 1), (10, 10)))

    repo.move(name, "moved and moved.txt").write({"moved and moved.txt": "0\0\n" + BEFORE + "9\nten\n"}).commit()
    assert lines(repo, base="HEAD~1", head="HEAD")["moved and moved.txt"] == Lines(Ranges(((11, 11),)), NONE)


def test_every_line_counts_where_a_file_is_too_large_to_compare(repo: Repo) -> None:
    """But for pictures, which have none."""
    large = b"\0" + b"x\n" * 6_000_001
    repo.write({"large.bin": large, "b.png": b"\0\n"}).commit()
    repo.write({"large.bin": large + b"y\n", "b.png": b"\0\n\n"})

    assert lines(repo, base="HEAD") == {
        "large.bin": Lines(EVERY, EVERY),
        "b.png": Lines(NONE, NONE, shown=False),
    }


def test_a_new_mode_is_no_new_line(repo: Repo) -> None:
    """Not even of a file that an attribute makes binary."""
    repo.write({".gitattributes": "* -diff\n"}).commit()
    (repo.root / "a.txt").chmod(0o755)

    assert lines(repo, base="HEAD") == {"a.txt": Lines()}
