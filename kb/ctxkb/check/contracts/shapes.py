"""What a schema says of the fields that a value has: through `$ref` and `allOf`, with its alternatives apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ctxkb.check.contracts.files import Node
from ctxkb.formats.yamltree import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.check.contracts.files import Files

Way = Literal["request", "response"]
"""Who sends the value: a request holds no `readOnly` field, a response no `writeOnly` one."""

_HIDDEN = {"request": "readOnly", "response": "writeOnly"}


@dataclass(slots=True)
class Shape:
    """The fields of a value. `required` maps names to lines; `groups` are `oneOf` and `anyOf`, each alternatives."""

    fields: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    required: dict[str, Node] = field(default_factory=dict)
    items: tuple[Node, ...] = ()
    others: tuple[Node, ...] = ()
    groups: tuple[tuple[Node, ...], ...] = ()
    place: Node | None = None
    """Where its fields are listed, else where it begins."""
    name: str = ""
    unknown: bool = False
    """Whether a part of it cannot be had: a `$ref` to the network, or to nothing."""

    def is_blank(self) -> bool:
        """Whether nothing is said of what it holds."""
        return not (self.fields or self.required or self.items or self.others or self.groups)


class Shapes:
    """Makes shapes of the schemas in `files`, as they go one way."""

    def __init__(self, files: Files, way: Way) -> None:
        self._files = files
        self._hidden = _HIDDEN[way]

    def of(self, nodes: Sequence[Node]) -> Shape:
        """The shape of a value to which all of `nodes` apply."""
        shape = Shape()
        seen: set[int] = set()
        for node in nodes:
            self._take(shape, node, seen)
        shape.required = {name: place for name, place in shape.required.items() if not self._is_hidden(shape, name)}
        shape.fields = {name: found for name, found in shape.fields.items() if not self._is_hidden(shape, name)}
        return shape

    def _take(self, shape: Shape, node: Node, seen: set[int]) -> None:
        if node.choice:
            shape.groups += (node.choice,)
            return
        found = self._files.resolve(node)
        if found is None or not isinstance(found.value, Table):
            shape.unknown = shape.unknown or found is None
            return
        if id(found.value) in seen:
            return
        seen.add(id(found.value))
        if node.text("$ref"):
            self._take_own(shape, node, seen)
        self._take_own(shape, found, seen)

    def _take_own(self, shape: Shape, node: Node, seen: set[int]) -> None:
        """What stands beside a `$ref`, or in a schema without one."""
        shape.name = shape.name or node.name
        properties = node.at("properties")
        if shape.place is None or (properties and not shape.fields):
            shape.place = properties or node
        for name, one in properties.entries() if properties else ():
            shape.fields[name] = (*shape.fields.get(name, ()), one)
        required = node.at("required")
        for item in required.listed() if required else ():
            if isinstance(item.value, str):
                shape.required.setdefault(item.value, item)
        items, others = node.at("items"), node.at("additionalProperties")
        shape.items += (items,) if items else ()
        shape.others += (others,) if others and isinstance(others.value, Table) else ()
        every = node.at("allOf")
        for part in every.listed() if every else ():
            self._take(shape, part, seen)
        for key in ("oneOf", "anyOf"):
            self._alternatives(shape, node.at(key), seen)

    def _alternatives(self, shape: Shape, node: Node | None, seen: set[int]) -> None:
        listed = [each for each in (node.listed() if node else ()) if each.text("type") != "null"]
        if len(listed) == 1:
            self._take(shape, listed[0], seen)
        elif listed:
            shape.groups += (tuple(listed),)

    def _is_hidden(self, shape: Shape, name: str) -> bool:
        found = (self._files.resolve(node) for node in shape.fields.get(name, ()))
        own = (node.is_true(self._hidden) for node in shape.fields.get(name, ()))
        return any(own) or any(node is not None and node.is_true(self._hidden) for node in found)

    def united(self, shape: Shape) -> Shape:
        """`shape` with what its alternatives say: a field that one of them has, required where all require it."""
        for group in shape.groups:
            shape = merged(shape, self._union([self.united(self.of([node])) for node in group]))
        return shape

    def _union(self, shapes: Sequence[Shape]) -> Shape:
        names = dict.fromkeys(name for shape in shapes for name in shape.fields)
        shared = set.intersection(*(set(shape.required) for shape in shapes))
        return Shape(
            fields={name: _either(shape.fields[name] for shape in shapes if name in shape.fields) for name in names},
            required={name: place for name, place in shapes[0].required.items() if name in shared},
            items=_either(shape.items for shape in shapes if shape.items),
            others=_either(shape.others for shape in shapes if shape.others),
            unknown=any(shape.unknown for shape in shapes),
        )


def _either(found: Iterable[tuple[Node, ...]]) -> tuple[Node, ...]:
    """One value for what several alternatives say of it."""
    kept = list({tuple(id(node.value) for node in nodes): nodes for nodes in found}.values())
    if len(kept) < 2:
        return kept[0] if kept else ()
    flat = tuple(node for nodes in kept for node in nodes)
    return (Node(None, flat[0].file, flat[0].line, "", flat),)


def merged(one: Shape, other: Shape) -> Shape:
    """The shape of a value to which both apply, without the alternatives of either."""
    names = dict.fromkeys((*one.fields, *other.fields))
    return Shape(
        fields={name: (*one.fields.get(name, ()), *other.fields.get(name, ())) for name in names},
        required=one.required | other.required,
        items=one.items + other.items,
        others=one.others + other.others,
        place=one.place or other.place,
        name=one.name or other.name,
        unknown=one.unknown or other.unknown,
    )
