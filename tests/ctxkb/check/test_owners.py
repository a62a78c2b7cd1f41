"""CODEOWNERS as GitHub and GitLab read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.changes import WORKING_TREE
from ctxkb.check.git import open_git
from ctxkb.check.owners import CodeOwners, code_owners
from ctxkb.check.trees import tree_at
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

GITHUB = """
# The last line that matches decides.
*       @org/all
/docs/  docs@example.org @writer  # with a remark
*.js    @js
/src/api/
a\\ b.txt @space
[broken
"""

GITLAB = """
[Core][2] @core
src/
src/api/ @api

^[Docs]
*.md @docs
"""


def owners(root: Path, text: str, place: str = "CODEOWNERS") -> CodeOwners:
    return code_owners(tree_at(open_git(Repo(root).write({place: text}).root), WORKING_TREE))


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("README.md", ("@org/all",)),
        ("docs/a.md", ("docs@example.org", "@writer")),
        ("docs/a.js", ("@js",)),
        ("src/api/a.py", ()),
        ("a b.txt", ("@space",)),
    ],
)
def test_the_last_line_that_matches_decides(tmp_path: Path, path: str, expected: tuple[str, ...]) -> None:
    """A line without owners takes them away."""
    assert owners(tmp_path, GITHUB).of(path) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [("src/a.py", ("@core",)), ("src/api/a.py", ("@api",)), ("src/api/a.md", ("@api", "@docs")), ("x.py", ())],
)
def test_each_section_names_its_own(tmp_path: Path, path: str, expected: tuple[str, ...]) -> None:
    """As in GitLab; a section's owners are those of its lines without any."""
    assert owners(tmp_path, GITLAB, ".gitlab/CODEOWNERS").of(path) == expected


def test_without_the_file_nobody_owns_anything(tmp_path: Path) -> None:
    """An empty list is no error."""
    assert owners(tmp_path, "", "other.txt").of("a.py") == ()
