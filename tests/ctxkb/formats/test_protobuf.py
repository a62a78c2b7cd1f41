from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.protobuf import SHOWN_WHOLE, parse_protobuf
from ctxkb.formats.protobuf_parser import read_file
from ctxkb.formats.protobuf_tree import Field
from support.contracts import contract, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

BILLING = dedent("""\
    // Copyright of someone.

    // How invoices are sent.
    syntax = "proto3";  // the usual
    package acme.billing.v1;
    import public "google/protobuf/empty.proto";
    option (acme.lint) = { rules: ["a", "}"] deep { on: true } };

    // Money moves.
    // Twice a day.
    service Billing {
      option deprecated = true;

      // Creates an invoice.
      rpc CreateInvoice(CreateInvoiceRequest) returns (.acme.billing.v1.Invoice) {
        option (google.api.http) = { post: "/v1/invoices" body: "*" };
      }
      rpc Watch(stream Invoice.Line) returns (stream google.protobuf.Empty); // forever
    }

    /* An invoice.
     * It has lines. */
    message Invoice {
      reserved 2, 9 to 11, 40 to max;
      reserved "old", 'older';
      string id = 1 [deprecated = true, (rule).size = {min: 1}]; // its number
      map<string, Line> lines = 3;
      oneof kind {
        // not a keyword here
        string message = 4;
        Line single = 5;
      }
      enum State {
        option allow_alias = true;
        STATE_UNSPECIFIED = 0;
        STATE_PAID = -1 [(note) = "a;b"];
      }
      State state = 6;
      message Line { v1.Invoice parent = 1; }
    }

    message CreateInvoiceRequest { Invoice invoice = 1; };
    """)


def parsed(text: str | bytes, path: str = "proto/billing.proto") -> Document:
    result = parse_protobuf(contract(text, path, "protobuf"))
    assert result.problems == ()
    return result.documents[0]


def test_sections_of_a_file() -> None:
    """There is a section for the head, and one a message, enum, service and rpc, comments directly above included."""
    document = parsed(BILLING)
    assert (document.title, document.kind) == ("billing.proto", "contract")
    assert outline(document) == [
        ("info", "info", 1, 7, ()),
        ("Billing", "service", 9, 19, ("Billing.CreateInvoice", "Billing.Watch")),
        ("Billing.CreateInvoice", "rpc", 14, 17, ("CreateInvoiceRequest", "Invoice")),
        ("Billing.Watch", "rpc", 18, 18, ("Invoice.Line",)),
        ("Invoice", "message", 21, 40, ("Invoice.Line", "Invoice.State")),
        ("Invoice.State", "enum", 33, 37, ()),
        ("Invoice.Line", "message", 39, 39, ("Invoice",)),
        ("CreateInvoiceRequest", "message", 42, 42, ("Invoice",)),
    ]
    assert strays(document, BILLING) == []
    assert {found.syntax for found in document.sections} == {"proto"}
    assert document.sections[3].breadcrumb == ("Billing",)
    assert "reserved 2, 9 to 11, 40 to max;" in document.sections[4].text


def test_summaries() -> None:
    """A summary holds names and their words, comments, what an rpc takes and returns, fields and what is reserved."""
    summaries = {found.anchor: found.summary for found in parsed(BILLING).sections}
    assert summaries["info"] == (
        "package acme.billing.v1 (acme billing v1). How invoices are sent. "
        "services and messages: Billing, Invoice, CreateInvoiceRequest. imports: google/protobuf/empty.proto."
    )
    assert summaries["Billing"] == (
        "service Billing. deprecated. Money moves. Twice a day. rpcs: CreateInvoice (create invoice), Watch. "
        "package acme.billing.v1."
    )
    assert summaries["Billing.Watch"] == (
        "rpc Billing.Watch. forever. takes a stream of Invoice.Line (invoice line), "
        "returns a stream of google.protobuf.Empty (google protobuf empty). package acme.billing.v1."
    )
    assert summaries["Invoice"] == (
        "message Invoice. An invoice. It has lines. fields: id, lines, message, single, state. id: its number. "
        "message: not a keyword here. reserved: 2, 9 to 11, 40 to max, \"old\", 'older'. package acme.billing.v1."
    )


def test_fields_keep_their_numbers() -> None:
    """The tree holds each field with type, number, label and deprecation, for whoever compares two versions."""
    invoice = read_file(BILLING).definitions[1]
    assert invoice.fields == (
        Field("id", "string", "1", "", "its number", True, 26),
        Field("lines", "map<string, Line>", "3", "", "", False, 27),
        Field("message", "string", "4", "", "not a keyword here", False, 30),
        Field("single", "Line", "5", "", "", False, 31),
        Field("state", "State", "6", "", "", False, 38),
    )
    assert invoice.reserved == ("2, 9 to 11, 40 to max", "\"old\", 'older'")
    assert [(value.name, value.number) for value in invoice.inner[0].fields] == [
        ("STATE_UNSPECIFIED", "0"),
        ("STATE_PAID", "-1"),
    ]
    assert [(rpc.uses, rpc.streams) for rpc in read_file(BILLING).definitions[0].inner] == [
        (("CreateInvoiceRequest", ".acme.billing.v1.Invoice"), (False, False)),
        (("Invoice.Line", "google.protobuf.Empty"), (True, True)),
    ]


def test_proto2() -> None:
    """Groups, labels, extensions, and a file without a `syntax`."""
    text = dedent("""\
        message Search {
          required string query = 1 [default = "a\\"b"];
          repeated group Result = 2 {
            optional .Search parent = 1;
          }
          extensions 100 to 199 [declaration = { number: 126 full_name: ".x" }];
          extend Other { optional int32 hits = 100; }
        }
        extend google.protobuf.FieldOptions { optional Search search = 50000; }
        extend google.protobuf.FieldOptions { optional bool shown = 50001; }
        """)
    assert read_file(text).syntax == "proto2"
    assert outline(parsed(text)) == [
        ("Search", "message", 1, 8, ()),
        ("Search.Result", "message", 3, 5, ("Search",)),
        ("Search.extend Other", "message", 7, 7, ()),
        ("extend google.protobuf.FieldOptions", "message", 9, 9, ("Search",)),
        ("extend google.protobuf.FieldOptions-1", "message", 10, 10, ()),
    ]


def test_editions() -> None:
    """`edition`, reserved names without quotes, and the words for visibility."""
    text = 'edition = "2024";\nexport message A { reserved foo, bar; }\nlocal enum B { C = 0; reserved 2; }\n'
    assert read_file(text).syntax == "2024"
    assert [found[:2] for found in outline(parsed(text))] == [("info", "info"), ("A", "message"), ("B", "enum")]


def test_keywords_are_names_where_they_stand_for_one() -> None:
    """Fields, types and values may be called like keywords."""
    text = "message stream { stream message = 1; repeated .stream group = 2; }\nenum E { option = 0; reserved = 1; }\n"
    stream, values = read_file(text).definitions
    assert [(field.type, field.name) for field in stream.fields] == [("stream", "message"), (".stream", "group")]
    assert [value.name for value in values.fields] == ["option", "reserved"]


def test_only_comments_directly_above_belong_to_a_definition() -> None:
    """A blank line, or code before it on its line, parts a comment from what follows."""
    text = "// far\n\nmessage A {} // behind A\nmessage B {}\n/* near */\n// nearer\nmessage C {}\n"
    assert [(found.first, found.told) for found in read_file(text).definitions] == [
        (3, ""),
        (4, ""),
        (5, "near nearer"),
    ]


def test_bytes_do_not_move_lines() -> None:
    """CRLF and a byte-order mark give the same lines and texts."""
    assert parsed(b"\xef\xbb\xbf" + BILLING.replace("\n", "\r\n").encode()).sections == parsed(BILLING).sections


def test_a_long_service_is_shown_up_to_its_first_rpc() -> None:
    """Every rpc has a section of its own: a long service does not repeat them."""
    rpcs = "".join(f"  // Does {n}.\n  rpc Do{n}(A) returns (A);\n" for n in range(SHOWN_WHOLE))
    sections = parsed(f"// All of it.\nservice Long {{\n  option deprecated = true;\n\n{rpcs}}}\n").sections
    assert (sections[0].first, sections[0].last) == (1, 4)
    assert sections[0].refs == tuple(f"Long.Do{n}" for n in range(SHOWN_WHOLE))


def test_every_comment_stands_in_a_section() -> None:
    """One that a blank line parts goes to what follows it, else to what precedes it; marks say nothing."""
    text = dedent("""\
        // Licence

        syntax = "proto3";

        message A {}

        // =====
        // The wire format.
        // =====

        // B wraps.
        message B {} // behind

        /* Last words. */
        import "c.proto";

        // ------
        option x = 1;
        /* Apart. */
        """)
    assert [(found.anchor, found.first, found.last, found.summary) for found in parsed(text).sections] == [
        ("info", 1, 3, "services and messages: A, B. imports: c.proto."),
        ("A", 5, 5, "message A."),
        ("B", 7, 14, "message B. B wraps. The wire format. Last words."),
        ("comment", 19, 19, "Apart."),
    ]


def test_an_empty_file_has_no_sections() -> None:
    """Nothing to read is no failure."""
    assert parsed("// later\n").sections == ()


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("message A {\n", "not Protocol Buffers: expected a name, the file ends", 2),
        ("message A {\n  string x 1;\n}", "not Protocol Buffers: expected '=', found '1'", 2),
        ("message A { }\n}", "not Protocol Buffers: expected a definition, found '}'", 2),
        ("\n/* x", "not Protocol Buffers: a comment has no end", 2),
        ('import "a\n";', "not Protocol Buffers: a text in quotes has no end", 1),
        ("option a = };", "not Protocol Buffers: unexpected '}'", 1),
        ("message A { option a = {;", "not Protocol Buffers: a definition is not finished, the file ends", 1),
        ("service A { string x = 1; }", "not Protocol Buffers: expected an rpc, found 'string'", 1),
        ("message @", "not Protocol Buffers: unexpected '@'", 1),
        ("message A {" * 10_000, "nested more than 64 levels deep", 1),
    ],
)
def test_what_does_not_parse(text: str, reason: str, line: int) -> None:
    """A file that does not parse is refused with reason and line."""
    with pytest.raises(SourceError) as caught:
        parse_protobuf(contract(text, "a.proto", "protobuf"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_real_files() -> None:
    """The `.proto` files that installed packages carry parse, and every text is its lines."""
    spec = find_spec("onnx")
    files = sorted(Path(spec.origin).parent.rglob("*.proto")) if spec and spec.origin else []
    if not files:
        pytest.skip("the installed onnx carries no .proto files")
    for file in files:
        text = file.read_text(encoding="utf-8")
        document = parsed(text, file.name)
        assert document.sections
        assert strays(document, text) == []
