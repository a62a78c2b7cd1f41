from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from ctxkb.types import Problem
from ctxkb_ingest.listing import list_files
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

FILES: dict[str, str | bytes] = {
    ".gitignore": "*.log\n/build/\n!build/keep.md\n",
    "a.md": "a",
    "b.log": "b",
    "build/out.md": "c",
    "docs/.gitignore": "draft-*\n!draft-shown.md\n",
    "docs/draft-one.md": "d",
    "docs/draft-shown.md": "e",
    "docs/x.log": "f",
    "node/.git/HEAD": "g",
}
LISTED = {".gitignore", "a.md", "docs/.gitignore", "docs/draft-shown.md"}


def _plain(root: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def test_git_lists_what_is_tracked_or_could_be(tmp_path: Path) -> None:
    """In a git repository everything is listed that git does not ignore, committed or not."""
    repo = Repo(tmp_path).write({name: text for name, text in FILES.items() if "/.git/" not in name})
    repo.stage()
    repo.write({"new one.md": "h"})
    assert set(list_files(tmp_path).names) == {*LISTED, "new one.md"}


def test_a_folder_without_git_is_walked_with_its_ignore_files(tmp_path: Path) -> None:
    """Without git the .gitignore files of all levels decide, the nearest first, and .git folders are not entered."""
    _plain(tmp_path, FILES)
    assert set(list_files(tmp_path).names) == LISTED


@pytest.mark.parametrize("git", [True, False])
def test_kbignore_takes_more_away(tmp_path: Path, git: bool) -> None:
    """`.kbignore` has the syntax of .gitignore and hides files from the index that git tracks."""
    files: dict[str, str | bytes] = {
        ".kbignore": "old/**\n!old/kept.md\n[\n",
        "old/a.md": "a",
        "old/kept.md": "b",
        "c.md": "c",
    }
    Repo(tmp_path).write(files).stage() if git else _plain(tmp_path, files)
    assert set(list_files(tmp_path).names) == {".kbignore", "old/kept.md", "c.md"}


@pytest.mark.parametrize("git", [True, False])
def test_some_paths_only(tmp_path: Path, git: bool) -> None:
    """A file is listed by its name, a folder with all below it; nothing asked for lists nothing."""
    files: dict[str, str | bytes] = {"docs/a.md": "a", "docs/b/c.md": "b", "docs2/d.md": "c", "[e].md": "d"}
    Repo(tmp_path).write(files) if git else _plain(tmp_path, files)
    assert set(list_files(tmp_path, ["docs"]).names) == {"docs/a.md", "docs/b/c.md"}
    assert list_files(tmp_path, ["[e].md", "gone.md"]).names == ("[e].md",)
    assert list_files(tmp_path, []).names == ()


def test_an_index_that_git_tracks_is_not_listed(tmp_path: Path) -> None:
    """The files of `.kb/` are never documents, even where someone committed them."""
    repo = Repo(tmp_path).write({".kb/notes.md": "a", "b.md": "b"})
    repo.git("add", "--force", ".")
    assert list_files(tmp_path).names == ("b.md",)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_not_utf8_has_a_reason(tmp_path: Path) -> None:
    """A file whose name is no text is reported with its bytes shown, and stops nothing."""
    Repo(tmp_path).write({"a.md": "a"})
    (tmp_path / os.fsdecode(b"caf\xe9.md")).write_text("b")
    listing = list_files(tmp_path)
    assert listing.names == ("a.md",)
    assert listing.problems == (Problem("caf\\xe9.md", 0, "its name is not UTF-8; rename it"),)


def test_the_environment_of_a_git_hook_does_not_lead_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """GIT_DIR of another repository, as a hook sets it, is not followed."""
    Repo(tmp_path / "other").write({"other.md": "a"}).commit()
    Repo(tmp_path / "here").write({"here.md": "b"}).commit()
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    assert list_files(tmp_path / "here").names == ("here.md",)
