"""A file that a contract refers to: its path items, operations, schemas and messages, under the names it gives them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.asyncapi_parts import message_words
from ctxkb.formats.contract_scope import STATED, contract_scope
from ctxkb.formats.decode import decode
from ctxkb.formats.jsonschema import parse_jsonschema
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_parts import Part, Parts, only
from ctxkb.formats.openapi_refs import References, stem
from ctxkb.formats.openapi_sections import part_sections
from ctxkb.formats.openapi_words import METHODS, Operation, schema_summary, table, text
from ctxkb.formats.split import Around, Route, Routes
from ctxkb.formats.yamltree import Span, Table, Value
from ctxkb.types import Document, Kind, Parsed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.formats.loads import Load
    from ctxkb.formats.openapi_refs import Place, Pointer
    from ctxkb.types import Source

_CONTAINERS = frozenset(
    {"schemas", "parameters", "responses", "requestBodies", "headers", "messages", "channels", "pathItems", "paths"}
)
_COMBINED = ("allOf", "oneOf", "anyOf", "enum", "required")
_SCHEMA = frozenset({"properties", "items", "additionalProperties", "$ref", "const", "not", "format", *_COMBINED})


def parse_part(source: Source, load: Load = load_file, around: Around | None = None) -> Parsed:
    """Read a file that a contract refers to; nothing where it holds no named parts.

    Raises `SourceError` with the line where it cannot be read at all.
    """
    written = decode(source.content)
    tree = load(source.path, source.content)
    root = tree.root
    if not isinstance(root, Table):
        return Parsed()
    describing = _describing(around)
    title = ": ".join(filter(None, [_title(describing), source.path.rsplit("/", 1)[-1]]))
    if _is_schema(root):
        return _retitled(parse_jsonschema(source, load, around), title)
    references = References(root, source.path, around)
    reader = _Reader(references, source.path, _routes(around, source.path), describing)
    parts = sorted(reader.read(root), key=lambda part: (part.span.first, part.span.column))
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=title,
        format=source.format,
        sections=part_sections(parts, references, written.split("\n"), "json" if tree.json else "yaml"),
        scope=contract_scope(source.path, describing.get(STATED)),
        parts=references.files(),
    )
    notes = [Problem(source.path, line, reason) for line, reason in tree.notes]
    return Parsed((document,), (*notes, *reader.problems))


def _describing(around: Around | None) -> Table:
    """The first description that the file is a part of."""
    return table(around.root(around.described_by[0])) if around and around.described_by else Table()


def _title(describing: Table) -> str:
    return " ".join(text(table(describing.get("info")).get("title")).split())


def _retitled(parsed: Parsed, title: str) -> Parsed:
    return replace(parsed, documents=tuple(replace(document, title=title) for document in parsed.documents))


class _Reader:
    """The parts of one file; what is malformed goes to `problems`."""

    def __init__(self, references: References, file: str, routes: Mapping[Pointer, Route], describing: Table) -> None:
        self._references = references
        self._file = file
        self._routes = routes
        self._describing = describing
        self.problems: list[Problem] = []

    def read(self, root: Table) -> Iterator[Part]:
        """The whole file as one part where it is one, else each of its entries."""
        if root and (() in self._routes or _is_path_item(root) or _family(root)):
            yield from self._part(stem(self._file), root, (), _all(root))
            return
        for name, value in root.items():
            if name in _CONTAINERS and isinstance(value, Table) and not (_is_path_item(value) or _family(value)):
                for key, entry in value.items():
                    yield from self._part(key, entry, (name, key), value.spans[key])
            else:
                yield from self._part(name, value, (name,), root.spans[name])

    def _part(self, name: str, value: Value, pointer: Pointer, span: Span) -> Iterator[Part]:
        if not isinstance(value, Table) or self._references.stands_elsewhere(value):
            return
        route = self._routes.get(pointer)
        entries = value if not pointer else only(name, value)
        if route and route.method:
            operation = Operation(route.method.upper(), route.path, value, Table(), route.root)
            yield self._operations(route.root).operation(operation, span, entries, pointer)
        elif route or _is_path_item(value):
            reader = self._operations(route.root if route else self._describing)
            yield from reader.path_item(route.path if route else name.replace("@", "/"), value, pointer)
            self.problems += reader.problems
        elif family := _family(value):
            told = message_words if family == "message" else schema_summary
            summary = told(name, value, self._references)
            anchor = name if len(pointer) < 2 or pointer[0] == "schemas" else "/".join(pointer)
            yield Part(pointer, anchor, name, family, span, entries, summary, (), (value,))

    def _operations(self, root: Table) -> Parts:
        return Parts(root, self._references, self._file)


def _all(root: Table) -> Span:
    """Where the first entry begins and the last one ends."""
    opening = min(root.spans.values(), key=lambda span: (span.first, span.column))
    closing = max(root.spans.values(), key=lambda span: (span.last, span.end))
    return Span(opening.first, closing.last, opening.column, closing.end)


def _is_path_item(value: Table) -> bool:
    return any(isinstance(value.get(method), Table) for method in METHODS)


def _family(value: Table) -> str:
    """The role of a named part, told by its keys; "" where they are those of none."""
    if "payload" in value:
        return "message"
    if isinstance(value.get("publish"), Table) or isinstance(value.get("subscribe"), Table) or "address" in value:
        return "channel"
    if isinstance(value.get("in"), str) or isinstance(value.get("content"), Table):
        return "component"
    if isinstance(value.get("description"), str) and isinstance(value.get("headers"), Table):
        return "component"
    if _is_schema(value):
        return "schema"
    return "component" if isinstance(value.get("description"), str) else ""


def _is_schema(value: Table) -> bool:
    """Whether keys are those of a schema: under names that someone chose stand tables, under these something else."""
    if isinstance(value.get("in"), str) or isinstance(value.get("$ref"), Table):
        return False
    kinds = value.get("type")
    if isinstance(kinds, (str, list)) or isinstance(value.get("$ref"), str):
        return True
    return isinstance(value.get("properties"), Table) or any(isinstance(value.get(key), list) for key in _COMBINED)


def _routes(around: Around | None, path: str) -> dict[Pointer, Route]:
    """What the descriptions say of the path items and operations in the file at `path`."""
    found: dict[Pointer, Route] = {}
    for description in around.described_by if around else ():
        known = around.files.routes if around else {}
        if description not in known:
            known[description] = _described(description, Around(around.files)) if around else {}
        found = known[description].get(path, {}) | found
    return found


def _described(description: str, around: Around) -> Routes:
    """The routes of one description, by the files in which they stand."""
    root = table(around.root(description))
    references = References(root, description, around)
    found: Routes = {}

    def note(place: Place, route: Route) -> None:
        if place[0] != description:
            found.setdefault(place[0], {}).setdefault(place[1], route)

    start, paths = references.follow(root.get("paths"), (description, ("paths",)))
    for name, value in table(paths).items():
        place, item = references.follow(value, (start[0], (*start[1], name)))
        if isinstance(item, Table):
            note(place, Route(name, "", root))
            for method in item.keys() & METHODS:
                note(references.follow(item[method], (place[0], (*place[1], method)))[0], Route(name, method, root))
    return found
