"""Files of YAML and JSON from their bytes, each composed once for all who look into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from ctxkb.errors import SourceError
from ctxkb.formats.decode import decode
from ctxkb.formats.yamlsafe import Tree, load

Load = Callable[[str, bytes], Tree]
"""What a file holds, by its path and bytes; raises `SourceError` with the line where it cannot be read."""

HELD = 16_000_000
"""Bytes of files whose trees are held; a tree takes ten to twenty times as many."""


def load_file(path: str, content: bytes) -> Tree:
    """Read a file as JSON where its name or its first sign says so, else as YAML."""
    return load(decode(content), json_only=_is_json(path))


def _is_json(path: str) -> bool:
    return path.lower().endswith(".json")


@dataclass
class Loads:
    """A `load_file` that remembers: files of `room` bytes together. Its trees are shared, so nobody writes into one."""

    room: int = HELD
    _held: dict[tuple[bytes, bool], Tree | SourceError] = field(default_factory=dict)

    def __call__(self, path: str, content: bytes) -> Tree:
        """Read a file, from memory where the same bytes were read before."""
        key = content, _is_json(path)
        found = self._held[key] if key in self._held else self._load(*key)
        if isinstance(found, SourceError):
            raise SourceError(found.reason, found.line)
        return found

    def _load(self, content: bytes, json_only: bool) -> Tree | SourceError:
        try:
            found: Tree | SourceError = load(decode(content), json_only=json_only)
        except SourceError as error:
            # Without the frames that it was raised from.
            found = SourceError(error.reason, error.line)
        if len(content) <= self.room:
            self.room -= len(content)
            self._held[content, json_only] = found
        return found
