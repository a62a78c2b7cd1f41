"""The folder that is configured."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from ctxkb.config import find_root

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("marker", "content"),
    [("kb.toml", ""), ("pyproject.toml", "[tool.kb.budget]\n"), ("pyproject.toml", "[[tool.kb.couple]]\n")],
)
def test_root_is_the_nearest_folder_that_configures(tmp_path: Path, marker: str, content: str) -> None:
    """A folder with kb.toml or [tool.kb] is the root of what lies below it, before the one with .git."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "packages" / "web" / "src"
    inner.mkdir(parents=True)
    (tmp_path / "packages" / "web" / marker).write_text(content, "utf-8")
    (inner / "pyproject.toml").write_text('[project]\nname = "tool.kb"\n', "utf-8")
    assert find_root(inner) == (tmp_path / "packages" / "web").resolve()


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_root_is_the_git_repository(tmp_path: Path, kind: str) -> None:
    """A folder with .git is a root; in a worktree or a submodule .git is a file."""
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    git = tmp_path / ".git"
    git.mkdir() if kind == "folder" else git.write_text("gitdir: elsewhere\n", "utf-8")
    (inner / "file.py").touch()
    assert find_root(inner / "file.py") == tmp_path.resolve()


def test_finding_the_root_does_not_import_pydantic() -> None:
    """The command line finds the root before it pays for reading the configuration."""
    code = "import sys; from ctxkb.config import find_root; sys.exit('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
