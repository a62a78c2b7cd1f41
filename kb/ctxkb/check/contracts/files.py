"""The YAML and JSON files of one end of a change, and what the `$ref`s between them lead to."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ctxkb.errors import SourceError
from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ctxkb.check.trees import Tree
    from ctxkb.formats.loads import Load

DATA = (".yaml", ".yml", ".json")
"""Suffixes of the files that a description may be split over."""

_REF = re.compile(rb"""\$ref["']?\s*:\s*["']?([^\s"'#{}\[\],]+)""")


@dataclass(frozen=True, slots=True)
class Node:
    """A value with the place where it stands. `name` is that of the last `$ref` that led to it, "" where none did.

    `choice` holds the alternatives of a value that is one of several, and has none of its own.
    """

    value: Value
    file: str
    line: int = 0
    name: str = ""
    choice: tuple[Node, ...] = ()

    def at(self, key: str) -> Node | None:
        """What stands under `key`, None where nothing does."""
        if not isinstance(self.value, Table) or self.value.get(key) is None:
            return None
        return Node(self.value[key], self.file, self.value.spans[key].first)

    def entries(self) -> Iterator[tuple[str, Node]]:
        """What stands under each key."""
        if isinstance(self.value, Table):
            for key, value in self.value.items():
                yield key, Node(value, self.file, self.value.spans[key].first)

    def listed(self) -> list[Node]:
        """The items of a list, each with its own line where it is a mapping."""
        if not isinstance(self.value, list):
            return []
        return [Node(item, self.file, _first(item) or self.line) for item in self.value]

    def text(self, key: str) -> str:
        """The text under `key`, "" where there is none."""
        value = self.value.get(key) if isinstance(self.value, Table) else None
        return value if isinstance(value, str) else ""

    def is_true(self, key: str) -> bool:
        """Whether `key` holds true."""
        return isinstance(self.value, Table) and self.value.get(key) is True


def _first(item: Value) -> int:
    return min((span.first for span in item.spans.values()), default=0) if isinstance(item, Table) else 0


@dataclass
class Files:
    """The files of `tree`, each read once; outside of `changed` they are those of `same`, the other end of a change.

    `load` reads them: both ends share what it gives.
    """

    tree: Tree
    load: Load
    changed: frozenset[str] = frozenset()
    same: Files | None = None
    _content: dict[str, bytes] = field(default_factory=dict)
    _parsed: dict[bytes, Value] = field(default_factory=dict)
    _leads: dict[str, frozenset[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.same:
            self._parsed = self.same._parsed

    def fetch(self, paths: Iterable[str]) -> None:
        """Read the files `paths` at once."""
        wanted = [path for path in dict.fromkeys(paths) if path not in self._content]
        shared = [path for path in wanted if self.same and path not in self.changed]
        if self.same and shared:
            self.same.fetch(shared)
            self._content |= {path: self.same.content(path) for path in shared}
        own = [path for path in wanted if path not in self._content]
        self._content |= dict.fromkeys(own, b"")
        self._content |= dict(self.tree.read(own))

    def content(self, path: str) -> bytes:
        """The bytes of the file `path`, none where it is missing."""
        self.fetch([path])
        return self._content[path]

    def root(self, path: str) -> Node:
        """What the file `path` holds, nothing where it is missing or cannot be read."""
        content = self.content(path) if path.lower().endswith(DATA) else b""
        if content not in self._parsed:
            self._parsed[content] = self._root(path, content)
        return Node(self._parsed[content], path, 1)

    def _root(self, path: str, content: bytes) -> Value:
        try:
            return self.load(path, content).root if content else None
        except SourceError:
            # What cannot be read is a finding of `contract-invalid`; here it says nothing.
            return None

    def resolve(self, node: Node) -> Node | None:
        """`node`, or what its chain of `$ref`s leads to; None for a broken, remote or circular one."""
        seen: set[tuple[str, str]] = set()
        while ref := node.text("$ref"):
            if (node.file, ref) in seen:
                return None
            seen.add((node.file, ref))
            target, _, fragment = ref.partition("#")
            path = beside(node.file, target) if target else node.file
            found = self._find(self.root(path), fragment) if path else None
            if found is None:
                return None
            node = found
        return node

    def _find(self, node: Node, fragment: str) -> Node | None:
        name = posixpath.basename(node.file).split(".")[0]
        for part in fragment.split("/")[1:]:
            name = unquote(part).replace("~1", "/").replace("~0", "~")
            found = self._part(node, name)
            if found is None:
                return None
            node = found
        return None if node.value is None else Node(node.value, node.file, node.line, name)

    def _part(self, node: Node, name: str) -> Node | None:
        if isinstance(node.value, list):
            items = node.listed()
            return items[int(name)] if name.isdecimal() and int(name) < len(items) else None
        found = node.at(name)
        # A whole family of components may stand in another file: `schemas: {$ref: ./schemas.yaml}`.
        whole = self.resolve(node) if found is None and node.text("$ref") else None
        return whole.at(name) if whole else found

    def closure(self, paths: Iterable[str]) -> frozenset[str]:
        """The files `paths` and all files of this end that they lead to, told without parsing them."""
        found: set[str] = set()
        level = set(paths) & self.tree.paths()
        while level:
            found |= level
            self.fetch(level)
            level = {target for path in level for target in self._targets(path)} - found
        return frozenset(found)

    def affected(self, path: str) -> frozenset[str]:
        """The files that `path` leads to, itself included, which are changed or lead to one that is."""
        whole = self.closure([path])
        found = whole & self.changed
        level = found
        while level:
            level = frozenset(each for each in whole - found if not level.isdisjoint(self._targets(each)))
            found |= level
        return found

    def _targets(self, path: str) -> frozenset[str]:
        """The files of this end that the file `path` refers to."""
        if path not in self._leads:
            refs = _REF.findall(self.content(path)) if path.lower().endswith(DATA) else []
            named = {beside(path, ref.decode("utf-8", "replace")) for ref in set(refs)}
            self._leads[path] = frozenset(named & self.tree.paths())
        return self._leads[path]


def refers_to(file: str, content: bytes, targets: Collection[str]) -> Iterator[tuple[str, int]]:
    """The `$ref`s in a file that lead to one of the files `targets`, as they are written, and their 1-based lines."""
    for match in _REF.finditer(content):
        ref = match[1].decode("utf-8", "replace")
        if beside(file, ref) in targets:
            yield ref, content.count(b"\n", 0, match.start()) + 1


def beside(file: str, target: str) -> str:
    """The repository path that the relative `target` means in `file`, "" for the network and what lies outside."""
    try:
        remote = urlsplit(target).scheme or target.startswith("//")
    except ValueError:
        return ""
    path = posixpath.normpath(posixpath.join(posixpath.dirname(file), unquote(target)))
    return "" if remote or path.startswith(("../", "/")) else path
