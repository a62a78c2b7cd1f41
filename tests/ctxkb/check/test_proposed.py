"""A change that nobody made yet, judged on top of the last commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.gate import check
from ctxkb.check.proposed import LARGEST, proposed
from ctxkb.errors import ConfigError
from support.gate import TODAY, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"docs/adr/0001-begin.md": madr("Begin"), "src/ä b.py": "a = 1\n"})
    repo.commit()
    return repo


def found(repo: Repo, diff: str) -> list[tuple[str, str, int]]:
    """Rule, path and line of each finding for a diff."""
    with proposed(repo.root, diff) as git:
        report = check(repo.root, day=TODAY, staged=True, git=git)
    return [(each.rule, each.path, each.line) for each in report.findings]


def diff_of(repo: Repo) -> str:
    """What was edited since the last commit; the edits are taken back."""
    repo.stage()
    diff = repo.git("diff", "--cached", "--binary", "HEAD")
    repo.git("reset", "--hard", "--quiet")
    return diff


def state(repo: Repo) -> tuple[str, str]:
    """What git says of the working tree, and how many objects it holds."""
    return repo.git("status", "--porcelain"), repo.git("count-objects", "-v")


def test_a_diff_is_judged_as_if_it_were_committed(repo: Repo) -> None:
    """New, edited and deleted files; nothing of the repository is written."""
    repo.write({"docs/adr/0002-x.md": madr(status="acceptd"), "src/ä b.py": "a = 2\n"}).remove("docs/adr/0001-begin.md")
    diff = diff_of(repo)
    before = state(repo)

    assert found(repo, diff) == [("decision-status", "docs/adr/0002-x.md", 2)]
    assert found(repo, diff.rstrip("\n")) == [("decision-status", "docs/adr/0002-x.md", 2)]
    assert state(repo) == before


def test_a_good_diff_has_no_findings_whatever_lies_in_the_folder(repo: Repo) -> None:
    """It stands on the last commit, not on what is being edited."""
    repo.write({"docs/adr/0002-x.md": madr("Go on")})
    diff = diff_of(repo)
    repo.write({"docs/adr/0003-y.md": madr(status="acceptd")})

    assert found(repo, diff) == []


def test_a_repository_without_commits_takes_a_diff(tmp_path: Path) -> None:
    """All of it is new."""
    diff = "--- /dev/null\n+++ b/docs/adr/0001-a.md\n@@ -0,0 +1 @@\n+# 1. A\n"
    rules = {rule for rule, _, _ in found(Repo(tmp_path), diff)}

    assert rules == {"decision-section"}


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        ("--- a/none.py\n+++ b/none.py\n@@ -1 +1 @@\n-a\n+b\n", "none.py: does not exist in index"),
        ("no diff at all", "does not apply to the last commit"),
        ("--- /dev/null\n+++ b/../out.py\n@@ -0,0 +1 @@\n+a\n", "does not apply to the last commit"),
        ("--- /dev/null\n+++ b/.git/hooks/x\n@@ -0,0 +1 @@\n+a\n", "does not apply to the last commit"),
        ("x" * (LARGEST + 1), "check the change in parts"),
    ],
)
def test_what_cannot_be_applied_says_so(repo: Repo, diff: str, said: str) -> None:
    """In one line that tells what to do; nothing leaves the repository."""
    with pytest.raises(ConfigError) as error:
        found(repo, diff)

    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert not (repo.root.parent / "out.py").exists()
