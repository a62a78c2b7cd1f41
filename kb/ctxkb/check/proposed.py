"""A change that nobody made yet: a diff on top of the last commit, in an index and an object store of its own.

Nothing of the repository is written, and no filter or hook runs: git puts the patch straight into the index.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.check.git import open_git
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.git import Git

LARGEST = 4_000_000
"""Characters of the largest diff that is taken."""


@contextmanager
def proposed(root: Path, diff: str) -> Iterator[Git]:
    """Git in `root` whose index is the last commit with the unified diff `diff` applied to it.

    Raises `ConfigError` for a diff that does not apply, one that is too large, and a folder outside of git.
    """
    if len(diff) > LARGEST:
        raise ConfigError(f"the diff has {len(diff):,} characters, more than {LARGEST:,}: check the change in parts")
    git = open_git(root)
    with tempfile.TemporaryDirectory(prefix="kb-proposed-") as folder:
        own = replace(git, index=str(Path(folder, "index")), objects=str(Path(folder, "objects")))
        Path(own.objects).mkdir()
        own.run("read-tree", "HEAD" if git.word("rev-parse", "--verify", "--quiet", "HEAD") else "--empty")
        _apply(own, diff)
        yield own


def _apply(git: Git, diff: str) -> None:
    text = diff if diff.endswith("\n") else f"{diff}\n"
    done = subprocess.run(
        git.command("apply", "--cached", "--recount", "--whitespace=nowarn", "-"),
        cwd=git.root,
        env=git.environment(),
        input=os.fsencode(text),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["git does not say why"]
        raise ConfigError(
            f"the diff does not apply to the last commit ({why[0].removeprefix('error: ')}): give what `git diff HEAD` "
            "prints, or leave it out to have the files judged as they lie in the folder"
        )
