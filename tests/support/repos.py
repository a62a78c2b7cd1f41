"""Small real git repositories for tests, independent of the machine's own git configuration."""

from __future__ import annotations

import os
import subprocess
from textwrap import dedent
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_IDENTITY = (
    "-c", "user.name=Ada Tester",
    "-c", "user.email=ada@example.org",
    "-c", "commit.gpgsign=false",
    "-c", "core.autocrlf=false",
    "-c", "protocol.file.allow=always",
)  # fmt: skip


def _environment() -> dict[str, str]:
    """The environment without any GIT_* variable, and with no configuration but the repository's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_DATE": "2026-01-02T03:04:05Z",
        "GIT_COMMITTER_DATE": "2026-01-02T03:04:05Z",
    }


class Repo:
    """A git repository with the branch `main` in `root`, which is made if need be.

    >>> repo = Repo(tmp_path)
    >>> first = repo.write({"docs/adr/0001-a.md": "# A"}).commit("Decide")
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(parents=True, exist_ok=True)
        if not (root / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *arguments: str) -> str:
        """Runs git here and returns what it printed, without the last line's end; raises where git fails."""
        done = subprocess.run(
            ["git", *_IDENTITY, *arguments], cwd=self.root, env=_environment(), capture_output=True, check=False
        )
        if done.returncode:
            raise AssertionError(f"git {' '.join(arguments)}: {done.stderr.decode('utf-8', 'replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").rstrip("\n")

    def write(self, files: dict[str, str | bytes]) -> Repo:
        """Writes files by their paths; text is dedented, its first line break dropped, and stored as UTF-8."""
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else dedent(content).removeprefix("\n").encode())
        return self

    def remove(self, *names: str) -> Repo:
        """Deletes files from the working tree."""
        for name in names:
            (self.root / name).unlink()
        return self

    def move(self, old: str, new: str) -> Repo:
        """Renames a file in the working tree."""
        target = self.root / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(target)
        return self

    def read(self, name: str) -> bytes:
        """The bytes of a file of the working tree."""
        return (self.root / name).read_bytes()

    def stage(self) -> Repo:
        """Puts everything that changed into the index."""
        self.git("add", "--all")
        return self

    def commit(self, message: str = "Change") -> str:
        """Commits everything that changed, even nothing; returns the commit's full hash."""
        self.stage()
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "HEAD") -> Repo:
        """Makes a branch at `start` and switches to it."""
        self.git("switch", "--quiet", "--create", name, start)
        return self

    def switch(self, name: str) -> Repo:
        """Switches to a branch that exists."""
        self.git("switch", "--quiet", name)
        return self
