from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.jsonschema import parse_jsonschema
from support.contracts import contract, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

ORDER = dedent("""\
    {
      "$schema": "https://json-schema.org/draft/2020-12/schema",
      "title": "Order",
      "description": "What a customer ordered.",
      "type": "object",
      "required": ["id", "lines"],
      "properties": {
        "id": {"type": "string", "format": "uuid"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
        "shipTo": {"$ref": "common/address.schema.json"}
      },
      "$defs": {
        "Line": {
          "description": "One article.",
          "properties": {
            "sku": {"type": "string"},
            "state": {"enum": ["open", "packed"]}
          }
        }
      }
    }
    """)


def parsed(text: str, path: str = "schemas/order.schema.json") -> Document:
    result = parse_jsonschema(contract(text, path, "jsonschema"))
    assert result.problems == ()
    return result.documents[0]


def test_a_reference_that_leads_nowhere_is_reported() -> None:
    """With its line; what is found, what lies elsewhere and what is only an example is no fault."""
    text = dedent("""\
        $schema: https://json-schema.org/draft/2020-12/schema
        properties:
          a: {$ref: "#/$defs/Line"}
          b: {$ref: "#/$defs/Lines"}
          c: {$ref: "other.json#/$defs/Lines"}
          d: {$ref: "#anchor"}
          e: {$ref: "#/properties/a"}
          f: {$ref: "#/components/schemas/A"}
        examples: [{$ref: "#/nothing"}]
        $defs:
          Line: true
        """)
    result = parse_jsonschema(contract(text, "a.schema.yaml", "jsonschema"))
    assert [(found.line, found.reason) for found in result.problems] == [(4, "the $ref #/$defs/Lines leads nowhere")]
    moved = text.replace("Line: true", "Line: {$id: https://a.example/b}\n$id: https://a.example/a")
    assert parse_jsonschema(contract(moved, "a.schema.yaml", "jsonschema")).problems == ()


def test_sections() -> None:
    """What stands beside the definitions is the schema itself; a reference to another file keeps its path."""
    document = parsed(ORDER)
    assert (document.title, document.kind, document.format) == ("Order", "contract", "jsonschema")
    assert outline(document) == [
        ("order", "schema", 2, 11, ("Line", "schemas/common/address.schema.json")),
        ("Line", "schema", 13, 19, ()),
    ]
    assert strays(document, ORDER) == []


def test_summaries() -> None:
    """Fields, those of the items of lists too, values, and what is required."""
    assert [found.summary for found in parsed(ORDER).sections] == [
        (
            "order. Order. What a customer ordered. type: object. fields: id, lines, shipTo, sku, state. "
            "values: open, packed. required: id, lines. defines: Line."
        ),
        "Line. One article. fields: sku, state. values: open, packed.",
    ]


def test_yaml_and_older_drafts() -> None:
    """`definitions` of older drafts, boolean schemas, keys behind the definitions, and `#` for the schema itself."""
    text = dedent("""\
        $schema: http://json-schema.org/draft-04/schema#
        definitions:
          Tree: {properties: {next: {$ref: '#'}, same: {$ref: '#/definitions/Tree'}}}
          anything: true
        type: object
        properties:
          tree: {$ref: '#/definitions/Tree'}
        """)
    document = parsed(text, "tree.yaml")
    assert outline(document) == [
        ("Tree", "schema", 3, 3, ()),
        ("anything", "schema", 4, 4, ()),
        ("tree", "schema", 5, 7, ("Tree",)),
    ]
    assert document.title == "tree.yaml"


def test_a_schema_on_one_line_is_shown_as_yaml() -> None:
    """Parts that share a line are written anew, so that each can be read alone."""
    text = '{"$schema":"http://json-schema.org/schema","type":"object","$defs":{"A":{"const":1},"B":{"type":"string"}}}'
    assert [(found.anchor, found.text, found.syntax) for found in parsed(text).sections] == [
        ("order", "$schema: http://json-schema.org/schema\ntype: object", "yaml"),
        ("A", "A:\n  const: 1", "yaml"),
        ("B", "B:\n  type: string", "yaml"),
    ]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("[]", "not a JSON Schema: it is no mapping", 1),
        ('{"a": ' * 300, "nested more than 200 levels deep", 1),
        ('{\n"type" "object"}', "not JSON: unexpected '\"object\"}'", 2),
    ],
)
def test_what_is_refused(text: str, reason: str, line: int) -> None:
    """What is no mapping, nests without end or is no JSON is refused with its line."""
    with pytest.raises(SourceError) as caught:
        parse_jsonschema(contract(text, "a.json", "jsonschema"))
    assert (caught.value.reason, caught.value.line) == (reason, line)
