"""The operations of an OpenAPI or Swagger description, with what a client sends and gets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ctxkb.check.contracts.files import Node
from ctxkb.formats.openapi_words import METHODS
from ctxkb.formats.yamltree import Span, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.check.contracts.interface import Side

_UNSTABLE = re.compile(r"(?:alpha|beta|experimental|preview|internal|unstable|v\d+(?:alpha|beta)\d*)", re.IGNORECASE)
_VERSION = re.compile(r"/v(\d+)(?=/|$)")
_OWN_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Headers that a description must not list as parameters: they say nothing where it does."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path. `prefix` is what the server's address or `basePath` puts before the path."""

    method: str
    path: str
    prefix: str
    node: Node
    shared: Node
    swagger: bool

    @property
    def name(self) -> str:
        """The operation as people name it."""
        return f"{self.method} {self.path}"

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others: a parameter of a path is the same under any name."""
        return self.method, unnamed(self.path)

    @property
    def full(self) -> tuple[str, str]:
        """Its key with the whole path that a client calls."""
        return self.method, unnamed(self.prefix + self.path)

    @property
    def id(self) -> str:
        """Its `operationId`, "" where it has none."""
        return self.node.text("operationId")

    def is_preview(self) -> bool:
        """Whether it says of itself that it is not, or not for everyone, to be relied on."""
        tags = self.node.at("tags")
        marks = [str(tag.value) for tag in tags.listed()] if tags else []
        marks += [self.node.text("x-stability-level"), self.node.text("x-stability"), *self.path.split("/")]
        internal = self.node.is_true("x-internal") or self.shared.is_true("x-internal")
        return internal or any(_UNSTABLE.fullmatch(mark) for mark in marks)


def unnamed(path: str) -> str:
    """`path` with its parameters' names left out: `/orders/{}`."""
    return re.sub(r"\{[^{}]*\}", "{}", path)


def versioned(path: str) -> tuple[str, int]:
    """`path` without its version, and that version: (`/v/orders`, 2) for `/v2/orders`; -1 where there is none."""
    found = _VERSION.search(path)
    return (_VERSION.sub("/v", path, count=1), int(found[1])) if found else (path, -1)


def root_of(side: Side) -> Node:
    """What the file of the description holds."""
    return side.files.root(side.path)


def operations(side: Side) -> Iterator[Operation]:
    """All operations of a description, those in other files too."""
    root = root_of(side)
    swagger, prefix = root.at("swagger") is not None, _prefix(root)
    paths = root.at("paths")
    paths = side.files.resolve(paths) if paths else None
    for path, item in paths.entries() if paths else ():
        shared = side.files.resolve(item) if path.startswith("/") else None
        for method, body in shared.entries() if shared else ():
            if method.lower() in METHODS and shared:
                found = side.files.resolve(body)
                if found and isinstance(found.value, Table):
                    yield Operation(method.upper(), path, prefix, found, shared, swagger)


def _prefix(root: Node) -> str:
    servers = root.at("servers")
    first = next(iter(servers.listed()), None) if servers else None
    url = first.text("url") if first else root.text("basePath")
    for name, variable in _variables(first):
        url = url.replace(f"{{{name}}}", variable.text("default"))
    try:
        return urlsplit(url).path.rstrip("/")
    except ValueError:
        return ""


def _variables(server: Node | None) -> Iterator[tuple[str, Node]]:
    variables = server.at("variables") if server else None
    yield from variables.entries() if variables else ()


class Surface:
    """What the operations of one side take and give."""

    def __init__(self, side: Side) -> None:
        self._files = side.files
        self._made: list[Table] = []

    def parameters(self, operation: Operation) -> dict[tuple[str, str], Node]:
        """The parameters by where they stand and their name, those of the path and of a body left out."""
        found: dict[tuple[str, str], Node] = {}
        for node in self._parameters(operation):
            place, name = node.text("in"), node.text("name")
            if place == "header":
                name = name.lower()
            if place not in ("path", "body", "formData", "") and name not in _OWN_HEADERS:
                found[place, name] = node
        return found

    def _parameters(self, operation: Operation) -> Iterator[Node]:
        for holder in (operation.shared, operation.node):
            listed = holder.at("parameters")
            for item in listed.listed() if listed else ():
                if found := self._files.resolve(item):
                    yield Node(found.value, found.file, found.line or item.line)

    def body(self, operation: Operation) -> tuple[Node, bool] | None:
        """What holds the content of the request, and whether one must be sent; None where there is none."""
        if operation.swagger:
            return self._swagger_body(operation)
        node = operation.node.at("requestBody")
        found = self._files.resolve(node) if node else None
        return (found, found.is_true("required")) if found else None

    def _swagger_body(self, operation: Operation) -> tuple[Node, bool] | None:
        parameters = list(self._parameters(operation))
        whole = next((node for node in parameters if node.text("in") == "body"), None)
        if whole:
            return whole, whole.is_true("required")
        form = [node for node in parameters if node.text("in") == "formData"]
        if not form:
            return None
        names = [node.text("name") for node in form]
        needed = [node.text("name") for node in form if node.is_true("required")]
        line = form[0].line
        fields = _table(dict(zip(names, (node.value for node in form), strict=True)), line)
        schema = _table({"properties": fields, "required": list(needed)}, line)
        made = _table({"schema": schema}, line)
        # Schemas are told apart by their identity, which must not be given to another one.
        self._made.append(made)
        return Node(made, form[0].file, line), bool(needed)

    def answers(self, operation: Operation) -> dict[str, Node]:
        """The responses that tell of success, by their code; the default one where no other does."""
        responses = operation.node.at("responses")
        codes = dict(responses.entries()) if responses else {}
        chosen = {code: node for code, node in codes.items() if code[:1] == "2"}
        if not chosen and "default" in codes:
            chosen = {"default": codes["default"]}
        found = {code: self._files.resolve(node) for code, node in chosen.items()}
        return {code: node for code, node in found.items() if node}

    def schemas(self, holder: Node) -> dict[str, Node]:
        """The schemas of a request or response by media type, without its parameters; `*/*` in Swagger 2."""
        schema = holder.at("schema")
        if schema:
            return {"*/*": schema}
        content = holder.at("content")
        found = {}
        for media, node in content.entries() if content else ():
            entry = self._files.resolve(node)
            schema = entry.at("schema") if entry else None
            if schema:
                found[media.split(";")[0].strip().lower()] = schema
        return found


def _table(entries: Mapping[str, Value], line: int) -> Table:
    made = Table()
    for key, value in entries.items():
        made[key], made.spans[key] = value, Span(line, line, 0, 0)
    return made
