"""authority where the change holds merges: what they bring in was approved elsewhere, what they make was not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[[authority]]
paths = ["infra/**"]
level = "approval"
"""

UNAPPROVED = "infra/a.tf:0 error authority: infra/a.tf changed without a person's approval"
APPROVED = "Change\n\nApproved-by: Ada"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"kb.toml": CONFIG, "infra/a.tf": "a\n", "infra/b.tf": "b\n", "src/a.py": "a\n"})
    repo.commit()
    return repo.branch("feature")


def test_a_merge_needs_no_trailer_of_its_own(repo: Repo) -> None:
    """It brings in what others did."""
    repo.write({"infra/a.tf": "a2\n"}).commit(APPROVED)
    repo.switch("main").write({"infra/b.tf": "b2\n"}).commit("Meanwhile")
    repo.switch("feature").git("merge", "--quiet", "--no-edit", "main")

    assert findings(repo) == []


def merging(repo: Repo, files: dict[str, str | bytes], message: str) -> Repo:
    """`main` is merged into `feature` by a commit that writes `files` beside."""
    repo.switch("main").write({"src/b.py": "b2\n"}).commit("Meanwhile")
    repo.switch("feature").git("merge", "--quiet", "--no-commit", "--no-ff", "main")
    repo.write(files).commit(message)
    return repo


def test_what_a_merge_changes_itself_needs_a_trailer(repo: Repo) -> None:
    """Neither of its parents has it."""
    repo.write({"src/a.py": "a2\n"}).commit()
    merging(repo, {"infra/a.tf": "a2\n"}, "Merge")
    assert findings(repo) == [UNAPPROVED]

    repo.git("commit", "--quiet", "--amend", "--message", APPROVED)
    assert findings(repo) == []


def test_an_approved_commit_does_not_cover_what_a_merge_adds(repo: Repo) -> None:
    """A merge of the same file in other lines needs none: git made it."""
    many = "".join(f"{number}\n" for number in range(40))
    repo.switch("main").write({"infra/a.tf": many}).commit()
    repo.switch("feature").git("reset", "--quiet", "--hard", "main")
    repo.write({"infra/a.tf": many.replace("3\n", "three\n", 1)}).commit(APPROVED)
    repo.switch("main").write({"infra/a.tf": many.replace("30\n", "thirty\n")}).commit("Meanwhile")
    repo.switch("feature").git("merge", "--quiet", "--no-edit", "main")
    assert findings(repo) == []

    repo.write({"infra/a.tf": repo.read("infra/a.tf") + b"more\n"}).stage()
    repo.git("commit", "--quiet", "--amend", "--no-edit")
    assert findings(repo) == [UNAPPROVED]
