"""What git shows no lines of: files that an attribute or a NUL byte makes binary, though rules look into them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ctxkb.check.changes import INDEX, WORKING_TREE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ctxkb.check.changes import Change, Changes
    from ctxkb.check.git import Git

PICTURES = (
    *(".avif", ".bmp", ".eot", ".gif", ".gz", ".ico", ".jar", ".jpeg", ".jpg", ".mov", ".mp3", ".mp4", ".otf"),
    *(".pdf", ".png", ".tif", ".tiff", ".ttf", ".wav", ".webm", ".webp", ".woff", ".woff2", ".zip"),
)
"""The endings of files that hold no lines."""

LARGEST = 12_000_000
"""Bytes of the largest file, at either end, that is compared as text."""

ROOM = 64_000_000
"""Bytes of all files that are compared as text."""

AT_ONCE = 200
"""So many files are named in one call of git."""


def comparable(git: Git, changes: Changes, hidden: Sequence[Change]) -> list[list[Change]]:
    """Those of the changes `hidden` that are small enough to compare as text, in parts that fit a command line."""
    room, fitting = ROOM, []
    for change, size in zip(hidden, _sizes(git, changes, hidden), strict=True):
        if size <= min(LARGEST, room):
            room -= size
            fitting.append(change)
    return [fitting[start : start + AT_ONCE] for start in range(0, len(fitting), AT_ONCE)]


def _sizes(git: Git, changes: Changes, files: Sequence[Change]) -> Iterator[int]:
    """The bytes of each file at the end where it is larger, more than `LARGEST` where nobody can tell."""
    then = _stored(git, [f"{changes.base}:./{change.old}" for change in files])
    if changes.head == WORKING_TREE:
        now = [_on_disk(git.root / change.path) for change in files]
    else:
        tree = "" if changes.head == INDEX else changes.head
        now = _stored(git, [f"{tree}:./{change.path}" for change in files])
    yield from map(max, then, now)


def _stored(git: Git, names: Sequence[str]) -> list[int]:
    asked = "".join(f"{'' if chr(10) in name else name}\n" for name in names)
    answer = git.ask("cat-file", "--batch-check=%(objectsize)", send=os.fsencode(asked)) or b""
    rows = dict(enumerate(answer.split(b"\n")))  # fewer where git gives up
    sizes = (rows.get(number, b"") for number in range(len(names)))
    return [int(size) if size.isdigit() else LARGEST + 1 for size in sizes]


def _on_disk(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:  # gone since git listed it
        return LARGEST + 1
