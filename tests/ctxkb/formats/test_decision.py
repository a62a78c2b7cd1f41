"""Decisions that are read whole: MADR, Nygard, log4brains and reStructuredText, and what cannot be read."""

from __future__ import annotations

import time
from datetime import date

import pytest

from ctxkb.formats import parse
from ctxkb.types import Kind, Link, Scope, Source
from support.decisions import read

MADR_4 = """
    ---
    status: "accepted"
    date: 2025-02-28
    decision-makers: ["@ada", "@grace"]
    consulted: Somebody Else
    scope: ["web/**", "api/**"]
    tags: [storage, cost]
    ---
    # Use PostgreSQL

    ## Context and Problem Statement

    Where do orders live?

    ## Decision Drivers

    * cost

    ## Considered Options

    * PostgreSQL
    * MongoDB

    ## Decision Outcome

    Chosen option: "PostgreSQL".

    ### Consequences

    * Good, because it is known

    ### Confirmation

    A review.

    ## Pros and Cons of the Options

    ### PostgreSQL

    * Good, because of SQL

    ## More Information

    Goes with [ADR-0003](0003-orm.md) and <https://example.org/adr/0099-x.md>.
    """


def test_a_madr_4_decision_is_read_whole() -> None:
    """Front matter, sections with their roles, and the links of "More Information" come out of a MADR 4 file."""
    document = read(MADR_4, "docs/decisions/0007-use-postgresql.md")
    assert (document.id, document.number, document.title) == (
        "docs/decisions/0007-use-postgresql.md",
        "7",
        "Use PostgreSQL",
    )
    assert (document.status, document.status_text, document.date) == ("accepted", "accepted", date(2025, 2, 28))
    assert document.owners == ("@ada", "@grace")
    assert document.tags == ("storage", "cost")
    assert document.scope == Scope(("web/**", "api/**"), "paths", stated=True)
    assert document.links == (Link("relates", "0003-orm.md", 44),)
    assert not document.template
    assert [(section.heading, section.role, section.first) for section in document.sections] == [
        ("Use PostgreSQL", "preamble", 9),
        ("Context and Problem Statement", "context", 11),
        ("Decision Drivers", "drivers", 15),
        ("Considered Options", "options", 19),
        ("Decision Outcome", "outcome", 24),
        ("Consequences", "consequences", 28),
        ("Confirmation", "confirmation", 32),
        ("Pros and Cons of the Options", "pros-cons", 36),
        ("PostgreSQL", "pros-cons", 38),
        ("More Information", "more", 42),
    ]


NYGARD = """
    # 9. Use queues

    Date: 2019-03-04

    ## Status

    Accepted

    Superceded by [12. Use streams](0012-use-streams.md)

    Amends [3. Use workers](0003-use-workers.md)

    Amended by [11. Size queues](0011-size-queues.md)

    ## Context

    Much to do.

    ## Decision

    We will queue it.

    ## Consequences

    It waits.
    """


def test_a_nygard_decision_is_read_whole() -> None:
    """The several lines of an adr-tools "Status" become the status and the links, with their lines."""
    document = read(NYGARD, "doc/adr/0009-use-queues.md")
    assert (document.number, document.title, document.date) == ("9", "Use queues", date(2019, 3, 4))
    assert document.status == "superseded"
    assert document.status_text == "Superceded by 12. Use streams"
    assert document.links == (
        Link("superseded-by", "0012-use-streams.md", 9),
        Link("amends", "0003-use-workers.md", 11),
        Link("amended-by", "0011-size-queues.md", 13),
    )
    assert [section.role for section in document.sections] == [
        "preamble",
        "status",
        "context",
        "outcome",
        "consequences",
    ]


def test_a_log4brains_decision_is_its_slug() -> None:
    """A name that begins with a compact date is a log4brains slug; its metadata is the list below the title."""
    document = read(
        """
        # Use Lunr for search

        - Status: accepted
        - Date: 03/02/2021
        - Deciders: Ada, Grace
        - Tags: dev-tools, search

        ## Context

        Search.
        """,
        "docs/adr/20210131-use-lunr.md",
    )
    assert (document.number, document.status, document.date) == ("20210131-use-lunr", "accepted", date(2021, 2, 3))
    assert (document.owners, document.tags) == (("Ada", "Grace"), ("dev-tools", "search"))


def test_a_decision_in_restructuredtext_is_read() -> None:
    """Field lists, list tables, Sphinx references and titles in any characters are understood."""
    document = read(
        """
        ==============
        ADR 7: Use X
        ==============

        :Status: Superseded by :doc:`ADR 9 <0009-use-y>`
        :Date: 2021-05-06
        :Deciders: Ada, Grace

        Context
        ~~~~~~~

        .. include:: /etc/passwd

        Why.

        Decision
        ~~~~~~~~

        .. list-table::

           * - Title
             - Decision
        """,
        "docs/adr/0007-use-x.rst",
        "decision-rst",
    )
    assert (document.number, document.title, document.status) == ("7", "Use X", "superseded")
    assert (document.date, document.owners) == (date(2021, 5, 6), ("Ada", "Grace"))
    assert document.links == (Link("superseded-by", "0009-use-y", 5),)
    assert [(section.heading, section.role, section.first, section.last) for section in document.sections] == [
        ("ADR 7: Use X", "preamble", 1, 7),
        ("Context", "context", 9, 14),
        ("Decision", "outcome", 16, 22),
    ]
    assert {section.syntax for section in document.sections} == {"rst"}


def test_a_status_section_in_restructuredtext_is_read() -> None:
    """A Nygard decision in rst gives status and links as its Markdown form does."""
    document = read(
        """
        9. Use queues
        =============

        Status
        ------

        Superseded by `12. Use streams <0012-use-streams.rst>`_

        Context
        -------

        Much.
        """,
        "docs/adr/0009-use-queues.rst",
        "decision-rst",
    )
    assert (document.title, document.status) == ("Use queues", "superseded")
    assert document.links == (Link("superseded-by", "0012-use-streams.rst", 7),)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "the file is empty"), (b"\n \n", "the file is empty"), (b"a\0b", "looks binary: it contains NUL bytes")],
)
def test_a_file_that_cannot_be_read_is_a_problem(content: bytes, reason: str) -> None:
    """What cannot be read comes back as a problem with its reason, never as an exception."""
    parsed = parse(Source("docs/adr/0001-x.md", content, Kind.DECISION, "decision"))
    assert parsed.documents == ()
    assert [(problem.path, problem.reason) for problem in parsed.problems] == [("docs/adr/0001-x.md", reason)]


def test_broken_front_matter_is_a_problem_and_the_rest_is_read() -> None:
    """Front matter that is no YAML is named with its line; keys and text around it still count."""
    text = "---\ntitle: [open\nstatus: rejected\n---\n# Use X\n\nText.\n"
    parsed = parse(Source("docs/adr/0001-x.md", text.encode(), Kind.DECISION, "decision"))
    assert [(document.title, document.status) for document in parsed.documents] == [("Use X", "rejected")]
    assert [(problem.line, problem.reason.split(":")[0]) for problem in parsed.problems] == [
        (2, "front matter is not YAML")
    ]


@pytest.mark.parametrize("filler", ["<br>", "<tr><td>", "superseded ", "will be ", "**a** | ", ":a"])
def test_hostile_text_takes_no_square_of_its_length(filler: str) -> None:
    """Eighty thousand characters of anything are read in a moment."""
    start = time.perf_counter()
    read(f"# X\n\n{filler * (80_000 // len(filler))}\n\n## Status\n\nDraft {filler * (80_000 // len(filler))}\n")
    assert time.perf_counter() - start < 10
