"""`$ref`s of an OpenAPI description: what they point to in the same file, and the sections that a reader needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from ctxkb.formats.openapi_words import METHODS
from ctxkb.formats.split import DATA, beside
from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxkb.formats.split import Around

Pointer = tuple[str, ...]
"""A JSON pointer, unescaped: ("components", "schemas", "File")."""

Place = tuple[str, Pointer]
"""A repository path and a pointer in that file."""

_FAMILIES_DEEP = 3
"""How many `$ref`s may stand for whole families, one below the other."""

_CHAIN = 30
"""How many `$ref`s may lead to one another; chains in real contracts have up to four."""

_LITERAL = frozenset({"example", "examples", "default", "const", "enum"})
"""Keys below which a `$ref` is data, not a reference."""


class References:
    """Follows the `$ref`s of one contract: in its own file and, with `around`, in the other files of its repository.

    Nothing is ever fetched; what cannot be read becomes a repository path.
    """

    def __init__(self, root: Table, path: str, around: Around | None = None) -> None:
        self._root = root
        self._path = path
        self._around = around
        self.anchors: dict[Pointer, str] = {}
        """The anchor of the section that shows what a pointer names."""

    def pointer(self, ref: str) -> Pointer | None:
        """The pointer of `ref` where it leads into this file, by "#/..." or by the file's own name, else None."""
        place = self._place(ref)
        return place[1] if place and place[0] == self._path else None

    def files(self) -> tuple[str, ...]:
        """The other files of the repository to which this one refers, in order."""
        places = map(self._place, references(self._root))
        paths = dict.fromkeys(place[0] for place in places if place and place[0].lower().endswith(DATA))
        return tuple(path for path in paths if path != self._path)

    def _place(self, ref: str) -> Place | None:
        """The repository path and the pointer that `ref` names; None for the network and what lies outside."""
        target, _, fragment = ref.partition("#")
        path = beside(self._path, target) if target else self._path
        return (path, tuple(_unescaped(part) for part in fragment.split("/")[1:])) if path else None

    def find(self, pointer: Pointer) -> Value:
        """What stands at `pointer` in this file, None where nothing does."""
        return self._walk((self._path, pointer))[1]

    def resolve(self, value: Value) -> Value:
        """`value`, or what its chain of `$ref`s leads to; None for a broken, remote or circular one."""
        return self.follow(value)[1]

    def here(self, value: Value) -> Value:
        """As `resolve`, but None for what stands in another file: its lines are not those of this file."""
        place, found = self.follow(value)
        return found if place[0] == self._path else None

    def stands_elsewhere(self, value: Value) -> bool:
        """Whether `value` is a `$ref` to something in another file that can be read, which is told of there."""
        place, found = self.follow(value)
        return place[0] != self._path and isinstance(found, (Table, bool))

    def follow(self, value: Value, place: Place | None = None, depth: int = 0) -> tuple[Place, Value]:
        """Where the chain of `$ref`s that begins with `value` ends, and what stands there; None where it is broken.

        `place` is where `value` itself stands, by default in this file.
        """
        place = place or (self._path, ())
        seen: set[Place] = set()
        while isinstance(value, Table) and isinstance(ref := value.get("$ref"), str):
            found = self._place(ref)
            if found is None or found in seen or len(seen) >= _CHAIN:
                return place, None
            seen.add(found)
            place, value = self._walk(found, depth)
        return place, value

    def _walk(self, place: Place, depth: int = 0) -> tuple[Place, Value]:
        """A place and what stands there; behind a `$ref` that stands for a whole family of components."""
        path, pointer = place
        value: Value = self._root if path == self._path else self._around.root(path) if self._around else None
        for index, part in enumerate(pointer):
            if isinstance(value, Table) and part not in value and "$ref" in value and depth < _FAMILIES_DEEP:
                target = self.follow(value, (path, pointer[:index]), depth + 1)[0]
                return self._walk((target[0], (*target[1], *pointer[index:])), depth + 1)
            if isinstance(value, Table):
                value = value.get(part)
            elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
                value = value[int(part)]
            else:
                return place, None
        return place, value

    def needed(self, values: Iterable[Value]) -> tuple[str, ...]:
        """Anchors of the sections that `values` refer to, schemas first, then what leads to them, then other files.

        Parameters, responses and the like are followed to their schemas; a schema's own references are not. A section
        of another file is named by its path and anchor.
        """
        schemas: dict[str, None] = {}
        parts: dict[str, None] = {}
        files: dict[str, None] = {}
        followed: set[Place] = set()
        queue = [ref for value in values for ref in references(value)]
        while queue:
            place = self._place(queue.pop(0))
            if place is None:
                continue
            place, value = self._final(place)
            named = self._anchor(place[1]) if place[0] == self._path else {_named(place, value): None}
            if place[0] != self._path and value is None:
                files |= named
            elif is_schema(place[1]) or (_is_loose(place, self._path) and not _leads(value)):
                schemas |= named
            elif place not in followed:
                followed.add(place)
                parts |= named
                queue.extend(references(value))
        return tuple(dict.fromkeys((*schemas, *parts, *files)))

    def _final(self, place: Place) -> tuple[Place, Value]:
        """A place, or the one in another file to which it only refers: there is the section; and what stands there."""
        real, value = self._walk(place)
        found, target = self.follow(value, real)
        return (found, target) if found[0] != real[0] and target is not None else (real, value)

    def _anchor(self, pointer: Pointer) -> dict[str, None]:
        """The anchor of the innermost section around `pointer`."""
        for length in range(len(pointer), 0, -1):
            if anchor := self.anchors.get(pointer[:length]):
                return {anchor: None}
        return {}


def _named(place: Place, value: Value) -> str:
    """How a section of another file is named: its path, with "#" and the anchor there; `value` is what stands there."""
    path, pointer = place
    anchor = anchor_of(pointer) or (stem(path) if isinstance(value, Table) else "")
    return f"{path}#{anchor}" if anchor else path


def stem(path: str) -> str:
    """The name of what a whole file holds: the file's, without what marks it as a schema."""
    return path.rsplit("/", 1)[-1].split(".", 1)[0]


def _is_loose(place: Place, own: str) -> bool:
    """Whether a pointer does not tell what it names: it leads to the whole of another file, or to a name in a list."""
    path, pointer = place
    return len(pointer) == 1 or (path != own and not pointer)


_LEADING = frozenset({"schema", "content", "payload", "in", "messages", "publish", "subscribe", "responses"})


def _leads(value: Value) -> bool:
    """Whether a value is no schema but holds some: a parameter, response, message, path item."""
    return isinstance(value, Table) and bool(value.keys() & (_LEADING | METHODS))


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
