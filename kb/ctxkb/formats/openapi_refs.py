"""`$ref`s of an OpenAPI description: what they point to in the same file, and the sections that a reader needs."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Pointer = tuple[str, ...]
"""A JSON pointer, unescaped: ("components", "schemas", "File")."""

_LITERAL = frozenset({"example", "examples", "default", "const", "enum"})
"""Keys below which a `$ref` is data, not a reference."""


class References:
    """Follows the `$ref`s of one description; nothing is ever fetched, other files become repository paths."""

    def __init__(self, root: Table, path: str) -> None:
        self._root = root
        self._path = path
        self.anchors: dict[Pointer, str] = {}
        """The anchor of the section that shows what a pointer names."""

    def pointer(self, ref: str) -> Pointer | None:
        """The pointer of `ref` where it leads into this file, by "#/..." or by the file's own name, else None."""
        target, _, fragment = ref.partition("#")
        if target and self._file(target) != self._path:
            return None
        return tuple(_unescaped(part) for part in fragment.split("/")[1:])

    def elsewhere(self, ref: str) -> str | None:
        """The repository path that `ref` names, with "#" and the anchor there; None for this file and the network."""
        target, _, fragment = ref.partition("#")
        path = self._file(target) if target else None
        if path is None or path == self._path:
            return None
        anchor = anchor_of(tuple(_unescaped(part) for part in fragment.split("/")[1:])) or unquote(fragment)
        return f"{path}#{anchor}" if anchor else path

    def _file(self, target: str) -> str | None:
        if urlsplit(target).scheme or target.startswith("//"):
            return None
        path = posixpath.normpath(posixpath.join(posixpath.dirname(self._path), unquote(target)))
        return None if path.startswith(("../", "/")) else path

    def find(self, pointer: Pointer) -> Value:
        """What stands at `pointer`, None where nothing does."""
        value: Value = self._root
        for part in pointer:
            if isinstance(value, Table):
                value = value.get(part)
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                return None
        return value

    def resolve(self, value: Value) -> Value:
        """`value`, or what its chain of `$ref`s in this file leads to; None for a broken, remote or circular one."""
        seen: set[Pointer] = set()
        while isinstance(value, Table) and isinstance(ref := value.get("$ref"), str):
            pointer = self.pointer(ref)
            if pointer is None or pointer in seen:
                return None
            seen.add(pointer)
            value = self.find(pointer)
        return value

    def needed(self, values: Iterable[Value]) -> tuple[str, ...]:
        """Anchors of the sections that `values` refer to, schemas first, then what leads to them, then other files.

        Parameters, responses and the like are followed to their schemas; a schema's own references are not.
        """
        schemas: dict[str, None] = {}
        parts: dict[str, None] = {}
        files: dict[str, None] = {}
        followed: set[Pointer] = set()
        queue = [ref for value in values for ref in references(value)]
        while queue:
            ref = queue.pop(0)
            pointer = self.pointer(ref)
            if pointer is None:
                if path := self.elsewhere(ref):
                    files[path] = None
            elif is_schema(pointer):
                schemas |= self._anchor(pointer)
            elif pointer not in followed:
                followed.add(pointer)
                parts |= self._anchor(pointer)
                queue.extend(references(self.find(pointer)))
        return (*schemas, *(part for part in parts if part not in schemas), *files)

    def _anchor(self, pointer: Pointer) -> dict[str, None]:
        """The anchor of the innermost section around `pointer`."""
        for length in range(len(pointer), 1, -1):
            if anchor := self.anchors.get(pointer[:length]):
                return {anchor: None}
        return {}


def anchor_of(pointer: Pointer) -> str:
    """The anchor of the named part that `pointer` leads to, as the parsers of contracts give it; "" for the whole file.

    A schema has its bare name, `components.responses.Stored` is "responses/Stored".
    """
    named = pointer[1:] if pointer[:1] == ("components",) else pointer
    if not is_schema(pointer) and len(named) == 2 and named[0] in _FAMILIES:
        return "/".join(named)
    return pointer[-1] if pointer else ""


_FAMILIES = frozenset(
    {"responses", "parameters", "requestBodies", "headers", "securitySchemes", "links", "callbacks", "pathItems"}
    | {"messages", "channels", "operations", "messageTraits", "operationTraits", "replies", "servers"}
)


def _unescaped(part: str) -> str:
    return unquote(part).replace("~1", "/").replace("~0", "~")


def is_schema(pointer: Pointer) -> bool:
    """Whether `pointer` leads to a named schema or into one."""
    return pointer[:2] == ("components", "schemas") or pointer[:1] in {("definitions",), ("$defs",)}


def references(value: Value) -> Iterator[str]:
    """The `$ref`s below `value` in the order of the file, those of a discriminator's mapping too; aliases once."""
    stack: list[tuple[Value, bool]] = [(value, False)]
    seen: set[int] = set()
    while stack:
        item, names = stack.pop()
        if not isinstance(item, (Table, list)) or id(item) in seen:
            continue
        seen.add(id(item))
        if isinstance(item, list):
            stack.extend((entry, False) for entry in reversed(item))
            continue
        # Below `properties` and `mapping` the keys are names that someone chose.
        ref = None if names else item.get("$ref")
        if isinstance(ref, str):
            yield ref
        below = [(key, entry) for key, entry in item.items() if names or key not in _LITERAL]
        if not names and isinstance(mapping := item.get("mapping"), Table):
            yield from (entry for entry in mapping.values() if isinstance(entry, str) and "#" in entry)
        stack.extend((entry, not names and key in _NAMED) for key, entry in reversed(below))


_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "headers", "responses", "callbacks"})
"""Keys whose tables are keyed by names, so that a name such as `example` or `default` is no keyword there."""
