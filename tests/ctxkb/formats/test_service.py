from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.guide import parse_markdown
from ctxkb.formats.service import parse_service
from ctxkb.types import Kind, Source
from support.contracts import contract, strays

if TYPE_CHECKING:
    from ctxkb.types import Document

INTAKE = dedent("""\
    service: patient-intake
    domain: healthcare
    owner: clinical-platform
    compliance: [HIPAA, SOC 2]

    endpoints:
      - path: /patients
        method: POST
        description: Takes a new patient in.
        input: {name: string, ssn: string}
        processing:
          - Encrypt the SSN before it is stored.
        output: {patientId: uuid}
        sla: {p99: 300ms}
        audit: every access is logged
        acceptance_criteria:
          - "AC-1: The same SSN twice gives 409."
          - Without consent nothing is stored.

    integrations:
      - name: EHR
        protocol: HL7

    compliance_requirements:
      - id: CR-7
        regulation: HIPAA
        requirement: PHI is encrypted at rest.
    """)

EXPORT = dedent("""\
    # Export of invoices

    The export feeds the tax office.

    ## Acceptance criteria

    All of them hold for every country.

    - **AC-1**: An export of a closed month never changes.
    - [ ] AC-2 A month that is open is refused
          with the error `month-open`.
    - Amounts are in cents.

    ## Out of scope

    - Paper.
    """)


def parsed(text: str, path: str = "specs/intake.yaml") -> Document:
    result = parse_service(contract(text, path, "service"))
    assert result.problems == ()
    return result.documents[0]


def outline(document: Document) -> list[tuple[str, str, int, int]]:
    return [(found.anchor, found.role, found.first, found.last) for found in document.sections]


def test_sections() -> None:
    """Endpoints, integrations, requirements and acceptance criteria are sections, in lists and below endpoints."""
    document = parsed(INTAKE)
    assert outline(document) == [
        ("info", "info", 1, 4),
        ("POST /patients", "endpoint", 7, 18),
        ("POST /patients/AC-1", "criterion", 17, 17),
        ("POST /patients/criterion-2", "criterion", 18, 18),
        ("integration/EHR", "integration", 21, 22),
        ("requirement/CR-7", "requirement", 25, 27),
    ]
    assert strays(document, INTAKE) == []
    assert document.sections[2].breadcrumb == ("POST /patients",)
    assert document.sections[2].text == '- "AC-1: The same SSN twice gives 409."'


def test_compliance_words_are_tags() -> None:
    """Regulations are tags, wherever the spec names them; the domain is one too, the owner is the owner."""
    document = parsed(INTAKE)
    assert (document.title, document.kind) == ("patient-intake", "contract")
    assert document.tags == ("HIPAA", "SOC 2", "healthcare")
    assert document.owners == ("clinical-platform",)
    text = dedent("""\
        service: {name: pay, team: money}
        compliance_requirements:
          PCI-DSS: [No card number is logged.]
        endpoints:
          - {path: /a, compliance: "GDPR, ISO 27001"}
          - {path: /b, compliance: [Data of the EU stays there as GDPR and SOX say it.]}
        """)
    assert (parsed(text).title, parsed(text).owners) == ("pay", ("money",))
    assert parsed(text).tags == ("PCI-DSS", "GDPR", "ISO 27001", "EU", "SOX")


@pytest.mark.parametrize(
    ("key", "written", "tags"),
    [
        ("compliance_requirements", '["All access is logged"]', ()),
        ("compliance_requirements", '["HIPAA-1: encrypted at rest", "Data MUST stay in the EU"]', ("EU",)),
        ("compliance_requirements", "[Encrypt Cards, Log GDPR Requests]", ("GDPR",)),
        ("compliance_requirements", "[GDPR, SOC 2]", ("GDPR", "SOC 2")),
        (
            "compliance",
            "[gdpr, iso-27001, Sarbanes-Oxley Act of 2002]",
            ("gdpr", "iso-27001", "Sarbanes-Oxley Act of 2002"),
        ),
        ("compliance", "HIPAA Security Rule; PCI DSS", ("HIPAA Security Rule", "PCI DSS")),
        ("standards", "Cards as PCI DSS 4.0 says it", ("PCI DSS 4.0",)),
    ],
)
def test_a_sentence_is_no_tag(key: str, written: str, tags: tuple[str, ...]) -> None:
    """Of a sentence only the regulations that it names are tags; names are tags as they are written."""
    assert parsed(f"service: a\n{key}: {written}\n").tags == tags


def test_several_methods_and_several_requirements_under_one_name() -> None:
    """Methods in a list are named in the heading; each requirement under a name is one, a single one keeps the name."""
    text = dedent("""\
        service: a
        endpoints:
          - {path: /a, method: [get, POST]}
        compliance_requirements:
          GDPR:
            - Data stays in the EU.
            - Data is deleted
              when asked.
          SOX: [Kept.]
        """)
    document = parsed(text)
    assert outline(document) == [
        ("info", "info", 1, 1),
        ("GET, POST /a", "endpoint", 3, 3),
        ("requirement/GDPR 1", "requirement", 6, 6),
        ("requirement/GDPR 2", "requirement", 7, 8),
        ("requirement/SOX", "requirement", 9, 9),
    ]
    assert strays(document, text) == []


def test_summaries() -> None:
    """An endpoint is found by what it takes, does, answers and promises."""
    assert parsed(INTAKE).sections[1].summary == (
        "POST /patients. post patients. service patient-intake (patient intake). Takes a new patient in. "
        "input: name string ssn string. processing: Encrypt the SSN before it is stored. output: patientId uuid. "
        "sla: p99 300ms. audit: every access is logged. "
        "acceptance criteria: AC-1: The same SSN twice gives 409. Without consent nothing is stored."
    )


def test_other_forms() -> None:
    """Endpoints and integrations as mappings, methods below a path, a list of words on one line, and JSON."""
    text = dedent("""\
        service: orders
        endpoints:
          /orders:
            get: {output: list}
            post:
              input: order
          health: {path: /health, method: get}
        integrations: [stock, mail]
        acceptance_criteria:
          - id: AC-9
            then: it ends
        """)
    assert outline(parsed(text)) == [
        ("info", "info", 1, 1),
        ("GET /orders", "endpoint", 4, 4),
        ("POST /orders", "endpoint", 5, 6),
        ("GET /health", "endpoint", 7, 7),
        ("integration/stock", "integration", 8, 8),
        ("integration/mail", "integration", 8, 8),
        ("AC-9", "criterion", 10, 11),
    ]
    json = '{\n  "service": "a",\n  "integrations": [\n    "stock",\n    "mail"\n  ],\n  "endpoints": [\n    {\n'
    json += '      "path": "/x"\n    }\n  ]\n}\n'
    assert outline(parsed(json, "a.json")) == [
        ("info", "info", 2, 2),
        ("integration/stock", "integration", 4, 4),
        ("integration/mail", "integration", 5, 5),
        ("/x", "endpoint", 9, 9),
    ]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("endpoints: []", "not a service spec: it has no key service", 1),
        ("service: &a {endpoints: *a}", "the alias *a lies inside the value that it stands for", 1),
        ("service: a\nendpoints: " + "[" * 300, "nested more than 200 levels deep", 2),
    ],
)
def test_what_is_refused(text: str, reason: str, line: int) -> None:
    """What names no service, contains itself or nests without end is refused with its line."""
    with pytest.raises(SourceError) as caught:
        parse_service(contract(text, "a.yaml", "service"))
    assert (caught.value.reason, caught.value.line) == (reason, line)


def test_criteria_of_a_spec_in_prose() -> None:
    """Each acceptance criterion of a spec in Markdown is a section with its id; other lists stay whole."""
    document = parse_markdown(Source("specs/export.md", EXPORT.encode(), Kind.SPEC, "markdown")).documents[0]
    assert [(found.anchor, found.heading, found.role, found.first, found.last) for found in document.sections] == [
        ("export-of-invoices", "Export of invoices", "", 1, 3),
        ("acceptance-criteria", "Acceptance criteria", "", 5, 7),
        ("AC-1", "AC-1", "criterion", 9, 9),
        ("AC-2", "AC-2", "criterion", 10, 11),
        ("acceptance-criteria.3", "Acceptance criteria 3", "criterion", 12, 12),
        ("out-of-scope", "Out of scope", "", 14, 16),
    ]
    assert strays(document, EXPORT) == []
    assert document.sections[2].breadcrumb == ("Export of invoices", "Acceptance criteria")


def test_criteria_under_headings_of_their_own() -> None:
    """A heading below "Acceptance criteria" may group them; a scenario, a criterion and notes stay whole."""
    text = dedent("""\
        # Export

        ## Acceptance criteria

        - AC-1 It ends.

        ### Edge cases

        1. AC-2: An empty month is a file of no rows.
        2. No file is larger than 1 MB.

        ### Two at a time

        - Given an export
        - When another begins
        - Then it waits

        ### AC-3 It can be stopped

        - by hand

        ### Out of scope

        - Paper.

        ## Notes

        - None.
        """)
    document = parse_markdown(Source("specs/export.md", text.encode(), Kind.SPEC, "markdown")).documents[0]
    assert [(found.anchor, found.first) for found in document.sections if found.role == "criterion"] == [
        ("AC-1", 5),
        ("AC-2", 9),
        ("edge-cases.2", 10),
    ]
    called = text.replace("# Export\n", "# Success criteria\n").replace("## Acceptance criteria", "## What")
    document = parse_markdown(Source("specs/success.md", called.encode(), Kind.SPEC, "markdown")).documents[0]
    assert [found.anchor for found in document.sections if found.role == "criterion"] == []


def test_criteria_are_cut_in_specs_only() -> None:
    """A guide that speaks of acceptance criteria is cut at its headings as ever."""
    document = parse_markdown(Source("docs/export.md", EXPORT.encode(), Kind.GUIDE, "markdown")).documents[0]
    assert [found.anchor for found in document.sections] == [
        "export-of-invoices",
        "acceptance-criteria",
        "out-of-scope",
    ]
