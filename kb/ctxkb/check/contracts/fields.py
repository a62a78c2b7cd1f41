"""Compares two schemas: which fields of a response went, which fields of a request became required."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ctxkb.check.contracts.files import Files, Node
from ctxkb.check.contracts.shapes import Shape, Shapes, merged

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.check.contracts.shapes import Way

LIST = "[]"
"""What a name ends in that stands for a list as a whole."""

_TOLD = 4
"""So many fields of one schema are told one by one; more, and all of them, are told together."""


@dataclass(frozen=True, slots=True)
class Fields:
    """Fields of one schema, called after it where it has a name (`Order.total`, `data[].name`), and where that is."""

    names: tuple[str, ...]
    where: str
    line: int

    def leaves(self) -> tuple[str, ...]:
        """The names alone, without what they stand in."""
        return tuple(name.rsplit(".", 1)[-1] for name in self.names)


@dataclass
class FieldComparer:
    """Compares what goes one way, each pair of schemas once."""

    way: Way
    before: Files
    after: Files
    _known: dict[tuple[object, ...], tuple[Fields, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._old, self._new = Shapes(self.before, self.way), Shapes(self.after, self.way)

    def compare(self, old: Sequence[Node], new: Sequence[Node], label: str = "") -> tuple[Fields, ...]:
        """The fields that a response loses on the way from `old` to `new`, or that a request must hold from then on."""
        key = (*_identities(old), "", *_identities(new), label)
        if key not in self._known:
            # A schema that holds itself is compared once.
            self._known[key] = ()
            self._known[key] = tuple(dict.fromkeys(self._shapes(self._old.of(old), self._new.of(new), label)))
        return self._known[key]

    def _shapes(self, old: Shape, new: Shape, label: str) -> Iterator[Fields]:
        label = new.name or label
        found = list(self._united(self._old.united(old), self._new.united(new), label))
        yield from found
        if not len(old.groups) == len(new.groups) == 1:
            return
        # What all alternatives lose was told already.
        told = {each.leaves() for each in found}
        for one, other in _pairs(old.groups[0], new.groups[0]):
            before = merged(self._old.united(self._old.of(one)), replace(old, groups=()))
            after = merged(self._new.united(self._new.of(other)), replace(new, groups=()))
            yield from (each for each in self._united(before, after, after.name or label) if each.leaves() not in told)

    def _united(self, old: Shape, new: Shape, label: str) -> Iterator[Fields]:
        if old.unknown or new.unknown:
            return
        yield from self._lost(old, new, label) if self.way == "response" else self._demanded(old, new, label)
        for name in old.fields:
            if name in new.fields:
                yield from self.compare(old.fields[name], new.fields[name], f"{label}.{name}".lstrip("."))
        if old.items and new.items:
            yield from self.compare(old.items, new.items, f"{label}[]")
        if old.others and new.others:
            yield from self.compare(old.others, new.others, f"{label}.*".lstrip("."))

    def _lost(self, old: Shape, new: Shape, label: str) -> Iterator[Fields]:
        if old.items and new.fields and not (new.items or new.groups):
            place = new.place or Node(None, "")
            yield Fields((f"{label}{LIST}",), place.file, place.line)
        gone = [name for name in old.fields if name not in new.fields]
        place = new.place or Node(None, "")
        names = [f"{label}.{name}".lstrip(".") for name in gone]
        together = len(names) > _TOLD or (len(names) > 1 and not new.fields)
        for group in [tuple(names)] if together else [(name,) for name in names]:
            yield Fields(group, place.file, place.line)

    def _demanded(self, old: Shape, new: Shape, label: str) -> Iterator[Fields]:
        if old.is_blank():
            # Nothing was said of the value: its fields are described now, and may have been needed ever since.
            return
        for name, required in new.required.items():
            own = new.fields.get(name, ())
            if name not in old.required and not any(node.at("default") for node in own):
                place = own[0] if own and own[0].line else required
                yield Fields((f"{label}.{name}".lstrip("."),), place.file, place.line)


def _identities(nodes: Sequence[Node]) -> Iterator[object]:
    for node in nodes:
        if node.choice:
            yield from ("|", *_identities(node.choice), "|")
        else:
            yield id(node.value)


def _pairs(old: Sequence[Node], new: Sequence[Node]) -> Iterator[tuple[list[Node], list[Node]]]:
    """Alternatives of the same name, and in the end those that are left over on either side, as a whole."""
    called = {_called(node): node for node in new}
    left = []
    for number, node in enumerate(old):
        name = _called(node)
        if name and name in called:
            yield [node], [called.pop(name)]
        elif not name and len(old) == len(new) and not _called(new[number]):
            yield [node], [new[number]]
        else:
            left.append(node)
    rest = [node for name, node in called.items() if name]
    if left and rest:
        yield [_one_of(left)], [_one_of(rest)]


def _one_of(nodes: Sequence[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Node(None, nodes[0].file, nodes[0].line, "", tuple(nodes))


def _called(node: Node) -> str:
    """What an alternative is known by: the schema that it refers to, or its title."""
    return node.text("$ref").rsplit("/", 1)[-1] or node.text("title")
