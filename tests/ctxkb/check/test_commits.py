"""The commits of a change and their trailers, on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

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


@pytest.mark.parametrize("folder", ["", "deep"])
def test_a_merge_owns_what_none_of_its_parents_has(tmp_path: Path, folder: str) -> None:
    """What it brings in, and a file that both sides edited in different lines, are not its own."""
    text = "".join(f"{number}\n" for number in range(40))
    repo = Repo(tmp_path).write({"deep/both.txt": text, "deep/gone.txt": "1\n", "deep/evil.txt": "1\n"})
    repo.commit("Begin")
    repo.branch("feature").write({"deep/both.txt": text.replace("3\n", "three\n", 1)}).commit("Edit")
    repo.switch("main").write({"deep/both.txt": text.replace("30\n", "thirty\n"), "deep/theirs.txt": "1\n"}).commit()
    repo.switch("feature").git("merge", "--quiet", "--no-commit", "main")
    repo.write({"deep/evil.txt": "2\n", 'deep/größe "✓".txt': "1\n"}).remove("deep/gone.txt").commit("Merge")
    root = repo.root / folder

    merge = commits_of(open_git(root), changes(root, "main~1"))[0]

    above = "" if folder else "deep/"
    own = {f"{above}{name}" for name in ("evil.txt", "gone.txt", 'größe "✓".txt')}
    assert (merge.merge, merge.own) == (True, own)
    assert merge.paths == own | {f"{above}both.txt", f"{above}theirs.txt"}
