"""Summaries of an OpenAPI description's parts: the words by which a semantic search finds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import clip, listing, name_words, named, summarise
from ctxkb.formats.yamltree import Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.openapi_refs import References

METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
"""Keys of a path item that hold an operation."""

_COMBINED = ("allOf", "oneOf", "anyOf")
_MAX_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation with what its path item and the whole description add to it."""

    method: str
    path: str
    body: Table
    shared: Table
    """The path item: its parameters, summary and description hold for each of its operations."""
    root: Table


def text(value: Value) -> str:
    """A scalar as text, else ""; a list of one scalar is that scalar (what a `!!python` tag leaves behind)."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else ""


def table(value: Value) -> Table:
    """`value` where it is a mapping, else an empty one."""
    return value if isinstance(value, Table) else Table()


def items(value: Value) -> list[Value]:
    """`value` where it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def operation_summary(operation: Operation, references: References) -> str:
    """Method, path, texts, parameters, request, responses with their fields, and security of `operation`."""
    body, shared = operation.body, operation.shared
    route = f"{text(operation.root.get('basePath')).rstrip('/')}{operation.path}"
    request = _request(operation, references)
    responses = table(body.get("responses"))
    answers = [schema for answer in _wanted(responses) for schema in _schemas(references.resolve(answer), references)]
    known = [*values_of(request, references), *values_of(answers, references)]
    return summarise(
        [
            f"{operation.method} {route}",
            name_words(route),
            "deprecated" if text(body.get("deprecated")) == "true" else "",
            text(body.get("summary")) or text(shared.get("summary")),
            clip(text(body.get("description")) or text(shared.get("description")), 400),
            named(text(body.get("operationId"))),
            listing("tags", map(text, items(body.get("tags"))), 80),
            listing("parameters", _parameter_names(operation, references), 200),
            listing("request", [*_media(body, references), *fields_of(request, references)], 250),
            listing("responses", responses, 60),
            listing("response fields", fields_of(answers, references), 250),
            listing("values", known, 150),
            _security(operation),
        ]
    )


def schema_summary(name: str, value: Value, references: References) -> str:
    """Name, texts, fields and enum values of a schema, parameter, response or whatever else is named."""
    body = table(value)
    properties = table(body.get("properties"))
    schemas = [value, *_schemas(body, references)]
    return summarise(
        [
            named(name),
            "deprecated" if text(body.get("deprecated")) == "true" else "",
            text(body.get("title")) if text(body.get("title")) != name else "",
            clip(text(body.get("description")), 400),
            listing("in", [text(body.get("in")), text(body.get("name"))], 80),
            listing("type", [text(body.get("type")), text(body.get("scheme"))], 40),
            listing("fields", fields_of(schemas, references), 300),
            listing("values", values_of(schemas, references), 200),
            *(f"{key}: {clip(words, 150)}" for key, item in properties.items() if (words := _told(item))),
        ]
    )


def path_summary(path: str, item: Table, references: References) -> str:
    """What the operations of one path share: its words and parameters."""
    names = _parameter_names(Operation("", path, Table(), item, Table()), references)
    told = clip(text(item.get("summary")) or text(item.get("description")), 400)
    return summarise([path, name_words(path), told, listing("parameters of every operation", names, 300)])


def info_summary(root: Table) -> str:
    """Title, description, tags, servers and security of the whole description."""
    info = table(root.get("info"))
    servers = [text(table(server).get("url")) for server in items(root.get("servers"))]
    tags = [table(tag) for tag in items(root.get("tags"))]
    schemes = table(table(root.get("components")).get("securitySchemes")) or table(root.get("securityDefinitions"))
    return summarise(
        [
            " ".join(filter(None, [text(info.get("title")), text(info.get("version"))])),
            text(info.get("summary")),
            clip(text(info.get("description")), 500),
            listing("servers", filter(None, [*servers, text(root.get("host")), text(root.get("basePath"))]), 200),
            listing("security", [*_requirements(root.get("security")), *schemes], 150),
            listing("tags", (text(tag.get("name")) for tag in tags), 200),
            *(clip(text(tag.get("description")), 150) for tag in tags),
        ]
    )


def requirements(operation: Operation) -> list[str]:
    """Names of the security schemes that hold for `operation`: its own, else the whole description's."""
    own = operation.body.get("security", operation.shared.get("security", operation.root.get("security")))
    return _requirements(own)


def parameters(operation: Operation, references: References) -> list[Table]:
    """The parameters of `operation`, resolved: its own, then those of its path that it does not replace."""
    found: dict[tuple[str, str], Table] = {}
    for value in [*items(operation.body.get("parameters")), *items(operation.shared.get("parameters"))]:
        parameter = table(references.resolve(value))
        found.setdefault((text(parameter.get("in")), text(parameter.get("name"))), parameter)
    return list(found.values())


def _told(value: Value) -> str:
    return text(table(value).get("description")) or text(table(value).get("title"))


def _requirements(value: Value) -> list[str]:
    return list(dict.fromkeys(name for requirement in items(value) for name in table(requirement)))


def _wanted(responses: Table) -> list[Value]:
    """The answers that a caller hopes for: the fields of an error say little about the operation."""
    return [answer for code, answer in responses.items() if code[:1] in "23"] or list(responses.values())


def _security(operation: Operation) -> str:
    if operation.body.get("security") == []:
        return "no authentication"
    return listing("security", requirements(operation), 100)


def _parameter_names(operation: Operation, references: References) -> Iterator[str]:
    for parameter in parameters(operation, references):
        if text(parameter.get("in")) != "body":
            yield " in ".join(filter(None, [text(parameter.get("name")), text(parameter.get("in"))]))


def _request(operation: Operation, references: References) -> list[Value]:
    """Schemas of what `operation` takes; Swagger 2 has them among the parameters."""
    bodies = [parameter for parameter in parameters(operation, references) if text(parameter.get("in")) == "body"]
    own = references.resolve(operation.body.get("requestBody"))
    return [schema for value in [own, *bodies] for schema in _schemas(value, references)]


def _media(body: Table, references: References) -> list[str]:
    content = table(table(references.resolve(body.get("requestBody"))).get("content"))
    return [kind for kind in [*content, *map(text, items(body.get("consumes")))] if kind != "application/json"]


def _schemas(value: Value, references: References) -> list[Value]:
    """The schemas of a request, response or parameter: in `content` a media type each, or in `schema`."""
    body = table(value)
    found = [body["schema"]] if "schema" in body else []
    for media in table(body.get("content")).values():
        found += [entry for key, entry in table(references.resolve(media)).items() if key in ("schema", "itemSchema")]
    return found


def fields_of(schemas: list[Value], references: References) -> Iterator[str]:
    """Names of the fields of `schemas`, of what they combine and of what their fields hold."""
    for schema in _opened(schemas, references):
        yield from table(schema.get("properties"))


def values_of(schemas: list[Value], references: References) -> Iterator[str]:
    """The values to which `schemas` and their fields are restricted."""
    for schema in _opened(schemas, references):
        for value in (schema, *table(schema.get("properties")).values()):
            inner = table(references.resolve(value))
            for holder in (inner, table(references.resolve(inner.get("items")))):
                yield from filter(None, map(text, items(holder.get("enum"))))
                yield from filter(None, [text(holder.get("const"))])


def _opened(schemas: list[Value], references: References) -> Iterator[Table]:
    """The schemas themselves, what they combine, and what their lists and fields hold; each once, at most 200."""
    queue: list[tuple[Value, int]] = [(schema, 0) for schema in schemas]
    seen: set[int] = set()
    while queue and len(seen) < _MAX_FIELDS:
        value, depth = queue.pop(0)
        schema = table(references.resolve(value))
        if not schema or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        combined = [part for key in _COMBINED for part in items(schema.get(key))]
        queue += [(part, depth) for part in [*combined, schema.get("items")] if part is not None]
        if depth < 1:
            queue += [(part, depth + 1) for part in table(schema.get("properties")).values()]
