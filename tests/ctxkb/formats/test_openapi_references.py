"""References in OpenAPI descriptions: aliases, other files, circles, and what only looks like one."""

from __future__ import annotations

from textwrap import dedent

from support.contracts import strays
from support.openapi import outline, parsed, section


def test_anchors_aliases_and_merge_keys() -> None:
    """What an alias or a merge key brings is shown where it is written."""
    text = dedent("""\
        openapi: 3.0.3
        x-shared: &shared
          get:
            summary: Common
            responses: {'200': {description: ok}}
        paths:
          /a:
            <<: *shared
            post: {summary: Own}
          /b: *shared
        """)
    document = parsed(text)
    assert outline(document) == [
        ("x-shared", "info", 1, 5),
        ("GET /a", "operation", 3, 5),
        ("GET /b", "operation", 3, 5),
        ("POST /a", "operation", 9, 9),
    ]
    assert strays(document, text) == []


def test_references_to_files() -> None:
    """A `$ref` to the file by its own name is local; another file becomes its path; the network is left alone."""
    text = dedent("""\
        openapi: 3.1.0
        paths:
          /self:
            get:
              responses:
                '200': {$ref: 'files.yaml#/components/responses/Ok'}
                '400': {$ref: '../common/errors.yaml#/components/schemas/Error'}
                '404': {$ref: 'https://example.org/x.yaml#/components/schemas/Gone'}
                '500': {$ref: '../../../outside.yaml'}
          /other: {$ref: 'paths/other.yaml'}
          /same: {$ref: '#/paths/~1self'}
        components:
          responses:
            Ok: {description: ok}
        """)
    document = parsed(text)
    assert [(found.anchor, found.first, found.refs) for found in document.sections] == [
        ("GET /self", 4, ("responses/Ok", "common/errors.yaml#Error")),
        ("GET /same", 4, ("responses/Ok", "common/errors.yaml#Error")),
        ("/other", 10, ("api/paths/other.yaml",)),
        ("responses/Ok", 14, ()),
    ]


def test_circular_references_are_normal() -> None:
    """Schemas, parameters and path items that refer to themselves or in a ring end quickly."""
    text = dedent("""\
        openapi: 3.1.0
        paths:
          /a:
            get:
              parameters: [{$ref: '#/components/parameters/P'}]
              responses: {'200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}}
        components:
          parameters:
            P: {$ref: '#/components/parameters/Q'}
            Q: {$ref: '#/components/parameters/P'}
          schemas:
            A: {allOf: [{$ref: '#/components/schemas/B'}], properties: {next: {$ref: '#/components/schemas/A'}}}
            B: {oneOf: [{$ref: '#/components/schemas/A'}], properties: {back: {$ref: '#/components/schemas/B'}}}
            C: {$ref: '#/components/schemas/C'}
        """)
    document = parsed(text)
    assert section(document, "GET /a").refs == ("A", "parameters/P", "parameters/Q")
    assert section(document, "A").refs == ("B",)
    assert "fields: next, back" in section(document, "A").summary


def test_literal_values_are_no_references() -> None:
    """A `$ref` inside an example is data; a property called `example` or `default` is a property."""
    text = dedent("""\
        openapi: 3.1.0
        components:
          schemas:
            A:
              example: {$ref: '#/components/schemas/B'}
              properties:
                default: {$ref: '#/components/schemas/C'}
            B: {discriminator: {propertyName: kind, mapping: {c: '#/components/schemas/C'}}}
            C: true
        """)
    document = parsed(text)
    assert [(found.anchor, found.refs) for found in document.sections] == [("A", ("C",)), ("B", ("C",)), ("C", ())]
