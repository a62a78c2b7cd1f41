"""The other files of a repository, as a contract that is split over files refers to them. Nothing is fetched."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ctxkb.errors import SourceError
from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from ctxkb.formats.loads import Load

Read = Callable[[str], bytes | None]
"""The bytes of the file at a repository path; None where it is missing, or none of the repository's own."""

DATA = (".yaml", ".yml", ".json")
"""Suffixes of the files that a contract may be split over."""

MOST_FILES = 5_000
MOST_BYTES = 16_000_000
"""How many files, and bytes of them, one contract is put together from; what lies beyond is told by its path."""

HELD = 4_000_000
"""Bytes of files whose trees are held; a tree takes ten to twenty times as many."""

_WHOLE = "repository:/"
"""Before a path that is relative to the repository's root, in the `$ref`s of a tree that another file looks into."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a description says of a path item, or with a `method` of one operation, that stands in another file."""

    path: str
    method: str
    root: Table
    """The description."""


Routes = dict[str, dict[tuple[str, ...], Route]]
"""By the file in which they stand, and the pointer there."""


@dataclass
class Files:
    """The files that contracts refer to, each read and loaded once as long as there is room."""

    read: Read
    load: Load
    room: int = HELD
    routes: dict[str, Routes] = field(default_factory=dict)
    """What is known of the routes of each description."""
    _roots: dict[str, tuple[Value, int]] = field(default_factory=dict)

    def root(self, path: str) -> tuple[Value, int]:
        """What the file holds, its `$ref`s leading from the repository's root, and how many bytes it has."""
        if path not in self._roots:
            content = self.read(path) if path.lower().endswith(DATA) else None
            if sum(size for _, size in self._roots.values()) + len(content or b"") > self.room:
                self._roots.clear()
            self._roots[path] = (self._loaded(path, content), len(content)) if content else (None, 0)
        return self._roots[path]

    def _loaded(self, path: str, content: bytes) -> Value:
        try:
            return _whole(self.load(path, content).root, path)
        except SourceError:
            # The file itself is a document, and told of as such.
            return None


@dataclass
class Around:
    """What one contract may see of the others, within bounds. `described_by` are the files that it is a part of."""

    files: Files
    described_by: tuple[str, ...] = ()
    _seen: dict[str, int] = field(default_factory=dict)

    def root(self, path: str) -> Value:
        """What the file holds; None where it cannot be read, or is one too many."""
        value, size = self.files.root(path)
        if path not in self._seen:
            if len(self._seen) >= MOST_FILES or sum(self._seen.values()) + size > MOST_BYTES:
                return None
            self._seen[path] = size
        return value


def beside(file: str, target: str) -> str | None:
    """The repository path that `target`, without its fragment, means in `file`; None for what lies outside of it."""
    if target.startswith(_WHOLE):
        path = posixpath.normpath(target.removeprefix(_WHOLE))
    elif _is_remote(target):
        return None
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(target)))
    return None if path.startswith(("../", "/")) or path in {".", ".."} else path


def _is_remote(target: str) -> bool:
    try:
        return target.startswith("//") or bool(urlsplit(target).scheme)
    except ValueError:  # brackets that are no address
        return True


def _whole(root: Value, path: str) -> Value:
    """A copy of `root` in which each `$ref` leads from the repository's root; what is shared stays shared."""
    copies: dict[int, Table | list[Value]] = {}
    stack: list[Table | list[Value]] = []

    def copied(value: Value) -> Value:
        if not isinstance(value, (Table, list)):
            return value
        if id(value) not in copies:
            copies[id(value)] = Table() if isinstance(value, Table) else []
            stack.append(value)
        return copies[id(value)]

    whole = copied(root)
    while stack:
        value = stack.pop()
        copy = copies[id(value)]
        if isinstance(value, Table) and isinstance(copy, Table):
            copy.spans = value.spans
            copy.update((key, copied(entry)) for key, entry in value.items())
            if isinstance(ref := value.get("$ref"), str):
                copy["$ref"] = _from_root(ref, path)
        elif isinstance(value, list) and isinstance(copy, list):
            copy.extend(map(copied, value))
    return whole


def _from_root(ref: str, path: str) -> str:
    target, mark, fragment = ref.partition("#")
    found = beside(path, target) if target else path
    return ref if found is None else f"{_WHOLE}{found}{mark}{fragment}"
