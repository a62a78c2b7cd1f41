"""Where other tools of the repository keep its decisions: `.adr-dir` of adr-tools, `.log4brains.yml` of log4brains."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.text.globs import folder_glob

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.config.root import ReadFile

ADR_DIR = ".adr-dir"
LOG4BRAINS = ".log4brains.yml"

_MOST = 100_000
"""Bytes of such a file that are read."""

_FOLDER = re.compile(r"^[ \t-]*adrFolder[ \t]*:[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^#\n]*))", re.MULTILINE)


def pointed_globs(read: ReadFile) -> tuple[str, ...]:
    """Globs of the folders of decisions that these files name; what leads out of the repository is left out."""
    written = [*_lines(read(ADR_DIR))[:1], *_folders("\n".join(_lines(read(LOG4BRAINS))))]
    folders = (posixpath.normpath(folder.strip().replace("\\", "/")) for folder in written if folder.strip())
    inside = (folder for folder in folders if folder != "." and not folder.startswith(("../", "/")) and folder != "..")
    return tuple(dict.fromkeys(folder_glob(folder) for folder in inside))


def _folders(text: str) -> Iterator[str]:
    """The folders of a project of log4brains, its packages' too; all are relative to the root."""
    for match in _FOLDER.finditer(text):
        yield next(group for group in match.groups() if group is not None)


def _lines(content: bytes | None) -> list[str]:
    """The lines of a file, none where it is not there."""
    return (content or b"")[:_MOST].decode("utf-8-sig", "replace").splitlines()
