"""The named parts of an OpenAPI description, in the order of the file, before they become sections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.formats.openapi_words import (
    METHODS,
    Operation,
    info_summary,
    items,
    operation_summary,
    path_summary,
    requirements,
    schema_summary,
    table,
    text,
)
from ctxkb.formats.yamltree import Span, Table, Value
from ctxkb.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.openapi_refs import Pointer, References

_CONTAINERS = ("definitions", "$defs", "parameters", "responses", "securityDefinitions")
"""Top-level keys of Swagger 2 (and of JSON Schema) whose tables hold named parts."""
_TRIVIAL = frozenset({"openapi", "swagger", "jsonSchemaDialect", "$schema", "$self", "$id"})
_UNNAMED = frozenset({"examples", "pathItems"})


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes a section. `entries` holds it under its own key, for text that has to be written anew."""

    pointer: Pointer
    anchor: str
    heading: str
    role: str
    span: Span
    entries: Table
    summary: str
    breadcrumb: tuple[str, ...] = ()
    needs: tuple[Value, ...] = ()
    also: tuple[Pointer, ...] = ()
    """Parts that belong to it without a `$ref`: its path's parameters, its security schemes."""


class Parts:
    """Reads the parts of one description; what is malformed goes to `problems` and the rest is kept."""

    def __init__(self, root: Table, references: References, file: str) -> None:
        self._root = root
        self._references = references
        self._file = file
        self._used: set[Pointer] = set()
        self.problems: list[Problem] = []

    def read(self) -> list[Part]:
        """All parts in the order of their lines."""
        found = [*self._info(), *self._paths(), *self._webhooks(), *self._components()]
        return sorted(found, key=lambda part: (part.span.first, part.span.column))

    def _problem(self, line: int, reason: str) -> None:
        self.problems.append(Problem(self._file, line, reason))

    def _tables(self, holder: Table, key: str, where: str) -> Iterator[tuple[str, Value, Span]]:
        """The entries of the table at `key` with their places, extensions left out."""
        value = holder.get(key)
        if value is None:
            return
        if not isinstance(value, Table):
            self._problem(holder.spans[key].first, f"{where} is no mapping: left out")
            return
        for name, entry in value.items():
            if not name.startswith("x-") and name != "$ref":
                yield name, entry, value.spans[name]

    def _info(self) -> Iterator[Part]:
        """What stands at the top level beside the containers, one part a run of neighbours."""
        run: list[str] = []
        for key in [*self._root, ""]:
            if key and key not in ("paths", "components", "webhooks", *_CONTAINERS):
                run.append(key)
                continue
            if set(run) - _TRIVIAL:
                yield self._run(run)
            run = []

    def _run(self, keys: list[str]) -> Part:
        heading = "info" if "info" in keys else ", ".join(key for key in keys if key not in _TRIVIAL)
        chosen = Table()
        chosen.update((key, self._root[key]) for key in keys)
        opening, closing = self._root.spans[keys[0]], self._root.spans[keys[-1]]
        span = Span(opening.first, closing.last, opening.column, closing.end)
        summary = info_summary(self._root if heading == "info" else chosen)
        return Part((heading,), heading, heading, "info", span, chosen, summary or heading)

    def _paths(self) -> Iterator[Part]:
        for path, value, span in self._tables(self._root, "paths", "paths"):
            pointer = ("paths", path)
            if not isinstance(value, Table):
                self._problem(span.first, f"the path {path} is no mapping: left out")
            elif "$ref" not in value:
                yield from self.path_item(path, value, pointer)
            else:
                yield from self._referred(path, value, span)

    def _referred(self, path: str, value: Table, span: Span) -> Iterator[Part]:
        """A path item that is a `$ref`: the operations of its target in this file.

        Those of another file stand there; where that cannot be read, one part names it.
        """
        ref = text(value["$ref"])
        (file, pointer), target = self._references.follow(value)
        if self._references.stands_elsewhere(value):
            return
        if isinstance(target, Table):
            self._used.add(pointer)
            yield from self.path_item(path, target, pointer)
        elif file == self._file and self._references.pointer(ref) is not None:
            self._problem(span.first, f"the $ref of {path} leads nowhere: {ref}")
        else:
            summary = f"{path}. Its operations are described in {ref}."
            yield Part(("paths", path), path, path, "operation", span, only(path, value), summary, needs=(value,))

    def path_item(self, path: str, item: Table, pointer: Pointer) -> Iterator[Part]:
        """The operations of one path item, and its own parameters where they are written there."""
        if any("$ref" not in table(parameter) for parameter in items(item.get("parameters"))):
            entries = only("parameters", item["parameters"])
            span, summary = item.spans["parameters"], path_summary(path, item, self._references)
            yield Part((*pointer, "parameters"), path, path, "component", span, entries, summary, (), (entries,))
        for holder in (item, table(item.get("additionalOperations"))):
            for name, body in holder.items():
                if holder is item and name.lower() not in METHODS:
                    continue
                if isinstance(body, Table) and not self._references.stands_elsewhere(body):
                    operation = Operation(name.upper(), path, body, item, self._root)
                    yield self.operation(operation, holder.spans[name], only(name, body), pointer)
                elif not isinstance(body, Table):
                    self._problem(holder.spans[name].first, f"{name.upper()} {path} is no mapping: left out")

    def operation(self, operation: Operation, span: Span, entries: Table, pointer: Pointer) -> Part:
        """An operation; `pointer` is that of its path item."""
        body, shared = operation.body, operation.shared.get("parameters")
        first = "parameters" if "swagger" in self._root else "requestBody"
        tags = items(body.get("tags"))
        heading = f"{operation.method} {operation.path}"
        return Part(
            pointer=("paths", operation.path, operation.method.lower()),
            anchor=heading,
            heading=heading,
            role="operation",
            span=span,
            entries=entries,
            summary=operation_summary(operation, self._references),
            breadcrumb=(text(tags[0]),) if tags and text(tags[0]) else (),
            needs=(body.get(first), body.get("responses"), body, shared),
            also=((*pointer, "parameters"), *self._schemes(requirements(operation))),
        )

    def _schemes(self, names: list[str]) -> list[Pointer]:
        holder: Pointer = ("securityDefinitions",) if "swagger" in self._root else ("components", "securitySchemes")
        return [(*holder, name) for name in names]

    def _webhooks(self) -> Iterator[Part]:
        for name, value, span in self._tables(self._root, "webhooks", "webhooks"):
            item = self._references.resolve(value)
            if not isinstance(item, Table):
                self._problem(span.first, f"the webhook {name} is no mapping, or its $ref leads nowhere: left out")
                continue
            told = [
                operation_summary(Operation(method.upper(), name, body, item, Table()), self._references)
                for method, body in item.items()
                if method.lower() in METHODS and isinstance(body, Table)
            ]
            heading = f"webhook {name}"
            summary = " ".join([heading, *told])
            yield Part(("webhooks", name), heading, heading, "webhook", span, only(name, value), summary, (), (item,))

    def _components(self) -> Iterator[Part]:
        for key in _CONTAINERS:
            yield from self._named(self._root, key, (key,))
        for key, value, span in self._tables(self._root, "components", "components"):
            if not isinstance(value, Table):
                self._problem(span.first, f"components.{key} is no mapping: left out")
            elif key not in _UNNAMED:
                yield from self._named(table(self._root["components"]), key, ("components", key))
            elif key == "pathItems":
                yield from self._path_items(value)

    def _path_items(self, holder: Table) -> Iterator[Part]:
        """Path items that no path refers to; the others stand under their paths."""
        for name, item in holder.items():
            pointer = ("components", "pathItems", name)
            if pointer not in self._used and isinstance(item, Table):
                summary = schema_summary(name, item, self._references)
                anchor, entries = f"pathItems/{name}", only(name, item)
                yield Part(pointer, anchor, name, "component", holder.spans[name], entries, summary, (), (item,))

    def _named(self, holder: Table, key: str, pointer: Pointer) -> Iterator[Part]:
        """The schemas, parameters, responses ... under `key`, each with the name as its heading."""
        schema = key in ("schemas", "definitions", "$defs")
        for name, value, span in self._tables(holder, key, ".".join(pointer)):
            if not isinstance(value, (Table, bool)):
                self._problem(span.first, f"{'.'.join(pointer)}.{name} is no mapping: left out")
                continue
            if self._references.stands_elsewhere(value):
                continue
            yield Part(
                pointer=(*pointer, name),
                anchor=name if schema else f"{_FAMILY.get(key, key)}/{name}",
                heading=name,
                role="schema" if schema else "component",
                span=span,
                entries=only(name, value),
                summary=schema_summary(name, value, self._references),
                breadcrumb=("schemas" if schema else _FAMILY.get(key, key),),
                needs=(value,),
            )


_FAMILY = {"securityDefinitions": "securitySchemes"}


def only(key: str, value: Value) -> Table:
    """A table of one entry, for text that has to be written anew."""
    entries = Table()
    entries[key] = value
    return entries
