"""Git as a subprocess: lists, no shell, NUL-separated answers, nothing of the caller's settings that could run code."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

_KEPT = {"GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES"}

_SETTINGS = (
    "--no-optional-locks",
    "--no-pager",
    "-c", "core.quotepath=false",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "diff.ignoreSubmodules=all",
    "-c", "diff.noprefix=false",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Git:
    """Git in the folder `root`, which may lie below the top of its working tree: paths are relative to `root`.

    `index` is another index file than the repository's own: while a partial commit is made, what is staged stands in
    one. `objects` is a folder for new objects, beside those that the repository has.
    """

    root: Path
    index: str = ""
    objects: str = ""

    def environment(self) -> dict[str, str]:
        """The environment for git without the variables, inherited from a hook, that point it elsewhere."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
        kept |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        if self.index:
            kept["GIT_INDEX_FILE"] = self.index
        if self.objects:
            own = Git(self.root).word("rev-parse", "--path-format=absolute", "--git-path", "objects")
            kept |= {"GIT_OBJECT_DIRECTORY": self.objects, "GIT_ALTERNATE_OBJECT_DIRECTORIES": own}
        return kept

    def ask(self, *arguments: str, send: bytes | None = None) -> bytes | None:
        """Run git and return its standard output, or None where it fails."""
        done = self._done(arguments, send)
        return done.stdout if done.returncode == 0 else None

    def _done(self, arguments: Sequence[str], send: bytes | None) -> subprocess.CompletedProcess[bytes]:
        try:
            return subprocess.run(
                self.command(*arguments),
                cwd=self.root,
                env=self.environment(),
                input=send,
                stdin=subprocess.DEVNULL if send is None else None,
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise ConfigError(
                "git is not on the PATH: install it, kb check reads both ends of a change from it"
            ) from error

    def run(self, *arguments: str, send: bytes | None = None) -> bytes:
        """Run git and return its standard output. Raises `ConfigError` where it fails."""
        done = self._done(arguments, send)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip().rpartition("\n")[2] or "run it there to see why"
            raise ConfigError(f"`git {' '.join(arguments)}` fails in {self.root}: {said}")
        return done.stdout

    def word(self, *arguments: str) -> str:
        """Run git and return its answer as one stripped line, "" where it fails or says nothing."""
        return os.fsdecode(self.ask(*arguments) or b"").strip()

    def command(self, *arguments: str) -> list[str]:
        """Return the words that start git with `arguments`."""
        return ["git", *_SETTINGS, *arguments]


def open_git(root: Path, *, staged: bool = False) -> Git:
    """Git in `root`. Raises `ConfigError` where `root` is in no working tree of a git repository."""
    plain = Git(root)
    if plain.word("rev-parse", "--is-inside-work-tree") != "true":
        raise ConfigError(
            f"{root} is not inside a git repository: kb check compares two states of one; run `git init` first"
        )
    return Git(root, _index_in_use(plain)) if staged else plain


def _index_in_use(git: Git) -> str:
    """The index file that git hands to a hook, where it belongs to this repository; else ""."""
    given = os.environ.get("GIT_INDEX_FILE", "")
    if not given:
        return ""
    path = Path(given).absolute()
    folder = Path(git.word("rev-parse", "--absolute-git-dir"))
    return str(path) if path.resolve().is_relative_to(folder.resolve()) and path.exists() else ""


def is_shallow(git: Git) -> bool:
    """Whether history is cut off, so that a commit of the past may be missing."""
    return git.word("rev-parse", "--is-shallow-repository") == "true"


def commit_of(git: Git, ref: str) -> str:
    """The hash of the commit that `ref` names, or "" where it names none."""
    if ref.startswith("-"):
        return ""
    return git.word("rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}")
