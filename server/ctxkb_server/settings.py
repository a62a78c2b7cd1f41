"""The configuration while a server runs: told when its file has changed."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb.config.root import KB_TOML, PYPROJECT
from ctxkb.errors import KbError

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.config import Config


class Settings:
    """Looks at the files that may hold the configuration of `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stamp = self._look()

    def changed(self) -> Config | None:
        """The configuration where its file was written since the last call and can be read; None else.

        What is wrong with it the owner of the index tells.
        """
        stamp, before = self._look(), self._stamp
        self._stamp = stamp
        if stamp != before:
            with suppress(KbError):
                return load_config(self._root)
        return None

    def _look(self) -> list[tuple[int, int, int]]:
        found = []
        for name in (KB_TOML, PYPROJECT):
            with suppress(OSError):
                file = (self._root / name).stat()
                found.append((file.st_ino, file.st_size, file.st_mtime_ns))
        return found
