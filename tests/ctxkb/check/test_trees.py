"""Reading the files of one end, whichever it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.changes import INDEX, WORKING_TREE
from ctxkb.check.git import open_git
from ctxkb.check.trees import tree_at
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path / "repo").write({"a.md": "one\n", "größe ✓/b c.md": b"\x00\xff\r\n", "empty.md": ""})
    (repo.root / "link.md").symlink_to("a.md")
    repo.commit()
    return repo


FILES = {"a.md": b"one\n", "empty.md": b"", "größe ✓/b c.md": b"\x00\xff\r\n"}


@pytest.mark.parametrize("end", ["HEAD", INDEX, WORKING_TREE])
def test_every_end_gives_the_same_paths_and_bytes(repo: Repo, end: str) -> None:
    """Of regular files only: a link is no document, its target is."""
    tree = tree_at(open_git(repo.root), end)

    assert tree.paths() == frozenset(FILES)
    assert dict(tree.read(sorted(FILES))) == FILES
    assert dict(tree.read(["a.md", "missing.md"])) == {"a.md": b"one\n"}


@pytest.mark.parametrize("end", ["HEAD", INDEX, WORKING_TREE])
def test_a_file_over_the_limit_is_left_out_and_the_next_one_is_read(repo: Repo, end: str) -> None:
    """Its bytes do not stay in memory."""
    repo.write({"b.md": b"x" * 3_000_000, "c.md": "three\n"}).commit()

    assert dict(tree_at(open_git(repo.root), end).read(["b.md", "c.md"], 1000)) == {"c.md": b"three\n"}


def test_the_three_ends_are_told_apart(repo: Repo) -> None:
    """What is committed, what is staged, and what lies in the folder."""
    repo.write({"a.md": "staged\n"}).stage().write({"a.md": "unstaged\n", "new.md": "new\n"}).remove("empty.md")
    git = open_git(repo.root)

    assert [dict(tree_at(git, end).read(["a.md"])) for end in ("HEAD", INDEX, WORKING_TREE)] == [
        {"a.md": b"one\n"},
        {"a.md": b"staged\n"},
        {"a.md": b"unstaged\n"},
    ]
    assert tree_at(git, WORKING_TREE).paths() == {"a.md", "new.md", "größe ✓/b c.md"}


def test_nothing_is_an_end_without_files(repo: Repo) -> None:
    """The base of a repository's first commit."""
    tree = tree_at(open_git(repo.root), "")

    assert (tree.paths(), list(tree.read(["a.md"]))) == (frozenset(), [])


def test_a_reader_that_stops_early_leaves_no_process(repo: Repo) -> None:
    """Git ends when nobody reads any more."""
    reading = tree_at(open_git(repo.root), "HEAD").read(sorted(FILES))

    assert next(reading) == ("a.md", b"one\n")
    reading.close()
