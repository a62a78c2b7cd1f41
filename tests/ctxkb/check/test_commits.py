"""The commits of a change and their trailers, on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.changes import changes
from ctxkb.check.commits import Trailer, commits_of
from ctxkb.check.git import open_git
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_commits_come_with_trailers_and_paths_the_latest_first(tmp_path: Path) -> None:
    """A trailer folded over two lines is one, and a colon in the text above is none."""
    repo = Repo(tmp_path).write({"a.txt": "1\n"})
    repo.commit("Begin")
    repo.branch("feature").write({"a.txt": "2\n", "größe ✓ b.txt": "1\n"})
    repo.commit("Change it\n\nNote: no trailer, text follows.\n\nMore text.\n\nApproved-by: Ada\nTicket: 7\n  and 8")
    repo.write({"c.txt": "1\n"}).commit("Add another")
    repo.write({"uncommitted.txt": "1\n"})

    later, earlier = commits_of(open_git(repo.root), changes(repo.root))

    assert (later.subject, later.trailers, later.paths) == ("Add another", (), {"c.txt"})
    assert earlier.trailers == (Trailer("Approved-by", "Ada"), Trailer("Ticket", "7 and 8"))
    assert earlier.paths == {"a.txt", "größe ✓ b.txt"}
    assert (earlier.author, earlier.values("approved-BY"), earlier.values("Nothing")) == ("Ada Tester", ("Ada",), ())


def test_a_repository_without_commits_has_none(tmp_path: Path) -> None:
    """Everything in it is new, and nobody said anything about it."""
    repo = Repo(tmp_path).write({"a.txt": "1\n"})

    assert commits_of(open_git(repo.root), changes(repo.root)) == ()


def test_a_message_may_hold_any_character(tmp_path: Path) -> None:
    """Separators of records among them, and a path may look like a hash."""
    repo = Repo(tmp_path).write({"a.txt": "1\n"})
    repo.commit("Begin")
    name = "a" * 40
    repo.branch("feature").write({name: "1\n"}).commit("Odd\x1e\x1f\x01 one\n\nTicket: \x1e7\x1f")
    repo.git("commit", "--quiet", "--allow-empty", "--message", "Nothing")

    empty, odd = commits_of(open_git(repo.root), changes(repo.root))

    assert (empty.subject, empty.paths) == ("Nothing", frozenset())
    assert (odd.subject, odd.paths, odd.values("Ticket")) == ("Odd\x1e\x1f\x01 one", {name}, ("7",))
