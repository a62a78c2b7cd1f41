"""Couplings that a repository's own history suggests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer

from ctxkb.cli.boundary import run
from ctxkb.cli.together import Together, changed_together
from ctxkb.config import load_config
from ctxkb.types import Kind
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENTS = {
    "docs/api.md": Kind.GUIDE,
    "docs/cli/run.md": Kind.GUIDE,
    "docs/cli/stop.md": Kind.GUIDE,
    "CHANGELOG.md": Kind.GUIDE,
    "docs/adr/0001-a.md": Kind.DECISION,
}
API = Together("src/api/**", "docs/api.md", 7, 8)


def _history(root: Path, *commits: tuple[int, tuple[str, ...]]) -> Repo:
    """A repository with so many commits that touch these files, after one that brings all of them."""
    repo = Repo(root)
    repo.write(dict.fromkeys({*DOCUMENTS, *(path for _, paths in commits for path in paths)}, "begin\n")).commit()
    for number, (count, paths) in enumerate(commits):
        for turn in range(count):
            repo.write(dict.fromkeys(paths, f"{number} {turn}\n")).commit()
    return repo


def test_code_and_the_document_that_changed_with_it(tmp_path: Path) -> None:
    """The evidence counts the commits that changed the code."""
    _history(tmp_path, (6, ("src/api/a.py", "docs/api.md")), (1, ("src/api/b.py",)), (20, ("src/core/c.py",)))

    found = changed_together(tmp_path, DOCUMENTS)

    assert found == [API]
    assert found[0].evidence() == "in 7 of 8 commits that changed src/api/**, docs/api.md changed too"


def test_a_folder_of_documents_is_proposed_as_one(tmp_path: Path) -> None:
    """Where now this one changed and now that one."""
    _history(
        tmp_path,
        (4, ("src/cli/a.py", "docs/cli/run.md")),
        (4, ("src/cli/b.py", "docs/cli/stop.md")),
        (30, ("src/core/c.py",)),
    )

    assert changed_together(tmp_path, DOCUMENTS) == [Together("src/cli/**", "docs/cli/**", 9, 9)]


@pytest.mark.parametrize(
    "commits",
    [
        [(4, ("src/api/a.py", "docs/api.md")), (20, ("src/core/c.py",))],
        [(6, ("src/api/a.py", "docs/api.md")), (20, ("src/api/b.py",)), (20, ("src/core/c.py",))],
        [(8, ("src/api/a.py", "docs/api.md"))],
        [(8, ("src/api/a.py", "CHANGELOG.md")), (30, ("src/core/c.py",))],
        [(8, ("src/api/a.py", "docs/adr/0001-a.md")), (30, ("src/core/c.py",))],
        [(8, ("src/api/test_a.py", "docs/api.md")), (30, ("src/core/c.py",))],
        [(8, ("src/api/package.json", "docs/api.md")), (30, ("src/core/c.py",))],
        [(8, ("a.py", "docs/api.md")), (30, ("src/core/c.py",))],
    ],
)
def test_what_says_too_little_is_not_proposed(tmp_path: Path, commits: list[tuple[int, tuple[str, ...]]]) -> None:
    """Too seldom, in too few changes, no more than by chance; changelogs, decisions, tests, manifests, the root."""
    _history(tmp_path, *commits)

    assert changed_together(tmp_path, DOCUMENTS) == []


def test_only_the_commits_without_the_code_are_compared_with(tmp_path: Path) -> None:
    """Code that most commits change may have its document, too; one that changes as readily alone is none of it."""
    _history(tmp_path / "with", (13, ("src/api/a.py", "docs/api.md")), (10, ("src/core/c.py",)))
    assert changed_together(tmp_path / "with", DOCUMENTS) == [Together("src/api/**", "docs/api.md", 14, 14)]

    _history(tmp_path / "alone", (13, ("src/api/a.py", "docs/api.md")), (10, ("src/core/c.py", "docs/api.md")))
    assert changed_together(tmp_path / "alone", DOCUMENTS) == []


def test_a_commit_of_many_files_says_nothing(tmp_path: Path) -> None:
    """A reformatting touches everything."""
    many = tuple(f"src/api/{number}.py" for number in range(50))
    _history(tmp_path, (8, (*many, "docs/api.md")), (30, ("src/core/c.py",)))

    assert changed_together(tmp_path, DOCUMENTS) == []


def test_a_repository_without_history_suggests_nothing(tmp_path: Path) -> None:
    """Neither does a folder outside of git."""
    assert changed_together(tmp_path, DOCUMENTS) == []
    assert changed_together(Repo(tmp_path).root, DOCUMENTS) == []


EVIDENCE = """
# Files that change together, as the history of this repository suggests:

# in 7 of 8 commits that changed src/api/**, docs/api.md changed too
"""
TABLE = """\
[[couple]]
when = ["src/api/**"]
require = ["docs/api.md"]
unless_only = ["tests", "comments", "formatting", "lock-files"]
severity = "warning"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    return _history(tmp_path, (6, ("src/api/a.py", "docs/api.md")), (1, ("src/api/b.py",)), (20, ("src/core/c.py",)))


def test_init_writes_them_as_comments(repo: Repo) -> None:
    """With --yes nobody has agreed to them."""
    assert run(["init", "--yes", "--root", str(repo.root)]) == 0

    commented = "".join(f"# {line}\n" for line in TABLE.splitlines())
    assert repo.read("kb.toml").decode().endswith(EVIDENCE + commented)
    assert load_config(repo.root).couple == ()


@pytest.mark.parametrize("wanted", [True, False])
def test_a_person_is_asked_for_each(repo: Repo, wanted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is wanted holds, what is not stays a comment."""
    asked: list[str] = []

    def confirm(question: str, **_: object) -> bool:
        asked.append(question)
        return wanted if "Remind" in question else question == "Write this?"

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(typer, "confirm", confirm)
    assert run(["init", "--root", str(repo.root)]) == 0

    assert asked[0] == (
        "In 7 of 8 commits that changed src/api/**, docs/api.md changed too. Remind of that from now on?"
    )
    assert [couple.when for couple in load_config(repo.root).couple] == ([("src/api/**",)] if wanted else [])
