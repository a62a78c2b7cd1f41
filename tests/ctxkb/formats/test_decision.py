"""Decisions of every form that is found in real repositories."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from ctxkb.formats import parse
from ctxkb.types import Document, Kind, Link, Scope, Source


def read(text: str, path: str = "docs/adr/0012-use-x.md", form: str = "decision") -> Document:
    parsed = parse(Source(path, dedent(text).lstrip("\n").encode(), Kind.DECISION, form))
    assert parsed.problems == ()
    (document,) = parsed.documents
    return document


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


STATUS_FORMS = {
    "bullet": ("* Status: accepted", "accepted", "accepted"),
    "bold key": ("* **Status:** Active", "accepted", "Active"),
    "bold line with a hard break": ("**Status: Active**\\\n**Last Modified:** 2025-08-12\\", "accepted", "Active"),
    "bold value and date": ("Status: **Accepted** 2023-05-11", "accepted", "Accepted 2023-05-11"),
    "emoji": ("Status: ✅ Accepted", "accepted", "Accepted"),
    "one word in braces": ("* **Status:** {Active}", "accepted", "Active"),
    "full stop": ("Status: Approved.", "accepted", "Approved."),
    "no-break and zero-width spaces": ("**Status:**\u00a0\u200bDraft", "proposed", "Draft"),
    "entity": ("* **Status:** Accepted&#x20;", "accepted", "Accepted"),
    "state": ("State: Implemented", "accepted", "Implemented"),
    "partly accepted": ("Status: Partially Accepted", "accepted", "Partially Accepted"),
    "reverted": ("Status: Reverted", "deprecated", "Reverted"),
    "rejected in favour": ("Status: Rejected in favour of ADR 111", "rejected", "Rejected in favour of ADR 111"),
    "decided": (
        "Status: Decided (scheduled for implementation)",
        "accepted",
        "Decided (scheduled for implementation)",
    ),
    "two words": ("Status: ACCEPTED Implemented", "accepted", "ACCEPTED Implemented"),
    "struck out": ("Status: ~~Proposed~~ Accepted", "accepted", "Accepted"),
    "arrow": ("Status: Accepted -> Deprecated", "deprecated", "Accepted -> Deprecated"),
    "pending implementation": (
        "Status: Accepted, pending implementation",
        "accepted",
        "Accepted, pending implementation",
    ),
    "partly superseded": ("Status: Partially superseded by ADR-4", "accepted", "Partially superseded by ADR-4"),
    "unknown word": ("Status: On the shelf", "On the shelf", "On the shelf"),
    "table by row": ("| Status | Accepted |\n|---|---|\n| Date | 2024-01-02 |", "accepted", "Accepted"),
    "table by column": ("| Status | Date |\n|---|---|\n| Rejected | 2024-01-02 |", "rejected", "Rejected"),
    "badge": ("![Status](https://img.shields.io/badge/status-accepted-green)", "accepted", "accepted"),
    "badge in HTML": ('<img src="https://img.shields.io/badge/Status-Draft-red" />', "proposed", "Draft"),
    "HTML": ("<p><b>Status:</b> Deprecated</p>", "deprecated", "Deprecated"),
    "key above value": ("**Status**\n\nRejected", "rejected", "Rejected"),
    "section": ("## Status\n\n**Accepted**", "accepted", "Accepted"),
    "section with boxes": ("## Status\n\n- [ ] Proposed\n- [x] Rejected", "rejected", "Rejected"),
    "section as history": (
        "## Status\n\n- 2020-01-01 proposed\n- 2021-01-01 accepted\n- 2023-01-01 deprecated",
        "deprecated",
        "2023-01-01 deprecated",
    ),
    "heading that holds it": ("## Status: Rejected", "rejected", "Rejected"),
    "a section that says what goes on": ("### Status: **Discussing**", "proposed", "Discussing"),
    "section at the end": ("## Context\n\nText.\n\n## Status\n\nDraft", "proposed", "Draft"),
    "field at the end": ("## Context\n\nText.\n\n## Notes\n\nStatus: Draft", "proposed", "Draft"),
    "changelog": (
        "## Context\n\nText.\n\n## Changelog\n\n* 2024-05-06: rejected\n* 2023-01-02: proposed",
        "rejected",
        "2024-05-06: rejected",
    ),
    "changelog of other things": ("## Context\n\nText.\n\n## Changelog\n\n* 2024-05-06: typos", "accepted", ""),
    "comment beside it": ("* Status: accepted <!-- optional -->", "accepted", "accepted"),
    "absent": ("## Context\n\nThe status of orders is shown.", "accepted", ""),
    "placeholder": ("* Status: [proposed | rejected | accepted | … | superseded by [ADR-5](5-x.md)]", "accepted", ""),
    "placeholder in braces": ("* Status: {proposed | accepted}", "accepted", ""),
}


@pytest.mark.parametrize(("body", "status", "text"), STATUS_FORMS.values(), ids=STATUS_FORMS.keys())
def test_a_status_is_understood_in_any_form(body: str, status: str, text: str) -> None:
    """Any case, decoration, place and usual word of a status is read, and kept as the file writes it."""
    document = read(f"# Use X\n\n{body}\n")
    assert (document.status, document.status_text) == (status, text)


FRONT_MATTER = {
    "plain": ("status: accepted", "accepted", "accepted", ()),
    "with a statement": (
        'status: "accepted; supersedes ADR-0045"',
        "accepted",
        "accepted; supersedes ADR-0045",
        (Link("supersedes", "45", 2),),
    ),
    "MADR 4 without link": (
        "status: superseded by ADR-0123",
        "superseded",
        "superseded by ADR-0123",
        (Link("superseded-by", "123", 2),),
    ),
    "MADR 3 with a link": (
        "status: superseded by [ADR-0005](0005-x.md)",
        "superseded",
        "superseded by ADR-0005",
        (Link("superseded-by", "0005-x.md", 2),),
    ),
    "not strict YAML": (
        "status: [superseded by ADR 5](0005-x.md)\ndeciders: @ada, @grace",
        "superseded",
        "superseded by ADR 5",
        (Link("superseded-by", "0005-x.md", 2),),
    ),
    "keys of their own": (
        "status: accepted\nsupersedes: [ADR-3, 0004-y.md]\namended-by: 9\nrelated:\n  - 20200101-z",
        "accepted",
        "accepted",
        (
            Link("supersedes", "0004-y.md", 3),
            Link("supersedes", "3", 3),
            Link("amended-by", "9", 4),
            Link("relates", "20200101-z", 5),
        ),
    ),
    "superseded by its own key": ("superseded_by: 8", "superseded", "", (Link("superseded-by", "8", 2),)),
    "tags": ("tags: [storage, deprecated]", "deprecated", "deprecated", ()),
    "tags with a prefix": ("tags:\n  - status/proposed", "proposed", "status/proposed", ()),
    "braces": ("status: {Active}", "accepted", "Active", ()),
    "placeholder": ('status: "{proposed | rejected | accepted}"', "accepted", "", ()),
    "comment": ("nav_order: 0034\n# status: {proposed | rejected}", "accepted", "", ()),
}


@pytest.mark.parametrize(("head", "status", "text", "links"), FRONT_MATTER.values(), ids=FRONT_MATTER.keys())
def test_front_matter_states_status_and_links(head: str, status: str, text: str, links: tuple[Link, ...]) -> None:
    """Front matter of every MADR, strict YAML or not, gives status and links."""
    document = read(f"---\n{head}\n---\n# Use X\n\nText.\n")
    assert (document.status, document.status_text, document.links) == (status, text, links)


@pytest.mark.parametrize(
    ("title", "status"),
    [
        ("004 - OUTDATED Use X", "deprecated"),
        ("[DEPRECATED] Use X", "deprecated"),
        ("Use X (superseded)", "superseded"),
        ("Use X (deleted)", "deprecated"),
        ("Use rejected items again", "accepted"),
        ("Use X (in place of Y)", "accepted"),
    ],
)
def test_a_title_may_carry_the_status(title: str, status: str) -> None:
    """A settled status in capitals or brackets at an end of the title counts, the same word in a sentence does not."""
    assert read(f"# {title}\n\nText.\n").status == status


@pytest.mark.parametrize(
    ("title", "target"),
    [
        ("Use X (superseded by [RFC 25](025-y.md))", "025-y.md"),
        ("Use X [superseded by ADR-25]", "25"),
        ("Use X, which is superseded by ADR-25 in parts", ""),
    ],
)
def test_brackets_in_a_title_may_name_the_successor(title: str, target: str) -> None:
    """As Wagtail's RFCs do; the rest of a title states nothing."""
    document = read(f"# {title}\n\nText.\n")
    links = (Link("superseded-by", target, 1),) if target else ()
    assert (document.status, document.links) == ("superseded" if target else "accepted", links)


STATEMENTS = {
    "admonition": (
        "> [!NOTE]\n> This decision is **superseded by [ADR-0057](0057-y.md)**.",
        (Link("superseded-by", "0057-y.md", 4),),
    ),
    "sentence": ("This ADR supersedes ADR-0045.", (Link("supersedes", "45", 3),)),
    "several": (
        "Supersedes ADR-1, ADR-2 and [three](0003-c.md)",
        tuple(Link("supersedes", target, 3) for target in ("0003-c.md", "1", "2")),
    ),
    "behind the link": (
        "* [ADR-0045](0045-x.md), which this decision supersedes",
        (Link("supersedes", "0045-x.md", 3),),
    ),
    "follow-up": ("This is a follow-up to [ADR-032](0032-x.md).", (Link("relates", "0032-x.md", 3),)),
    "partly": ("This decision is partially superseded by ADR-4.", (Link("amended-by", "4", 3),)),
    "of another thing": ("commons-logging is superseded by [log4j](0002-log4j.md).", ()),
    "of other decisions": ("[ADR-3](0003-c.md) is superseded by [ADR-5](0005-e.md).", ()),
    "a link in prose": ("As in [ADR-0036](0036-x.md), superseded code is removed.", ()),
    "in a code block": ("```\nSuperseded by ADR-9\n```", ()),
    "site slug": ("Superseded by [the new way](/adr/32)", (Link("superseded-by", "/adr/32", 3),)),
    "no extension": ("Superseded by [that](0032-that)", (Link("superseded-by", "0032-that", 3),)),
    "hash in a name": ("Superseded by [that](<0032 c# a+b.md>)", (Link("superseded-by", "0032 c# a+b.md", 3),)),
    "link that says it all": (
        "## Status\n\n[Superseded by ADR-5](0005-x.md)",
        (Link("superseded-by", "0005-x.md", 5),),
    ),
    "encoded name": ("Superseded by [that](0032%20c%23%20a+b.md#top)", (Link("superseded-by", "0032 c# a+b.md", 3),)),
    "its own anchor": ("Supersedes [ADR-0007](#history)", (Link("supersedes", "7", 3),)),
    "number and link agree": (
        "Supersedes ADR-7\n\nSupersedes [ADR-0007](../0007-z.md)",
        (Link("supersedes", "../0007-z.md", 5),),
    ),
    "another repository": ("## Links\n\n* [ADR-9](https://github.com/a/b/blob/main/docs/adr/0009-x.md)", ()),
    "list of links": (
        "## Links\n\n* Refined by [ADR-8](./0008-x.md)\n* [Site](https://example.org)\n* [code](../src/Main.java)",
        (Link("relates", "./0008-x.md", 5),),
    ),
    "bullets in the head": (
        "* Status: accepted\n* Supersedes: [ADR-3](0003-c.md)\n* Superseded-by: 14",
        (Link("supersedes", "0003-c.md", 4), Link("superseded-by", "14", 5)),
    ),
    "bare number in a status": ("## Status\n\nSuperseded by 14", (Link("superseded-by", "14", 5),)),
}


@pytest.mark.parametrize(("body", "links"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_only_statements_about_this_decision_are_links(body: str, links: tuple[Link, ...]) -> None:
    """What a decision says of itself is a link; what its prose says of other things is none."""
    document = read(f"# Use X\n\n{body}\n")
    assert document.links == links
    assert (document.status == "superseded") == any(link.relation == "superseded-by" for link in links)


NAMES = {
    "file number over title's": ("docs/adr/017-x.md", "# 016", "17", "016"),
    "adr prefix": ("docs/adr/ADR-0009-x.md", "# ADR-0009: Use X", "9", "Use X"),
    "number in the title only": ("docs/adr/use-x.md", "# 9. Use X", "9", "Use X"),
    "colon": ("docs/adr/use-x.md", "# ADR 12: Use X", "12", "Use X"),
    "brackets": ("docs/adr/use-x.md", "# [ADR-7] Use X", "7", "Use X"),
    "dash": ("docs/adr/0004-x.md", "# 004 - Use X", "4", "Use X"),
    "a word that begins with digits": ("docs/adr/2023-01-02-x.md", "# 30k ft reports", "", "30k ft reports"),
    "digits that count": ("docs/adr/x.md", "# 3 ways to do X", "", "3 ways to do X"),
    "dated": ("docs/adr/2023-07-05-x.md", "# Use X", "", "Use X"),
    "month only": ("docs/adr/2026-01-cms.md", "# Use X", "", "Use X"),
    "folder": ("docs/adr/0031-use-x/README.md", "# Use X", "31", "Use X"),
    "setext": ("docs/adr/0001-x.md", "Use X\n=====", "1", "Use X"),
    "html": ("docs/adr/0001-x.md", '<h1 align="center">Use <i>X</i></h1>', "1", "Use X"),
    "H2": ("docs/adr/0001-x.md", "## ADR 1: Use X", "1", "Use X"),
    "H1 inside H2s": ("docs/adr/0001-x.md", "## Status\n\nAccepted\n\n# Use X", "1", "Use X"),
    "all parts H1": ("docs/adr/0001-x.md", "---\ntitle: Use X\n---\n# Context\n\nC\n\n# Decision\n\nD", "1", "Use X"),
    "front matter's block scalar": ("docs/adr/0001-x.md", "---\ntitle: >\n  Use\n  X\n---\nText.", "1", "Use X"),
    "file name": ("docs/adr/2023-07-20-fe-rendering.md", "## Context and Problem Statement\n\nC", "", "Fe rendering"),
    "front matter's number": ("docs/adr/use-x.md", "---\nid: ADR-0042\n---\n# Use X", "42", "Use X"),
    "octal look": ("docs/adr/0034-x.md", "---\nnav_order: 0034\n---\n# Use `X`", "34", "Use X"),
}


@pytest.mark.parametrize(("path", "text", "number", "title"), NAMES.values(), ids=NAMES.keys())
def test_number_and_title_are_found(path: str, text: str, number: str, title: str) -> None:
    """The number comes from the file's name before the title's; the title loses its number."""
    document = read(text, path)
    assert (document.number, document.title) == (number, title)


DATES = {
    "Last Modified before the name": ("* **Last Modified:** 2023-08-17", date(2023, 8, 17)),
    "first of two": ("Date: 2022-10-05 (Updated 2023-07-12)", date(2022, 10, 5)),
    "month, day, year": ("* **Last Modified:** July 25, 2025", date(2025, 7, 25)),
    "day, month, year": ("Date: 5th of March 2024", date(2024, 3, 5)),
    "DD/MM/YYYY": ("Date: 03/02/2021", date(2021, 2, 3)),
    "MM/DD/YYYY where no other way is left": ("* **Last Modified:**&#x31;2/16/2024", date(2024, 12, 16)),
    "no date at all: the name's": ("* **Last Modified:** 2023-07-2i", date(2023, 7, 5)),
    "no day in any calendar: the name's": ("---\ndate: 2023-02-31\n---", date(2023, 7, 5)),
    "placeholder: the name's": ("Date: {YYYY-MM-DD when the decision was last updated}", date(2023, 7, 5)),
    "section of its own": ("## Date\n\n2021-01-01\n\n## Context\n\nSince 2019-01-01.", date(2021, 1, 1)),
    "in the status": ("## Status\n\nAccepted 2021-01-01", date(2021, 1, 1)),
    "decided before created": ("Created: 2020-01-01\n\nDate: 2021-01-01", date(2021, 1, 1)),
}


@pytest.mark.parametrize(("body", "expected"), DATES.values(), ids=DATES.keys())
def test_dates_are_read_in_the_usual_forms(body: str, expected: date) -> None:
    """A stated date wins over the one in the file's name; one that is none leaves the name's."""
    text = f"{body}\n# Use X\n" if body.startswith("---") else f"# Use X\n\n{body}\n"
    assert read(text, "docs/adr/2023-07-05-use-x.md").date == expected


OWNERS = {
    "commas": ("* **Deciders:** Ada,  Grace, and Alan", ("Ada", "Grace", "Alan")),
    "handles": ("- Deciders: @ada @grace", ("@ada", "@grace")),
    "nested list": ("* **Deciders:**\n  * Ada&#x20;\n  * Grace", ("Ada", "Grace")),
    "company in parentheses": ("* Deciders: Ada (w/ Grace, Alan), James (HHS)&#x20;", ("Ada", "James")),
    "deciders before the author": ("- **Author:** Kai\n- **Deciders:** -Ada", ("Ada", "Kai")),
    "ampersand in a name": ("* Deciders: P\\&D team", ("P&D team",)),
    "links": ("* Deciders: [Ada](https://github.com/ada)", ("Ada",)),
    "section of its own": ("## Deciders\n\n* Ada\n* Grace", ("Ada", "Grace")),
    "placeholder": ("* Deciders: [list everyone involved in the decision] <!-- optional -->", ()),
    "empty, with another field below": ("* **Deciders:**\n* **Tags:** a", ()),
}


@pytest.mark.parametrize(("body", "owners"), OWNERS.values(), ids=OWNERS.keys())
def test_owners_are_people_and_teams(body: str, owners: tuple[str, ...]) -> None:
    """Deciders, decision-makers and authors are owners, one by one, without what stands beside their names."""
    assert read(f"# Use X\n\n{body}\n\n## Context\n\nText.\n").owners == owners


@pytest.mark.parametrize(
    ("body", "tags"),
    [
        ("Tags: open source, wiki", ("open source", "wiki")),
        ("Tags: docs:adr topic:comms", ("docs:adr", "topic:comms")),
        ("Tags: topic: comms", ("topic: comms",)),
        ("Tags: {space and/or comma separated list of tags}", ()),
    ],
)
def test_tags_are_split_where_they_are_lists(body: str, tags: tuple[str, ...]) -> None:
    """Commas separate tags; without them, words that are tags by their look do."""
    assert read(f"# Use X\n\n{body}\n").tags == tags


ROLES = {
    "Considered Alternatives": "options",
    "Options considered": "options",
    "Options Considered, Not Recommended": "options",
    "Tech stack options": "options",
    "Alternative options considered for CD interface": "options",
    "Option 2: wait": "options",
    "Decision outcome": "outcome",
    "Decision Outcome: AWS Lambda function": "outcome",
    "Tech stack decision": "outcome",
    "Decision": "outcome",
    "✅ Decision": "outcome",
    "3. Decision": "outcome",
    "Rationale": "outcome",
    "Proposed solution": "outcome",
    "Decision makers": "",
    "Decision log": "",
    "Positive Consequences": "consequences",
    "Negative consequences <!-- optional -->": "consequences",
    "Implications": "consequences",
    "Risks and mitigations": "consequences",
    "Tech stack criteria": "drivers",
    "Decision Drivers": "drivers",
    "Requirements": "drivers",
    "Pros & Cons": "pros-cons",
    "Advantages of X": "pros-cons",
    "Pros and cons of other options": "pros-cons",
    "Comparison Matrix": "pros-cons",
    "Validation": "confirmation",
    "Compliance": "confirmation",
    "Problem Statement": "context",
    "Background": "context",
    "Discussion (Context)": "context",
    "Prologue (Summary)": "",
    "Context and problem statement": "context",
    "Links \\<!-- OPTIONAL -->": "more",
    "Related ADRs:": "more",
    "References": "more",
    "Status": "status",
    "Out of scope": "",
    "Overview": "",
}


@pytest.mark.parametrize(("heading", "role"), ROLES.items(), ids=ROLES.keys())
def test_headings_tell_the_role_of_their_section(heading: str, role: str) -> None:
    """All usual headings of a decision's parts are known in their variants."""
    assert read(f"# Use X\n\n## {heading}\n\nText.\n").sections[1].role == role


def test_a_section_without_a_role_takes_the_nearest_one_above() -> None:
    """Subsections inherit the nearest role above, one with a role of its own keeps it, the title's is not passed on."""
    document = read(
        """
        # Use X

        ## Overview

        ### Context

        #### Detail

        ## Pros and Cons of the Options

        ### Option A: wait

        #### Links

        ## Appendix
        """
    )
    assert [section.role for section in document.sections] == [
        *("preamble", "", "context", "context"),
        *("pros-cons", "pros-cons", "more", "more"),
    ]


TEMPLATES = {
    "by name": ("docs/adr/adr-template.md", "# Use X\n\nText.", True),
    "by number and name": ("docs/adr/0000-template.md", "# Use X\n\nText.", True),
    "by title": ("docs/adr/x.md", "# {short title, representative of solved problem}\n\nText.", True),
    "by what nobody filled in": (
        "docs/adr/0008-x.md",
        "# X\n\n* {driver 1}\n* {driver 2}\n\n[describe the context]\n\n{option 1}, because {of this}",
        True,
    ),
    "about templates": ("docs/adr/0039-use-x-as-template-engine.md", "# Use X as template engine\n\nText.", False),
    "with one left": ("docs/adr/0008-x.md", "# X\n\nWe do.\n\nBecause.\n\n* {driver 2, e.g. cost}\n", False),
    "with GitBook blocks": (
        "docs/adr/0008-x.md",
        "# X\n\n" + '{% hint style="info" %}\nA\n{% endhint %}\n\n' * 5,
        False,
    ),
    "with boxes": ("docs/adr/0008-x.md", "# X\n\n* [ ] one\n* [ ] two\n* [x] three\n* [ ] four\n", False),
}


@pytest.mark.parametrize(("path", "text", "template"), TEMPLATES.values(), ids=TEMPLATES.keys())
def test_a_template_is_known_as_one(path: str, text: str, template: bool) -> None:
    """A template by its name, its title or its unfilled text is marked and has no status."""
    document = read(text, path)
    assert (document.template, document.status) == (template, "" if template else "accepted")


def test_two_files_with_one_number_have_two_ids() -> None:
    """Duplicate numbers exist; the identity of a decision is its path."""
    first, second = read("# 5. A", "docs/adr/0005-a.md"), read("# 5. B", "docs/adr/0005-b.md")
    assert (first.number, second.number) == ("5", "5")
    assert first.id != second.id


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
