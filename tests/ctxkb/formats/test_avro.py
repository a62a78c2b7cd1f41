from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.avro import parse_avro
from support.contracts import contract, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

PAYMENT = dedent("""\
    {
      "type": "record",
      "name": "Payment",
      "namespace": "com.acme.pay",
      "doc": "Money on its way.",
      "fields": [
        {"name": "id", "type": "string", "doc": "Unique for ever."},
        {"name": "amount", "type": "Money"},
        {"name": "bookedAt", "type": ["null", {"type": "long", "logicalType": "timestamp-millis"}], "default": null},
        {
          "name": "state",
          "type": {
            "type": "enum",
            "name": "State",
            "symbols": ["OPEN", "BOOKED"]
          }
        }
      ]
    }
    """)

BANK = dedent("""\
    {
      "protocol": "Bank",
      "namespace": "com.acme",
      "types": [
        {"type": "error", "name": "Refused", "fields": [{"name": "why", "type": "string"}]},
        {
          "type": "record",
          "name": "Transfer",
          "aliases": ["Move"],
          "fields": [
            {"name": "lines", "type": {"type": "array", "items": "com.acme.Line"}}
          ]
        }
      ],
      "messages": {
        "transfer": {
          "doc": "Moves money.",
          "request": [{"name": "what", "type": "Transfer"}],
          "response": "null",
          "errors": ["Refused"]
        }
      }
    }
    """)


def parsed(text: str, path: str = "avro/Payment.avsc") -> Document:
    result = parse_avro(contract(text, path, "avro"))
    assert result.problems == ()
    return result.documents[0]


def test_a_record_and_its_nested_types() -> None:
    """Each named type is a section; a type that the file does not define is looked for in a file of its name."""
    document = parsed(PAYMENT)
    assert (document.title, document.kind) == ("com.acme.pay.Payment", "contract")
    assert outline(document) == [
        ("Payment", "type", 2, 18, ("State", "avro/Money.avsc#Money")),
        ("State", "enum", 13, 15, ()),
    ]
    assert strays(document, PAYMENT) == []
    assert [found.summary for found in document.sections] == [
        (
            "record Payment. namespace com.acme.pay. Money on its way. fields: id string, amount Money, "
            "bookedAt (booked at) long timestamp-millis?, state State. id: Unique for ever."
        ),
        "enum State. namespace com.acme.pay. symbols: OPEN, BOOKED.",
    ]


def test_a_protocol() -> None:
    """The messages of a protocol are rpcs with what they take, answer and may fail with."""
    document = parsed(BANK, "avro/bank.avpr")
    assert document.title == "Bank"
    assert outline(document) == [
        ("Refused", "type", 5, 5, ()),
        ("Transfer", "type", 7, 12, ("avro/Line.avsc#Line",)),
        ("messages/transfer", "rpc", 16, 21, ("Transfer", "Refused")),
    ]
    assert strays(document, BANK) == []
    assert [found.summary for found in document.sections[1:]] == [
        "record Transfer. namespace com.acme. also called: Move. fields: lines array of Line.",
        "rpc Bank.transfer. Moves money. request: what Transfer. response: null. errors: Refused.",
    ]


def test_a_union_of_records_that_name_each_other() -> None:
    """A file may hold several types, with dotted names and in a ring."""
    text = dedent("""\
        [
          {"type": "record", "name": "a.A", "fields": [{"name": "b", "type": ["null", "a.B"]}]},
          {"type": "record", "name": "a.B", "fields": [{"name": "a", "type": "A"}, {"name": "self", "type": "a.B"}]}
        ]
        """)
    document = parsed(text)
    assert outline(document) == [("A", "type", 2, 2, ("B",)), ("B", "type", 3, 3, ("A",))]
    assert document.title == "Payment.avsc"


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("{}", "not an Avro schema: it defines no record, enum or fixed", 1),
        ('{"type": "array", "items": ' * 300, "nested more than 200 levels deep", 1),
        ("record A {}", "not JSON: unexpected 'record A {}'", 1),
    ],
)
def test_what_is_refused(text: str, reason: str, line: int) -> None:
    """What defines nothing, nests without end or is no JSON is refused with its line."""
    with pytest.raises(SourceError) as caught:
        parse_avro(contract(text, "a.avsc", "avro"))
    assert (caught.value.reason, caught.value.line) == (reason, line)
