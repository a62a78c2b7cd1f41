"""Files that git does not track: it compares what its index lists, and sees no move where one was made by hand."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.git import Git


def untracked(git: Git) -> list[str]:
    """Files of the working tree that git neither tracks nor ignores; a repository within is no file."""
    answer = git.run("ls-files", "-z", "--others", "--exclude-standard")
    return [path for path in os.fsdecode(answer).split("\0") if path and not path.endswith("/")]


@contextmanager
def tracking(git: Git, paths: Sequence[str]) -> Iterator[Git]:
    """Git with an index of its own that also lists `paths`, as empty: what lies in the working tree differs from that.

    Nothing of the repository is written, neither its index nor an object.
    """
    with tempfile.TemporaryDirectory(prefix="kb-untracked-") as folder:
        own = replace(git, index=str(Path(folder, "index")))
        used = Path(git.index or git.word("rev-parse", "--path-format=absolute", "--git-path", "index"))
        if used.exists():
            shutil.copy2(used, own.index)  # with its time, by which git tells what was edited in the same moment
        empty = git.run("hash-object", "-t", "blob", "--stdin", send=b"").decode().strip()
        above = git.word("rev-parse", "--show-prefix")
        entries = "".join(f"100644 {empty}\t{above}{path}\0" for path in paths)
        own.run("-c", "core.splitIndex=false", "update-index", "-z", "--index-info", send=os.fsencode(entries))
        yield own
