"""Validates OpenAPI 3.0 to 3.2 and Swagger 2 by their published schemas, and what those schemas cannot say."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.contracts.faults import Fault
from ctxkb.check.contracts.plain import heart, line_at, outermost, plain, read, refers, said
from ctxkb.check.contracts.published import openapi_schema
from ctxkb.formats.openapi_refs import References
from ctxkb.formats.openapi_words import METHODS, items, table, text
from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.loads import Load

_VERSION = re.compile(r"3\.[012](?:\.\d+)?|2(?:\.0)?")
_FAMILIES = ("paths", "webhooks", "definitions", "parameters", "responses", "securityDefinitions")
_LITERAL = frozenset({"example", "examples", "default", "const", "enum", "value"})
_NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "headers", "responses", "callbacks"})


def openapi_faults(path: str, content: bytes, before: bytes, load: Load) -> Iterator[Fault]:
    """What a description holds against its specification; a part of a split one that bears no version is not judged."""
    root = read(path, content, load)
    version = text(root.get("openapi")) or text(root.get("swagger")) if root else ""
    if not root or not _VERSION.fullmatch(version):
        return
    changed = _changed(root, read(path, before, load))
    yield from _against_schema(root, changed, version)
    yield from _operation_ids(root)
    yield from _path_parameters(root, path)
    yield from _lost_references(root, path)


def _changed(root: Table, before: Table | None) -> Table:
    """`root` without those paths and components that were the same before."""
    kept = Table()
    for key, value in root.items():
        old = before.get(key) if before else None
        if key == "components" and isinstance(value, Table):
            value = _changed_families(value, table(old), tuple(value))
        kept[key] = value
    return _changed_families(kept, before, _FAMILIES) if before else kept


def _changed_families(holder: Table, before: Table, families: Sequence[str]) -> Table:
    made = Table()
    for key, value in holder.items():
        old = table(before.get(key))
        if key in families and isinstance(value, Table):
            chosen = Table()
            chosen.update((name, entry) for name, entry in value.items() if name not in old or old[name] != entry)
            value = chosen
        made[key] = value
    return made


def _against_schema(root: Table, changed: Table, version: str) -> Iterator[Fault]:
    judge = openapi_schema(version[:3] if version[0] == "3" else "2.0")
    for error in outermost([heart(each) for each in judge.iter_errors(plain(changed))]):
        where = list(error.absolute_path)
        if refers(root, where) or _is_part(root, where, error.message):
            continue
        yield Fault(line_at(root, where), f"{_named(where)}{said(error)}")


def _is_part(root: Table, where: Sequence[str | int], message: str) -> bool:
    """Whether it is a library of components, which needs neither paths nor a title."""
    return not where and "paths" not in root and "required property" in message


def _named(where: Sequence[str | int]) -> str:
    """How a person finds the place: `GET /orders, responses.200: `."""
    parts = [str(part) for part in where]
    if len(parts) > 2 and parts[0] == "paths" and parts[2] in METHODS:
        parts = [f"{parts[2].upper()} {parts[1]}", *parts[3:]]
    elif len(parts) > 1 and parts[0] == "paths":
        parts = parts[1:]
    head, rest = parts[:1], ".".join(parts[1:])
    return f"{', '.join(filter(None, (*head, rest)))}: " if parts else ""


def _operations(root: Table) -> Iterator[tuple[str, Table, str, Table]]:
    """Path, path item, method and operation of those that stand in the file itself."""
    for path, item in table(root.get("paths")).items():
        for method, body in table(item).items():
            if method in METHODS and isinstance(body, Table):
                yield path, table(item), method, body


def _operation_ids(root: Table) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for path, _, method, body in _operations(root):
        name, called = text(body.get("operationId")), f"{method.upper()} {path}"
        if name and name in first:
            line = body.spans["operationId"].first
            yield Fault(line, f"{called}: the operationId {name} is also that of {first[name]}")
        first.setdefault(name, called)


def _path_parameters(root: Table, file: str) -> Iterator[Fault]:
    """Names in braces of a path that no parameter describes; a parameter in another file may be any of them."""
    references = References(root, file)
    for path, item, method, body in _operations(root):
        listed = [references.resolve(each) for each in (*items(item.get("parameters")), *items(body.get("parameters")))]
        if "$ref" in item or "$ref" in body or any(each is None for each in listed):
            continue
        known = {text(table(each).get("name")) for each in listed if text(table(each).get("in")) == "path"}
        for name in re.findall(r"\{([^{}]+)\}", path):
            if name not in known:
                line = item.spans[method].first
                yield Fault(line, f"{method.upper()} {path}: no parameter describes {{{name}}} of the path")


def _lost_references(root: Table, file: str) -> Iterator[Fault]:
    """`$ref`s into the file itself that lead nowhere."""
    references = References(root, file)
    for ref, line in _references(root):
        if ref.startswith("#/"):
            pointer = references.pointer(ref)
            if pointer and references.find(pointer) is None and not _is_elsewhere(root, pointer):
                yield Fault(line, f"the $ref {ref} leads nowhere")


def _is_elsewhere(root: Table, pointer: Sequence[str]) -> bool:
    """Whether what holds the target stands in another file."""
    return any(refers(root, pointer[:length]) for length in range(len(pointer)))


def _references(root: Value) -> Iterator[tuple[str, int]]:
    """The `$ref`s below `root` with their lines; what is an example or a default holds none."""
    stack: list[tuple[Value, bool]] = [(root, False)]
    seen: set[int] = set()
    while stack:
        value, names = stack.pop()
        if id(value) in seen or not isinstance(value, (Table, list)):
            continue
        seen.add(id(value))
        if isinstance(value, list):
            stack.extend((item, False) for item in reversed(value))
            continue
        ref = None if names else value.get("$ref")
        if isinstance(ref, str):
            yield ref, value.spans["$ref"].first
        below = [(key, item) for key, item in value.items() if names or not (key in _LITERAL or key.startswith("x-"))]
        stack.extend((item, not names and key in _NAMED) for key, item in reversed(below))
