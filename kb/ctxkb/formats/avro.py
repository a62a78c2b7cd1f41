"""Avro schemas and protocols in JSON: a section a named type, nested ones too, and one a message of a protocol."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import Part, sections
from ctxkb.formats.contract_text import clip, listing, named, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.items import place
from ctxkb.formats.openapi_render import ITEM, render
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.formats.yamlsafe import load
from ctxkb.formats.yamltree import Number, Span, Table, Value
from ctxkb.types import Document, Kind, Parsed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Source

_NAMED = frozenset({"record", "error", "enum", "fixed"})
_PRIMITIVE = frozenset(
    {"null", "boolean", "int", "long", "float", "double", "bytes", "string", "array", "map", *_NAMED}
)


class _Found(NamedTuple):
    """A named type with its namespace and the names of the types around it."""

    type: Table
    space: str
    around: tuple[str, ...]


def parse_avro(source: Source) -> Parsed:
    """Read an Avro schema or protocol; raises `SourceError` with the line where it cannot be read at all."""
    written = decode(source.content)
    tree = load(written, json_only=True)
    found = list(_types(tree.root, "", ()))
    protocol = table(tree.root)
    if not found and "protocol" not in protocol:
        raise SourceError("not an Avro schema: it defines no record, enum or fixed", 1)
    known = frozenset(_spaced(one.type, "")[1] for one in found)
    reader = _Reader(source.path, written.split("\n"), known)
    parts = [*(reader.type(one) for one in found), *reader.messages(protocol)]
    title = text(protocol.get("protocol")) or (_full(found[0]) if len(found) == 1 else "")
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=title or (_full(found[0]) if isinstance(tree.root, Table) else source.path.rsplit("/", 1)[-1]),
        format=source.format,
        sections=sections(sorted(parts, key=lambda part: part.first), reader.lines, "json"),
    )
    return Parsed((document,), tuple(Problem(source.path, line, reason) for line, reason in tree.notes))


def _types(value: Value, space: str, around: tuple[str, ...]) -> Iterator[_Found]:
    """The named types in `value`, outermost first; a type without a namespace has that of the type around it."""
    if isinstance(value, list):
        for item in value:
            yield from _types(item, space, around)
        return
    body = table(value)
    if text(body.get("type")) in _NAMED and "name" in body:
        space, name = _spaced(body, space)
        yield _Found(body, space, around)
        around = (*around, name)
    elif "namespace" in body:
        space = text(body["namespace"])
    for field in items(body.get("fields")):
        yield from _types(table(field).get("type"), space, around)
    for key in ("type", "items", "values", "types"):
        if isinstance(body.get(key), (Table, list)):
            yield from _types(body.get(key), space, around)


def _spaced(body: Table, space: str) -> tuple[str, str]:
    """Namespace and simple name of a named type; a dotted name holds its namespace."""
    before, _, name = text(body.get("name")).rpartition(".")
    return before or text(body.get("namespace")) or space, name


def _full(found: _Found) -> str:
    return ".".join(filter(None, (found.space, _spaced(found.type, "")[1])))


class _Reader:
    """Makes parts of the types and messages of one file."""

    def __init__(self, path: str, lines: Sequence[str], known: frozenset[str]) -> None:
        self.lines = lines
        self._path = path
        self._known = known

    def type(self, found: _Found) -> Part:
        """A record with its fields, an enum with its symbols, a fixed with its size."""
        body = found.type
        name = _spaced(body, "")[1]
        full = _full(found)
        fields = [table(field) for field in items(body.get("fields"))]
        names = [each for field in fields for each in _used(field.get("type"))]
        told = ((text(field.get("name")), text(field.get("doc"))) for field in fields)
        summary = summarise(
            [
                f"{text(body.get('type'))} {named(name)}",
                f"namespace {found.space}" if found.space else "",
                clip(text(body.get("doc")), 400),
                listing("also called", map(text, items(body.get("aliases"))), 150),
                listing("fields", (f"{named(text(field.get('name')))} {_spelled(field)}" for field in fields), 400),
                listing("symbols", map(text, items(body.get("symbols"))), 300),
                listing("size", [text(body.get("size"))], 20),
                *(f"{field}: {clip(doc, 150)}" for field, doc in told if doc),
            ]
        )
        role = "enum" if text(body.get("type")) == "enum" else "type"
        return self._part(body, name, role, summary, found.around, names, (full, name))

    def messages(self, protocol: Table) -> Iterator[Part]:
        """The messages of a protocol: what is asked, what is answered, what may go wrong."""
        holder = table(protocol.get("messages"))
        for name, value in holder.items():
            body = table(value)
            asked = [table(item) for item in items(body.get("request"))]
            used = [*(item.get("type") for item in asked), body.get("response"), body.get("errors")]
            names = [each for item in used for each in _used(item)]
            summary = summarise(
                [
                    f"rpc {text(protocol.get('protocol'))}.{named(name)}",
                    clip(text(body.get("doc")), 400),
                    listing("request", (f"{text(item.get('name'))} {_spelled(item)}" for item in asked), 300),
                    listing("response", _used(body.get("response")) or [text(body.get("response"))], 100),
                    listing("errors", _used(body.get("errors")), 150),
                ]
            )
            shown, syntax = render(self.lines, holder.spans[name], value, "json")
            span = holder.spans[name]
            crumb = (text(protocol.get("protocol")),)
            files = self._files(names)
            anchor = f"messages/{name}"
            yield Part(
                name, "rpc", span.first, span.last, summary, anchor, crumb, (), tuple(names), files, shown, syntax
            )

    def _part(
        self,
        body: Table,
        name: str,
        role: str,
        summary: str,
        crumb: tuple[str, ...],
        uses: list[str],
        names: tuple[str, ...],
    ) -> Part:
        span = place(body) or Span(1, 1, 0, 0)
        shown, syntax = render(self.lines, span, body, "json", ITEM)
        files = self._files(uses)
        # A type without a namespace is meant by its simple name as well.
        uses = [*uses, *(each.rpartition(".")[2] for each in uses)]
        return Part(name, role, span.first, span.last, summary, name, crumb, names, tuple(uses), files, shown, syntax)

    def _files(self, names: list[str]) -> tuple[str, ...]:
        """Where a type that another file defines is kept as a rule: in a file of its name in this folder."""
        folder = posixpath.dirname(self._path)
        found = (name.rpartition(".")[2] for name in names)
        return tuple(
            path + f"#{name}"
            for name in dict.fromkeys(found)
            if name not in self._known and (path := posixpath.join(folder, f"{name}.avsc")) != self._path
        )


def _used(value: Value) -> list[str]:
    """Names of the types that are not primitive in a type, those of nested records left out."""
    if isinstance(value, list):
        return [name for item in value for name in _used(item)]
    if isinstance(value, Table):
        if text(value.get("type")) in _NAMED:
            return [text(value.get("name"))]
        return [name for key in ("type", "items", "values") for name in _used(value.get(key))]
    name = text(value)
    return [name] if name and name not in _PRIMITIVE and not isinstance(value, Number) else []


def _spelled(field: Table) -> str:
    """The type of a field in short: "long timestamp-millis", "Money?", "array of Line"."""
    return _short(field.get("type"))


def _short(value: Value) -> str:
    if isinstance(value, list):
        rest = [_short(item) for item in value if item != "null"]
        return " or ".join(rest) + ("?" if len(rest) < len(value) else "")
    if isinstance(value, Table):
        kind = text(value.get("type"))
        if kind in ("array", "map"):
            return f"{kind} of {_short(value.get('items') or value.get('values'))}"
        if isinstance(value.get("type"), (Table, list)):
            return _short(value.get("type"))
        return " ".join(filter(None, [text(value.get("name")) or kind, text(value.get("logicalType"))]))
    return text(value).rpartition(".")[2]
