from __future__ import annotations

import time
from datetime import date
from textwrap import dedent

import pytest

from ctxkb.config.models import Sources
from ctxkb.formats import parse
from ctxkb.formats.asciidoc import asciidoc_lines
from ctxkb.formats.classify import classify
from ctxkb.text.pieces import pieces
from ctxkb.types import Document, Kind, Link, Source
from support.contracts import strays

GUIDE = dedent("""\
    = Running the importer
    Ada Lovelace <ada@example.org>
    v1.2, 2024-03-01
    :toc:

    Imports run every night.

    [[how]]
    == How to start it

    [source,shell]
    ----
    == no heading in here ==

    importer --all
    ----

    NOTE: It takes an hour.

    === By hand

    . Stop the nightly run.
    . Start your own.

    What can go wrong
    -----------------

    |===
    |Message |Meaning

    |`locked` |Another run is on.
    |===
    """)

DECISION = dedent("""\
    = 7. Use Kafka for events
    :status: accepted
    :date: 2024-05-06

    == Context

    Services poll one another.

    == Decision

    We use *Kafka*. This decision supersedes xref:0003-use-polling.adoc[ADR 3].

    == Consequences

    * Events are kept for a week.
    """)


def read(text: str, path: str = "docs/running.adoc", kind: Kind = Kind.GUIDE, form: str = "asciidoc") -> Document:
    result = parse(Source(path, text.encode(), kind, form))
    assert result.problems == ()
    return result.documents[0]


def decided(text: str) -> Document:
    return read(text, "docs/adr/0007-use-kafka.adoc", Kind.DECISION, "decision-asciidoc")


def test_a_guide() -> None:
    """Titles cut a guide, underlined ones too; one in a listing is none; an anchor belongs to the title below it."""
    document = read(GUIDE)
    assert document.title == "Running the importer"
    assert [(found.anchor, found.first, found.last, found.breadcrumb) for found in document.sections] == [
        ("running-the-importer", 1, 6, ()),
        ("how-to-start-it", 8, 18, ("Running the importer",)),
        ("by-hand", 20, 23, ("Running the importer", "How to start it")),
        ("what-can-go-wrong", 25, 32, ("Running the importer",)),
    ]
    assert strays(document, GUIDE) == []
    assert {found.syntax for found in document.sections} == {"asciidoc"}


def test_a_decision() -> None:
    """Attributes are fields, references are links, and the roles of the sections are known."""
    document = decided(DECISION)
    assert (document.title, document.number, document.status, document.status_text, document.date) == (
        "Use Kafka for events",
        "7",
        "accepted",
        "accepted",
        date(2024, 5, 6),
    )
    assert document.links == (Link("supersedes", "0003-use-polling.adoc", 11),)
    assert [(found.anchor, found.role) for found in document.sections] == [
        ("7-use-kafka-for-events", "preamble"),
        ("context", "context"),
        ("decision", "outcome"),
        ("consequences", "consequences"),
    ]


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("== Status\n\nSuperseded by <<0009-x.adoc#,ADR 9>>\n", "superseded"),
        ("* Status: *rejected*\n", "rejected"),
        ("Status:: deprecated\n", "deprecated"),
        ("|===\n|Status |Date\n\n|Proposed\n|2024-01-02\n|===\n", "proposed"),
        ("|===\n|Status |Rejected\n|Date |2024-01-02\n|===\n", "rejected"),
        ("image:https://img.shields.io/badge/status-deprecated-red[]\n", "deprecated"),
        ("// Status: rejected\n", "accepted"),
        ("----\nStatus: rejected\n----\n", "accepted"),
        ("====\nStatus: rejected\n====\n", "rejected"),
        ("Status: [line-through]#rejected# accepted\n", "accepted"),
    ],
)
def test_status(head: str, status: str) -> None:
    """A status is read from attributes, lists, tables and badges, not from comments and listings."""
    assert decided(f"= 7. Use Kafka\n\n{head}\n== Context\n\nMany.\n").status == status


def test_author_and_revision() -> None:
    """The lines below the title name who wrote it and when; prose there is prose."""
    document = decided("= Use Kafka\nAda Lovelace <a@b.c>; Grace Hopper\nv1.0, 2024-03-01: first\n\n== Context\n\nX.\n")
    assert (document.owners, document.date) == (("Ada Lovelace", "Grace Hopper"), date(2024, 3, 1))
    assert [line.text for line in asciidoc_lines("= A\nThis is prose, not a name.\n")] == [
        "A",
        "This is prose, not a name.",
    ]


def test_blocks_stay_whole() -> None:
    """A text is cut at blank lines outside its blocks."""
    found = [piece.text for piece in pieces("One.\n\n----\na\n\nb\n----\n\nTwo.", "asciidoc")]
    assert found == ["One.\n", "----\na\n\nb\n----\n", "Two."]


@pytest.mark.parametrize("filler", ["----\n", "|===\n|a\n", "*", "<<", "link:", "a:: ", "= a\n", "`_*#"])
def test_hostile_text_is_read_in_bounded_time(filler: str) -> None:
    """Blocks and marks that never end take time in proportion to the file's size."""
    begin = time.perf_counter()
    decided("= A\n\n" + filler * (100_000 // len(filler)))
    assert time.perf_counter() - begin < 10


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("docs/running.adoc", (Kind.GUIDE, "asciidoc")),
        ("README.adoc", (Kind.GUIDE, "asciidoc")),
        ("docs/adr/0007-use-kafka.adoc", (Kind.DECISION, "decision-asciidoc")),
        ("docs/adr/README.adoc", (Kind.GUIDE, "asciidoc")),
        ("CONTRIBUTING.adoc", (Kind.CONVENTION, "rules")),
        ("docs/specs/export.asciidoc", (Kind.SPEC, "asciidoc")),
    ],
)
def test_kinds(path: str, found: object) -> None:
    """AsciiDoc is found where Markdown is."""
    assert classify(path, None, Sources()) == found


def test_rules_in_asciidoc() -> None:
    """A convention in AsciiDoc is cut at its titles."""
    document = read("= How we work\n\n== Tests\n\nAlways.\n", "CONTRIBUTING.adoc", Kind.CONVENTION, "rules")
    assert [found.anchor for found in document.sections] == ["how-we-work", "tests"]


def test_the_date_may_be_an_attribute() -> None:
    """As `revdate`, which AsciiDoc itself knows."""
    assert decided("= Use X\n:revdate: 2023-02-02\n\nText.\n").date == date(2023, 2, 2)


def test_an_anchor_in_a_heading_is_no_part_of_it() -> None:
    """Brackets around anything else are."""
    text = "= Use X\n\n== [[one]]One\n\nText.\n\n== Two [[two,Two]]\n\nText.\n\n== The list [[1, 2]]\n\nText.\n"
    assert [section.heading for section in decided(text).sections] == ["Use X", "One", "Two", "The list [[1, 2]]"]
