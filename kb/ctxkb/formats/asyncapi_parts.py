"""The parts of an AsyncAPI description. In version 2 `publish` is what others do: the application receives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import clip, listing, name_words, named, summarise
from ctxkb.formats.openapi_parts import Part, only
from ctxkb.formats.openapi_words import fields_of, info_summary, items, schema_summary, table, text, values_of
from ctxkb.formats.yamltree import Span, Table, Value
from ctxkb.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.openapi_refs import Pointer, References

_ACTIONS = {"publish": "receive", "subscribe": "send"}
"""What the application does where a channel of version 2 says what can be done with it."""

_CONTAINERS = ("channels", "operations", "components")
_TRIVIAL = frozenset({"asyncapi", "id", "defaultContentType"})
_ROLES = {"schemas": "schema", "messages": "message", "channels": "channel", "operations": "operation"}


class AsyncParts:
    """Reads the parts of one description; what is malformed goes to `problems` and the rest is kept."""

    def __init__(self, root: Table, references: References, file: str) -> None:
        self._root = root
        self._references = references
        self._file = file
        self._second = text(root.get("asyncapi")).startswith(("1", "2"))
        self.problems: list[Problem] = []

    def read(self) -> list[Part]:
        """All parts in the order of their lines."""
        found = [*self._info(), *self._channels(), *self._operations(), *self._components()]
        return sorted(found, key=lambda part: (part.span.first, part.span.column))

    def _entries(self, holder: Table, key: str) -> Iterator[tuple[str, Table, Span]]:
        """The tables in the table at `key` with their places; what is none is a problem."""
        value = holder.get(key)
        if value is not None and not isinstance(value, Table):
            self.problems.append(Problem(self._file, holder.spans[key].first, f"{key} is no mapping: left out"))
        for name, entry in table(value).items():
            span = table(value).spans[name]
            if isinstance(entry, Table):
                yield name, entry, span
            elif not name.startswith("x-"):
                self.problems.append(Problem(self._file, span.first, f"{key}.{name} is no mapping: left out"))

    def _info(self) -> Iterator[Part]:
        """What stands at the top level beside the containers, one part a run of neighbours."""
        for keys in _runs(self._root, _CONTAINERS):
            if set(keys) - _TRIVIAL:
                heading = "info" if "info" in keys else ", ".join(key for key in keys if key not in _TRIVIAL)
                summary = self._info_words() if heading == "info" else heading
                yield Part((heading,), heading, heading, "info", *_chosen(self._root, keys), summary)

    def _info_words(self) -> str:
        servers = [
            f"{name} {text(table(server).get('url')) or text(table(server).get('host'))}"
            f" {text(table(server).get('protocol'))}".strip()
            for name, server in table(self._root.get("servers")).items()
        ]
        return summarise([info_summary(self._root), listing("servers", servers, 200)])

    def _channels(self) -> Iterator[Part]:
        for name, body, span in self._entries(self._root, "channels"):
            if self._second:
                yield from self._second_channel(name, table(self._references.here(body)) or body, span)
            else:
                yield self._channel(name, body, table(self._references.resolve(body)), span)

    def _channel(self, name: str, body: Table, item: Table, span: Span) -> Part:
        """A channel of version 3, with its messages."""
        messages = table(item.get("messages"))
        summary = summarise(
            [
                f"channel {named(name)}",
                text(item.get("address")) or text(item.get("title")),
                *_told(item),
                listing("parameters", table(item.get("parameters")), 150),
                listing("messages", map(named, messages), 250),
                *(message_words(key, value, self._references) for key, value in messages.items()),
            ]
        )
        pointer, heading = ("channels", name), f"channel {name}"
        return Part(pointer, f"channels/{name}", heading, "channel", span, only(name, body), summary, needs=(body,))

    def _second_channel(self, name: str, item: Table, span: Span) -> Iterator[Part]:
        """A channel of version 2: what stands beside its operations, then each operation."""
        rest: list[Pointer] = []
        for index, keys in enumerate(_runs(item, tuple(_ACTIONS))):
            pointer: Pointer = ("channels", name) if not index else ("channels", name, keys[0])
            rest.append(pointer)
            place, entries = _chosen(item, keys)
            if not index and place.first == span.first + 1:
                place, entries = Span(span.first, place.last, span.column, place.end), only(name, entries)
            told = [f"channel {named(name)}", *_told(item), listing("parameters", table(item.get("parameters")), 200)]
            heading = f"channel {name}"
            yield Part(pointer, heading, heading, "channel", place, entries, summarise(told), needs=(entries,))
        for key, action in _ACTIONS.items():
            if isinstance(body := item.get(key), Table):
                yield self._operation(
                    ("channels", name, key),
                    f"{action} {name}",
                    (action, name),
                    body,
                    item.spans[key],
                    only(key, body),
                    also=tuple(rest),
                )

    def _operations(self) -> Iterator[Part]:
        """The operations of version 3, each with its channel."""
        for name, body, span in self._entries(self._root, "operations"):
            item = table(self._references.resolve(body))
            address = self._address(item)
            action = text(item.get("action")) or "operation"
            pointer = ("operations", name)
            yield self._operation(pointer, name, (action, address), body, span, only(name, body))

    def _address(self, operation: Table) -> str:
        """The address of an operation's channel, else the channel's name."""
        channel = operation.get("channel")
        ref = text(table(channel).get("$ref"))
        return text(table(self._references.resolve(channel)).get("address")) or ref.rsplit("/", 1)[-1]

    def _operation(
        self,
        pointer: Pointer,
        anchor: str,
        acts: tuple[str, str],
        body: Table,
        span: Span,
        entries: Table,
        also: tuple[Pointer, ...] = (),
    ) -> Part:
        """An operation; `acts` holds what the application does, and at which address."""
        action, address = acts
        item = table(self._references.resolve(body))
        name = text(item.get("operationId")) or (anchor if pointer[0] == "operations" else "")
        second = pointer[-1] if pointer[0] == "channels" else ""
        heading = f"{action} {address}"
        answers = table(self._references.resolve(item.get("reply")))
        summary = summarise(
            [
                f"{heading}: the application {_DOES.get(second or action, action)}",
                name_words(address),
                named(name) if name else "",
                "deprecated" if text(item.get("deprecated")) == "true" else "",
                *_told(item),
                listing("tags", (text(table(tag).get("name")) for tag in items(item.get("tags"))), 80),
                *(message_words(key, message, self._references) for key, message in self._messages(item)),
                *(f"replies {message_words(key, value, self._references)}" for key, value in self._messages(answers)),
            ]
        )
        crumb = (address,) if name and name != heading else ()
        heading = f"{heading} ({name})" if name else heading
        needs = tuple(value for value in (item.get("message"), item.get("messages"), body) if value is not None)
        return Part(pointer, anchor, heading, "operation", span, entries, summary, crumb, needs, also)

    def _messages(self, operation: Table) -> Iterator[tuple[str, Value]]:
        """The messages of an operation, each with the name by which it is referred to."""
        message = operation.get("message")
        several = items(table(message).get("oneOf")) or ([message] if message is not None else [])
        for value in [*several, *items(operation.get("messages"))]:
            yield text(table(value).get("$ref")).rsplit("/", 1)[-1], value

    def _components(self) -> Iterator[Part]:
        components = table(self._root.get("components"))
        for key in components:
            for name, value, span in self._entries(components, key):
                role = _ROLES.get(key, "component")
                message = key in ("messages", "messageTraits")
                told = message_words if message else schema_summary
                anchor = name if role == "schema" else f"{key}/{name}"
                pointer = ("components", key, name)
                summary = told(name, value, self._references)
                yield Part(pointer, anchor, name, role, span, only(name, value), summary, (key,), (value,))


_DOES = {
    "receive": "receives",
    "send": "sends",
    "publish": "receives what others publish",
    "subscribe": "sends to those who subscribe",
}


def message_words(name: str, value: Value, references: References) -> str:
    """Name, texts, content type and the fields and values of the payload and headers of a message."""
    body = table(references.resolve(value))
    payload = table(references.resolve(body.get("payload")))
    schema = payload.get("schema", payload) if "schemaFormat" in payload else payload
    avro = [text(table(field).get("name")) for field in items(table(schema).get("fields"))]
    # The text of a reference to another file says only where it leads.
    elsewhere = text(table(value).get("$ref")) if not body else ""
    return summarise(
        [
            f"message {named(text(body.get('name')) or name)}",
            elsewhere,
            text(body.get("title")),
            *_told(body),
            listing("content type", [text(body.get("contentType"))], 60),
            listing("fields", [*fields_of([schema], references), *avro], 300),
            listing("values", values_of([schema], references), 150),
            listing("headers", fields_of([body.get("headers")], references), 100),
        ]
    )


def _told(item: Table) -> list[str]:
    return [text(item.get("summary")), clip(text(item.get("description")), 400)]


def _runs(holder: Table, without: Sequence[str]) -> Iterator[list[str]]:
    """The keys of `holder` beside those of `without`, one list a run of neighbours."""
    run: list[str] = []
    for key in holder:
        if key in without:
            if run:
                yield run
            run = []
        else:
            run.append(key)
    if run:
        yield run


def _chosen(holder: Table, keys: Sequence[str]) -> tuple[Span, Table]:
    """Where neighbouring entries stand together, and a table of them alone."""
    chosen = Table()
    for key in keys:
        chosen[key], chosen.spans[key] = holder[key], holder.spans[key]
    opening, closing = holder.spans[keys[0]], holder.spans[keys[-1]]
    return Span(opening.first, closing.last, opening.column, closing.end), chosen
