from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.asyncapi import parse_asyncapi
from support.contracts import contract, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

SECOND = dedent("""\
    asyncapi: 2.6.0
    info:
      title: Street lights
      version: 1.0.0
    channels:
      lights/{lightId}/measured:
        description: What each lamp measures.
        parameters:
          lightId:
            schema: {type: string}
        publish:
          operationId: receiveLight
          summary: A lamp tells how bright it is.
          message: {$ref: '#/components/messages/LightMeasured'}
      lights/{lightId}/dim:
        subscribe:
          operationId: dimLight
          bindings:
            http: {type: request, method: POST}
          message: {$ref: 'messages.yaml#/components/messages/DimLight'}
    components:
      messages:
        LightMeasured:
          contentType: application/json
          payload: {$ref: '#/components/schemas/LightMeasured'}
      schemas:
        LightMeasured:
          type: object
          properties:
            lumens: {type: integer, minimum: 0}
            sentAt: {type: string, format: date-time}
    """)

THIRD = dedent("""\
    asyncapi: 3.0.0
    info:
      title: Street lights
      version: 2.0.0
    channels:
      lightMeasured:
        address: lights/{lightId}/measured
        messages:
          measured:
            payload:
              type: object
              properties:
                lumens: {type: integer}
        parameters:
          lightId: {description: The lamp's number}
    operations:
      receiveLight:
        action: receive
        channel: {$ref: '#/channels/lightMeasured'}
        summary: A lamp tells how bright it is.
        messages:
          - $ref: '#/channels/lightMeasured/messages/measured'
    """)


def parsed(text: str, path: str = "events/lights.yaml") -> Document:
    result = parse_asyncapi(contract(text, path, "asyncapi"))
    assert result.problems == ()
    return result.documents[0]


def outline(document: Document) -> list[tuple[str, str, str, int, int, tuple[str, ...]]]:
    return [
        (found.anchor, found.heading, found.role, found.first, found.last, found.refs) for found in document.sections
    ]


def test_version_2_is_told_as_the_application_sees_it() -> None:
    """What others publish the application receives; a binding's HTTP verb makes no operation."""
    document = parsed(SECOND)
    measured, dim = "lights/{lightId}/measured", "lights/{lightId}/dim"
    assert (document.title, document.kind, document.format) == ("Street lights 1.0.0", "contract", "asyncapi")
    assert outline(document) == [
        ("info", "info", "info", 1, 4, ()),
        (f"channel {measured}", f"channel {measured}", "channel", 6, 10, ()),
        (
            f"receive {measured}",
            f"receive {measured} (receiveLight)",
            "operation",
            11,
            14,
            ("LightMeasured", "messages/LightMeasured", f"channel {measured}"),
        ),
        (
            f"send {dim}",
            f"send {dim} (dimLight)",
            "operation",
            16,
            20,
            ("events/messages.yaml#messages/DimLight",),
        ),
        ("messages/LightMeasured", "LightMeasured", "message", 23, 25, ("LightMeasured",)),
        ("LightMeasured", "LightMeasured", "schema", 27, 31, ()),
    ]
    assert strays(document, SECOND) == []


def test_version_3_keeps_channels_and_operations_apart() -> None:
    """An operation tells its action and the address of its channel, and refers to that channel."""
    document = parsed(THIRD)
    assert outline(document) == [
        ("info", "info", "info", 1, 4, ()),
        ("channels/lightMeasured", "channel lightMeasured", "channel", 6, 15, ()),
        (
            "receiveLight",
            "receive lights/{lightId}/measured (receiveLight)",
            "operation",
            17,
            22,
            ("channels/lightMeasured",),
        ),
    ]
    assert strays(document, THIRD) == []


def test_summaries() -> None:
    """The words of an operation say who does what, and what its message holds."""
    second = {found.role: found.summary for found in parsed(SECOND).sections if found.first < 15}
    assert second["operation"] == (
        "receive lights/{lightId}/measured: the application receives what others publish. lights light id measured. "
        "receiveLight (receive light). A lamp tells how bright it is. message LightMeasured (light measured). "
        "content type: application/json. fields: lumens, sentAt."
    )
    third = {found.role: found.summary for found in parsed(THIRD).sections}
    assert third["operation"] == (
        "receive lights/{lightId}/measured: the application receives. lights light id measured. "
        "receiveLight (receive light). A lamp tells how bright it is. message measured. fields: lumens."
    )
    assert third["channel"] == (
        "channel lightMeasured (light measured). lights/{lightId}/measured. parameters: lightId. messages: measured. "
        "message measured. fields: lumens."
    )


def test_replies_headers_and_avro_payloads() -> None:
    """A reply, the headers, and the fields of a payload in Avro are among the words."""
    text = dedent("""\
        asyncapi: 3.0.0
        channels:
          asked: {address: asked, messages: {ask: {$ref: '#/components/messages/Ask'}}}
        operations:
          ask:
            action: send
            channel: {$ref: '#/channels/asked'}
            reply: {messages: [{$ref: '#/components/messages/Answer'}]}
        components:
          messages:
            Ask: {headers: {properties: {traceId: {type: string}}}, payload: {enum: [now, later]}}
            Answer:
              payload:
                schemaFormat: application/vnd.apache.avro+yaml;version=1.9.0
                schema: {type: record, name: A, fields: [{name: total, type: long}]}
        """)
    summaries = {found.anchor: found.summary for found in parsed(text).sections}
    assert summaries["ask"] == "send asked: the application sends. asked. ask. replies message Answer. fields: total."
    assert summaries["messages/Ask"] == "message Ask. values: now, later. headers: traceId."


def test_what_is_malformed_is_reported() -> None:
    """A channel that is no mapping is left out and named; the rest is read."""
    text = "asyncapi: 2.0.0\nchannels:\n  a: 1\n  b: {publish: {}}\n"
    result = parse_asyncapi(contract(text, "a.yaml", "asyncapi"))
    assert [(found.line, found.reason) for found in result.problems] == [(3, "channels.a is no mapping: left out")]
    assert [found.anchor for found in result.documents[0].sections] == ["receive b"]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("openapi: 3.0.0\n", "not an AsyncAPI description: it has no key asyncapi", 1),
        ("asyncapi: " + "[" * 300, "nested more than 200 levels deep", 1),
        ("asyncapi: &a [*a]", "the alias *a lies inside the value that it stands for", 1),
    ],
)
def test_what_is_refused(text: str, reason: str, line: int) -> None:
    """A file that is no description, nests without end or contains itself is refused with its line."""
    with pytest.raises(SourceError) as caught:
        parse_asyncapi(contract(text, "a.yaml", "asyncapi"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_rings_of_references_end() -> None:
    """Messages and schemas that refer to one another in a ring are read once."""
    text = dedent("""\
        asyncapi: 3.0.0
        operations:
          a: {action: send, channel: {$ref: '#/operations/a/channel'}}
        components:
          messages: {M: {$ref: '#/components/messages/M'}}
          schemas: {S: {properties: {s: {$ref: '#/components/schemas/S'}}}}
        """)
    assert [found.anchor for found in parsed(text).sections] == ["a", "messages/M", "S"]
