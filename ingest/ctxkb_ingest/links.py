"""Symbolic links to files and folders: followed inside the repository only, and each file once."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb_ingest.listing import NEVER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence


def follow_links(root: Path, links: Sequence[str], seen: Collection[str]) -> Iterator[tuple[str, str]]:
    """(name, "") for each file that is only reached through a link, (link, reason) for each link not followed.

    A link to what is read under its own name gives nothing: it adds nothing, and nothing is wrong with it.
    `seen` are the documents that were found without following any link. A file that several links reach is given
    under the first of them.
    """
    real_root = Path(os.path.realpath(root))
    reached: set[str] = set()
    for link in sorted(links):
        target = Path(os.path.realpath(root / link))
        if reason := _refusal(real_root, root / link, target):
            yield link, reason
            continue
        inside = [(link, target)] if target.is_file() else list(_files_below(link, target))
        for name, file in inside:
            real = file.relative_to(real_root).as_posix()
            if real not in seen and real not in reached:
                reached.add(real)
                yield name, ""


def _refusal(real_root: Path, link: Path, target: Path) -> str:
    """Why a link is not followed, or ""."""
    try:
        target.stat()
    except OSError:  # a loop, a missing target, a closed folder on the way
        return "a link that leads nowhere"
    if Path(os.path.realpath(link.parent)).is_relative_to(target):
        return "a link to a folder that it lies in"
    if not target.is_relative_to(real_root):
        return "a link that leads out of the repository"
    if not NEVER.isdisjoint(target.relative_to(real_root).parts):
        return "a link into a folder that holds no documents"
    return ""


def _files_below(link: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a folder with the names that they have through the link; links in it are not followed again."""
    for at, folders, files in os.walk(folder):
        folders[:] = sorted(set(folders) - NEVER)
        for name in sorted(files):
            file = Path(at) / name
            if not file.is_symlink():
                yield f"{link}/{file.relative_to(folder).as_posix()}", file
