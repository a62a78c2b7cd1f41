from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import RUN, SHOWN_WHOLE
from ctxkb.formats.wsdl import parse_wsdl
from ctxkb.formats.xsd import parse_xsd
from support.contracts import contract, corpus, outline, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

PAYMENT = dedent("""\
    <?xml version="1.0" encoding="UTF-8"?>
    <!-- Payments, as the bank takes them. -->
    <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:p="urn:pay" xmlns:c="urn:common"
               targetNamespace="urn:pay" version="2.1">
      <xs:import namespace="urn:common" schemaLocation="../common/types.xsd"/>
      <xs:include schemaLocation="https://example.org/schemas/codes.xsd"/>

      <!-- One transfer. -->
      <xs:element name="Payment" type="p:Payment"/>
      <xs:complexType name="Payment">
        <xs:annotation><xs:documentation>Moves money once.</xs:documentation></xs:annotation>
        <xs:sequence>
          <xs:element name="amountCents" type="c:Amount"/>
          <xs:element ref="p:Note" minOccurs="0"/>
          <xs:element name="state" type="p:State"/>
          <xs:element name="code" type="p:Code"/>
        </xs:sequence>
        <xs:attribute name="id" type="xs:ID" use="required"/>
      </xs:complexType>
      <xs:element name="Note">
        <xs:simpleType>
          <xs:restriction base="xs:string"><xs:maxLength value="140"/></xs:restriction>
        </xs:simpleType>
      </xs:element>
      <xs:simpleType name="State">
        <xs:restriction base="xs:string">
          <xs:enumeration value="OPEN"><xs:annotation>
            <xs:documentation>not booked yet</xs:documentation></xs:annotation></xs:enumeration>
          <xs:enumeration value="BOOKED"/>
        </xs:restriction>
      </xs:simpleType>
    </xs:schema>
    """)

BANK = dedent("""\
    <definitions name="Bank" targetNamespace="urn:bank" xmlns="http://schemas.xmlsoap.org/wsdl/"
        xmlns:b="urn:bank" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xs="http://www.w3.org/2001/XMLSchema">
      <types>
        <xs:schema targetNamespace="urn:bank">
          <xs:element name="TransferRequest" type="b:Transfer"/>
          <xs:complexType name="Transfer"><xs:sequence/></xs:complexType>
        </xs:schema>
      </types>
      <message name="TransferIn"><part name="body" element="b:TransferRequest"/></message>
      <message name="Failed"><part name="reason" type="xs:string"/></message>
      <portType name="BankPort">
        <!-- Books at once. -->
        <operation name="transferMoney">
          <documentation>Moves money between accounts.</documentation>
          <input message="b:TransferIn"/>
          <fault name="failed" message="b:Failed"/>
        </operation>
      </portType>
      <binding name="BankSoap" type="b:BankPort">
        <soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
        <operation name="transferMoney"><soap:operation soapAction="urn:bank/transfer"/></operation>
      </binding>
      <service name="BankService">
        <port name="Main" binding="b:BankSoap"><soap:address location="https://bank.example/soap"/></port>
      </service>
    </definitions>
    """)


def parsed(text: str | bytes, path: str = "schemas/pay/payment.xsd") -> Document:
    parser, form = (parse_wsdl, "wsdl") if path.endswith(".wsdl") else (parse_xsd, "xsd")
    result = parser(contract(text, path, form))
    assert result.problems == ()
    return result.documents[0]


def test_sections_of_a_schema() -> None:
    """Each top-level component is a section with the comment above it; types and elements of one name stay apart."""
    document = parsed(PAYMENT)
    common, codes = "schemas/common/types.xsd", "schemas/pay/codes.xsd"
    assert (document.title, document.kind) == ("payment.xsd", "contract")
    assert outline(document) == [
        ("info", "info", 1, 7, ()),
        ("element/Payment", "element", 8, 9, ("Payment",)),
        ("Payment", "type", 10, 19, ("element/Note", "State", f"{common}#Amount", f"{codes}#Code")),
        ("element/Note", "element", 20, 24, ()),
        ("State", "enum", 25, 31, ()),
    ]
    assert strays(document, PAYMENT) == []
    assert {found.syntax for found in document.sections} == {"xml"}


def test_summaries_of_a_schema() -> None:
    """A summary holds names and their words, documentation, fields, values and restrictions."""
    summaries = {found.anchor: found.summary for found in parsed(PAYMENT).sections}
    assert summaries["info"] == (
        "XML Schema urn:pay. version: 2.1. Payments, as the bank takes them. defines: Payment, Note, State. "
        "imports: schemas/common/types.xsd, schemas/pay/codes.xsd."
    )
    assert summaries["Payment"] == (
        "complexType Payment. Moves money once. fields: amountCents (amount cents), Note, state, code, id."
    )
    assert summaries["element/Note"] == "element Note. base: string. maxLength 140."
    assert summaries["State"] == "simpleType State. base: string. values: OPEN, BOOKED. OPEN: not booked yet."


def test_a_long_type_is_cut_at_its_members() -> None:
    """The head is shown up to the first member; members follow in runs that name their owner."""
    fields = "".join(f'<xs:element name="field{n}" type="Other"/>\n' for n in range(SHOWN_WHOLE + 5))
    text = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n<xs:complexType name="Long">\n<xs:sequence>\n'
    text += fields + '</xs:sequence>\n</xs:complexType>\n<xs:complexType name="Other"/>\n</xs:schema>\n'
    document = parsed(text)
    head, *rest = [found for found in document.sections if found.anchor.startswith("Long")]
    assert (head.first, head.last, "field44" in head.summary) == (2, 3, True)
    assert [found.first for found in rest] == list(range(4, 4 + SHOWN_WHOLE + 5, RUN))
    assert [found.refs for found in rest] == [("Other",)] * len(rest)
    assert (rest[0].heading, rest[0].anchor, rest[0].breadcrumb) == (
        f"field0 to field{RUN - 1}",
        "Long.field0",
        ("Long",),
    )
    assert rest[-1].last == 4 + SHOWN_WHOLE + 5 + 1
    assert strays(document, text) == []


def test_an_annotation_between_components_belongs_to_the_one_above() -> None:
    """Generators write what an element means behind it; nothing that is written is left out."""
    text = dedent("""\
        <s:schema xmlns:s="http://www.w3.org/2001/XMLSchema">
          <s:element name="A"/>
          <s:annotation><s:documentation>About A.</s:documentation></s:annotation>
          <s:element name="B"/>
        </s:schema>
        """)
    assert [(found.anchor, found.first, found.last) for found in parsed(text).sections] == [
        ("info", 1, 1),
        ("element/A", 2, 3),
        ("element/B", 4, 4),
    ]
    assert parsed(text).sections[1].summary == "element A. About A."


def test_a_schema_on_one_line() -> None:
    """Components that share a line are shown as what they are, not as the whole line."""
    inner = '<element name="A" type="B"/><complexType name="B"></complexType>'
    text = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{inner}</schema>'
    assert [(found.text, found.first) for found in parsed(text).sections[1:]] == [
        ('<element name="A" type="B"/>', 1),
        ('<complexType name="B"></complexType>', 1),
    ]


def test_bytes_do_not_move_lines() -> None:
    """CRLF, a byte-order mark, UTF-16 and an encoding that is declared and not used give the same sections."""
    marked = b"\xef\xbb\xbf" + PAYMENT.replace("\n", "\r\n").encode()
    wide = PAYMENT.replace("UTF-8", "UTF-16").encode("utf-16")
    assert parsed(marked).sections == parsed(PAYMENT).sections
    assert [found.first for found in parsed(wide).sections] == [found.first for found in parsed(PAYMENT).sections]


def test_sections_of_a_service() -> None:
    """An operation refers to what its messages carry; its SOAP action stands in its words."""
    document = parsed(BANK, "soap/bank.wsdl")
    assert document.title == "Bank"
    assert outline(document) == [
        ("info", "info", 1, 4, ()),
        ("element/TransferRequest", "element", 5, 5, ("Transfer",)),
        ("Transfer", "type", 6, 6, ()),
        ("message/TransferIn", "message", 9, 9, ("element/TransferRequest",)),
        ("message/Failed", "message", 10, 10, ()),
        (
            "BankPort.transferMoney",
            "operation",
            12,
            17,
            ("element/TransferRequest", "message/TransferIn", "message/Failed"),
        ),
        ("binding/BankSoap", "component", 19, 22, ("BankPort.transferMoney",)),
        ("service/BankService", "service", 23, 25, ("binding/BankSoap",)),
    ]
    assert strays(document, BANK) == []
    summaries = {found.anchor: found.summary for found in document.sections}
    assert summaries["BankPort.transferMoney"] == (
        "operation transferMoney of BankPort. transfer money. Moves money between accounts. Books at once. "
        "messages: input TransferIn (transfer in), fault Failed. soapAction urn:bank/transfer."
    )
    assert summaries["service/BankService"] == (
        "service BankService (bank service). ports: Main BankSoap. at: https://bank.example/soap."
    )


def test_wsdl_2() -> None:
    """WSDL 2.0 calls the port type an interface and names elements instead of messages."""
    text = dedent("""\
        <description xmlns="http://www.w3.org/ns/wsdl" xmlns:t="urn:t" targetNamespace="urn:t">
          <types>
            <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">
              <xs:element name="check"/>
            </xs:schema>
          </types>
          <interface name="Stock">
            <operation name="CheckStock" pattern="http://www.w3.org/ns/wsdl/in-out">
              <input messageLabel="In" element="t:check"/>
            </operation>
          </interface>
        </description>
        """)
    assert outline(parsed(text, "stock.wsdl")) == [
        ("info", "info", 1, 3, ()),
        ("element/check", "element", 4, 4, ()),
        ("Stock.CheckStock", "operation", 8, 10, ("element/check",)),
    ]


BOMB = '<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;&b;">]>\n<a>&c;</a>'
LONG = '<!DOCTYPE a [<!ENTITY b "' + "b" * 1000 + '">]>\n<a>' + "&b;" * 101 + "</a>"
MANY = "<!DOCTYPE a [" + "".join(f"<!ENTITY b{number} 'b'>" for number in range(101)) + "]>\n<a/>"
OUTSIDE = '<?xml version="1.0"?>\n<!DOCTYPE a [\n<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        (BOMB, "declares the entity 'c': only plain text is read for one", 1),
        (BOMB.replace("&b;", "&#38;b;"), "declares the entity 'c': only plain text is read for one", 1),
        (BOMB.replace("&b;", "&#60;a/>"), "declares the entity 'c': only plain text is read for one", 1),
        (OUTSIDE, "declares the entity 'b': only plain text is read for one", 3),
        (OUTSIDE.replace("ENTITY b", "ENTITY % b"), "declares the entity 'b': only plain text is read for one", 3),
        (LONG, "declares the entity 'b': too many, or too long for its uses", 1),
        (MANY, "declares the entity 'b100': too many, or too long for its uses", 1),
        ("<a>" * 200, "nested more than 100 levels deep", 1),
        ("<a>\n<b></a>", "not XML: mismatched tag", 2),
        ("", "not XML: no element found", 1),
        ("<html/>", "not an XML Schema: its outermost element is html", 1),
    ],
)
def test_what_is_refused(text: str, reason: str, line: int) -> None:
    """Entities that are no plain text are refused where they are declared; what is no schema says so."""
    with pytest.raises(SourceError) as caught:
        parse_xsd(contract(text, "a.xsd", "xsd"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_entities_of_plain_text_are_read() -> None:
    """W3C's schema of signatures declares its namespace as one, and parameter entities that stand for nothing."""
    text = dedent("""\
        <!DOCTYPE schema PUBLIC "-//W3C//DTD XMLSchema 200102//EN" "http://www.w3.org/2001/XMLSchema.dtd" [
           <!ATTLIST schema xmlns:ds CDATA #FIXED "http://www.w3.org/2000/09/xmldsig#">
           <!ENTITY dsig 'http://www.w3.org/2000/09/xmldsig#'>
           <!ENTITY % p ''>
        ]>
        <schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="&dsig;">
        <simpleType name="CryptoBinary"><annotation><documentation>Of &dsig;</documentation></annotation></simpleType>
        </schema>
        """)
    assert [(found.anchor, found.first, found.last, found.summary) for found in parsed(text).sections] == [
        ("info", 1, 6, "XML Schema http://www.w3.org/2000/09/xmldsig#. defines: CryptoBinary."),
        ("CryptoBinary", 7, 7, "simpleType CryptoBinary (crypto binary). Of http://www.w3.org/2000/09/xmldsig#."),
    ]
    assert strays(parsed(text), text) == []


def test_a_doctype_without_entities_is_read() -> None:
    """The DTD that a document type names is never fetched."""
    text = (
        '<!DOCTYPE s:schema SYSTEM "http://127.0.0.1:1/x.dtd">\n<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"/>'
    )
    assert outline(parsed(text)) == [("info", "info", 1, 2, ())]


def test_every_schema_of_a_real_repository() -> None:
    """All schemas of the corpus are read, every text is its lines, and few lines are in no section."""
    for file in sorted(corpus("simpler-grants-gov").rglob("*.[xw]sd*")):
        text = file.read_text(encoding="utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        document = parsed(text, file.name)
        assert strays(document, text) == []
        shown = {line for found in document.sections for line in range(found.first, found.last + 1)}
        written = {
            number for number, line in enumerate(text.split("\n"), 1) if line.strip(" \t</>") not in {"", "xs:schema"}
        }
        assert len(written - shown) <= 12, (file.name, sorted(written - shown))
