"""Compares two states of an OpenAPI or Swagger description by what its clients send and get.

Only what a client reads or must send counts: the order of things, descriptions, examples, the file in which a part
stands and whether it is written in place or behind a `$ref` do not.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.contracts.fields import LIST, FieldComparer
from ctxkb.check.contracts.files import Node
from ctxkb.check.contracts.interface import Break, Comparison
from ctxkb.check.contracts.surface import Surface, operations, root_of, unnamed, versioned

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ctxkb.check.contracts.interface import BreakKind, Side
    from ctxkb.check.contracts.surface import Operation

_ANY = "*/*"


def compare_openapi(before: Side, after: Side | None, others: Sequence[Side]) -> Comparison:
    """What becomes of the operations of `before`; see `Comparer`. A file that cannot be read breaks nothing."""
    if root_of(before).value is None or (after and root_of(after).value is None):
        return Comparison((), "", "")
    broken = tuple(_broken(before, after, [side for side in (after, *others) if side]))
    return Comparison(broken, _version(before), _version(after) if after else "")


def _version(side: Side) -> str:
    info = root_of(side).at("info")
    return info.text("version") if info else ""


def _broken(before: Side, after: Side | None, ends: Sequence[Side]) -> Iterator[Break]:
    pairs = [_Pair(before, side) for side in ends]
    old = list(operations(before))
    followed = [(operation, *_successor(operation, pairs)) for operation in old]
    if old and after is None and not any(new for _, _, new in followed):
        yield _removed_contract(before, old)
        return
    served = {full for pair in pairs for full in pair.called}
    for operation, pair, new in followed:
        if pair and new:
            yield from pair.compare(operation, new)
            if after and pair is pairs[0] and operation.full not in served:
                yield from _readdressed(operation, new, after)
        else:
            yield _removed(operation, after or before, _newer(operation, pairs))


def _successor(operation: Operation, pairs: Sequence[_Pair]) -> tuple[_Pair | None, Operation | None]:
    """The same operation afterwards, in this description or in another one."""
    found = ((pair, pair.new.get(operation.key) or pair.called.get(operation.full)) for pair in pairs)
    return next(((pair, new) for pair, new in found if new), (None, None))


def _newer(operation: Operation, pairs: Sequence[_Pair]) -> str:
    """The operation of a newer version by its path that was not there before, "" where there is none."""
    bare, version = versioned(operation.key[1])
    for pair in pairs:
        for key, new in pair.new.items():
            path, number = versioned(key[1])
            if number > version >= 0 and (key[0], path) == (operation.method, bare) and key not in pair.old:
                return new.name
    return ""


def _removed_contract(side: Side, old: Sequence[Operation]) -> Break:
    count = f"its {len(old)} operations" if len(old) > 1 else "its operation"
    names = tuple(name for each in old for name in (each.name, each.id) if name)
    message = f"the contract is deleted with {count}"
    preview = all(each.is_preview() for each in old)
    return Break("contract-removed", old[0].name, side.path, 0, message, names, preview=preview)


def _removed(operation: Operation, side: Side, newer: str) -> Break:
    """The break that points to where its path, or else the paths, stand now."""
    paths = root_of(side).at("paths")
    items = paths.entries() if paths else ()
    item = next((node for path, node in items if unnamed(path) == operation.key[1]), None)
    place = item or paths or Node(None, side.path)
    names = (operation.name, *filter(None, [operation.id]))
    message = "the operation is removed"
    preview = operation.is_preview()
    return Break("operation-removed", operation.name, place.file, place.line, message, names, newer, preview)


def _readdressed(old: Operation, new: Operation, after: Side) -> Iterator[Break]:
    """The break where a Swagger description puts an operation elsewhere: its `basePath` is the only one there is."""
    if not (old.swagger and new.swagger) or old.prefix == new.prefix:
        return
    place = root_of(after).at("basePath") or Node(None, after.path)
    message = f"its address begins with {new.prefix or '/'}, was {old.prefix or '/'}"
    (bare, version), (path, number) = versioned(old.full[1]), versioned(new.full[1])
    moved = new.name if bare == path and number > version >= 0 else ""
    broken = _break("address-changed", old, new, message, place)
    yield replace(broken, moved=moved)


class _Pair:
    """A description and the one in which its operations may be found afterwards."""

    def __init__(self, before: Side, after: Side) -> None:
        self._before, self._after = before, after
        self._affected = before.files.affected(before.path) | after.files.affected(after.path)
        self._then, self._now = Surface(before), Surface(after)
        self._response = FieldComparer("response", before.files, after.files)
        self._request = FieldComparer("request", before.files, after.files)

    @cached_property
    def old(self) -> frozenset[tuple[str, str]]:
        """The keys of the operations before."""
        return frozenset(each.key for each in operations(self._before))

    @cached_property
    def new(self) -> Mapping[tuple[str, str], Operation]:
        """The operations afterwards by key."""
        return {each.key: each for each in operations(self._after)}

    @cached_property
    def called(self) -> Mapping[tuple[str, str], Operation]:
        """The operations afterwards by what a client calls, the server's part of the address included."""
        return {each.full: each for each in self.new.values()}

    def compare(self, old: Operation, new: Operation) -> Iterator[Break]:
        """What breaks for the clients of one operation; nothing where none of its files is touched."""
        if self._affected.isdisjoint({old.node.file, old.shared.file, new.node.file, new.shared.file}):
            return
        yield from self._parameters(old, new)
        yield from self._bodies(old, new)
        yield from self._answers(old, new)

    def _parameters(self, old: Operation, new: Operation) -> Iterator[Break]:
        then = self._then.parameters(old)
        for key, node in self._now.parameters(new).items():
            if node.is_true("required") and (key not in then or not then[key].is_true("required")):
                how = "is now required" if key in then else "is new and required"
                yield _break("parameter-required", old, new, f"the {key[0]} parameter {node.text('name')} {how}", node)

    def _bodies(self, old: Operation, new: Operation) -> Iterator[Break]:
        then, now = self._then.body(old), self._now.body(new)
        if now is None:
            return
        if now[1] and not (then and then[1]):
            how = "is now required" if then else "is new and required"
            yield _break("body-required", old, new, f"the request body {how}", now[0])
        for one, other in _media(self._then.schemas(then[0]), self._now.schemas(now[0])) if then else ():
            for found in self._request.compare([one], [other]):
                what = f"the request field {found.names[0]} is now required"
                yield _break("request-field-required", old, new, what, Node(None, found.where, found.line))

    def _answers(self, old: Operation, new: Operation) -> Iterator[Break]:
        for then, now in _codes(self._then.answers(old), self._now.answers(new)):
            before, after = self._then.schemas(then), self._now.schemas(now)
            if before and not after:
                yield _break("response-field-removed", old, new, "the response has no content any more", now)
            for one, other in _media(before, after):
                for found in self._response.compare([one], [other]):
                    place = Node(None, found.where, found.line) if found.where else now
                    yield _break("response-field-removed", old, new, _gone(found.names), place)


def _break(kind: BreakKind, old: Operation, new: Operation, message: str, place: Node) -> Break:
    names = tuple(dict.fromkeys(filter(None, (new.name, old.name, old.id, new.id))))
    preview = old.is_preview() or new.is_preview()
    return Break(kind, new.name, place.file, place.line, message, names, preview=preview)


def _gone(names: Sequence[str]) -> str:
    if len(names) == 1 and names[0].endswith(LIST):
        name = names[0].removesuffix(LIST)
        return f"the response {f'field {name}' if name else 'itself'} is no list any more"
    if len(names) == 1:
        return f"the response field {names[0]} is removed"
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f"the response fields {', '.join(names[:4])}{more} are removed"


def _media(old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[tuple[Node, Node]]:
    """The schemas to compare: those of one media type; a wildcard, or the only one there is, is any other."""
    for media, schema in old.items():
        alone = len(old) == len(new) == 1 or media == _ANY
        other = new.get(media) or new.get(_ANY) or (next(iter(new.values()), None) if alone else None)
        if other:
            yield schema, other


def _codes(old: Mapping[str, Node], new: Mapping[str, Node]) -> Iterator[tuple[Node, Node]]:
    """The responses to compare: those of one code; a code that went is followed by one that came."""
    came = [node for code, node in new.items() if code not in old]
    for code, node in old.items():
        other = new.get(code) or new.get("2XX") or new.get("default")
        if other or came:
            yield node, other or came[0]
