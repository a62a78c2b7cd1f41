"""The status of a decision in every form that is found in real repositories."""

from __future__ import annotations

import pytest

from ctxkb.types import Link
from support.decisions import read

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
    "linked badge": (
        "[![status: rejected](https://img.shields.io/badge/status-rejected-red)](https://x.org)",
        "rejected",
        "rejected",
    ),
    "static badge": (
        "![](https://img.shields.io/static/v1?label=status&message=rejected&color=red)",
        "rejected",
        "rejected",
    ),
    "badge without a label": (
        "![Deprecated](https://img.shields.io/badge/-Deprecated-red)",
        "deprecated",
        "Deprecated",
    ),
    "badge without a label, called status": (
        "![Status](https://img.shields.io/badge/-Deprecated-red)",
        "deprecated",
        "Deprecated",
    ),
    "two badges": (
        "![status](https://img.shields.io/badge/status-deprecated-red) ![date](https://img.shields.io/badge/date-2024--02--03-blue)",
        "deprecated",
        "deprecated",
    ),
    "badge of a build": ("![build](https://img.shields.io/badge/build-deprecated-red)", "accepted", ""),
    "HTML table": ("<table><tr><td>Status</td><td>Rejected</td></tr></table>", "rejected", "Rejected"),
    "HTML table by column": (
        "<table>\n<tr><th>Status</th><th>Date</th></tr>\n<tr><td>Rejected</td><td>2024-05-06</td></tr>\n</table>",
        "rejected",
        "Rejected",
    ),
    "first line": ("**Rejected** 2023-05-11", "rejected", "Rejected 2023-05-11"),
    "first line, a sentence": ("Rejected requests are logged since 2023-05-11.", "accepted", ""),
    "first line, below a field": ("Status: Draft\n\nRejected", "proposed", "Draft"),
    "history as a table": (
        "## Status\n\n| Status | Date |\n|---|---|\n| Rejected | 2024-05-01 |\n| Proposed | 2024-01-01 |",
        "rejected",
        "Rejected",
    ),
    "table without dates": ("| Status | Owner |\n|---|---|\n| Draft | Ann |\n| Rejected | Bob |", "proposed", "Draft"),
    "fields parted by breaks": ("Status: Draft<br>Owner: Ann<br>\nDate: 2024-05-01", "proposed", "Draft"),
    "third line": ("We need X.\n\nWe have Y.\n\nRejected", "accepted", ""),
    "bold one of several": ("## Status\n\nAccepted | Proposed | **Rejected**", "rejected", "Rejected"),
    "bold one of several, in a field": ("**Status:** Accepted | **Rejected**", "rejected", "Rejected"),
    "several in bold": ("## Status\n\n**Accepted** | **Rejected**", "accepted", ""),
    "fields in one line": ("**Status** | Rejected", "accepted", ""),
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


HOLDING = {
    "data model": ('Text.\n\n## Model\n\n- ``status`` - Either "Rejected" or "Approved"', "accepted", ""),
    "data model, a choice": ('Text.\n\n## Model\n\n- status: "Rejected" or "Approved"', "accepted", ""),
    "field at the end": ("Text.\n\n## Notes\n\n- status: rejected", "rejected", "rejected"),
    "field at the end, with an adverb": (
        "Text.\n\n## Notes\n\nState: formally rejected",
        "rejected",
        "formally rejected",
    ),
    "of the world": ("## Current status\n\nThe old exporter is deprecated by its vendor.", "accepted", ""),
    "of the world, replaced": ("## Current status\n\nThe old exporter was superseded by ADR-3.", "accepted", ""),
    "of the decision": (
        "## Current status\n\nThis decision is deprecated.",
        "deprecated",
        "This decision is deprecated.",
    ),
    "current": ("## Current status\n\n**Rejected** 2023-05-11", "rejected", "Rejected 2023-05-11"),
    "current in the title": (
        "# Use the current API\n\n## Status\n\nThe API is deprecated",
        "deprecated",
        "The API is deprecated",
    ),
    "denied": (
        "Status: Accepted. It was not superseded by ADR-0003.",
        "accepted",
        "Accepted. It was not superseded by ADR-0003.",
    ),
    "to come": ("Status: Accepted, will be superseded by ADR-3", "accepted", "Accepted, will be superseded by ADR-3"),
    "until then": ("Status: Accepted until superseded by ADR-3", "accepted", "Accepted until superseded by ADR-3"),
    "deprecated one day": ("Status: To be deprecated", "accepted", "To be deprecated"),
    "accepted one day": ("Status: To be accepted", "proposed", "To be accepted"),
    "never accepted": ("Status: Never accepted", "rejected", "Never accepted"),
    "not been accepted": ("Status: Has not been accepted", "proposed", "Has not been accepted"),
    "in May": (
        "Status: Accepted, in 3 May 2020 superseded by ADR-3",
        "superseded",
        "Accepted, in 3 May 2020 superseded by ADR-3",
    ),
    "final comments": ("Status: In final comment period", "proposed", "In final comment period"),
    "final": ("Status: Final", "accepted", "Final"),
    "prompt": (
        "## Status\n\nWhat is the status, such as proposed, accepted, rejected, deprecated, superseded, etc.?",
        "accepted",
        "",
    ),
    "prompt in two lines": (
        "## Status\n\nWhat is the status: proposed, accepted, rejected, deprecated,\nsuperseded, etc.?",
        "accepted",
        "",
    ),
    "list of words": ("Status: Proposed, Accepted, Deprecated, Superseded", "accepted", ""),
    "unsure": ("Status: Accepted?", "accepted", "Accepted?"),
    "all of its life": (
        "Status: Proposed -> Accepted -> Rejected -> Deprecated",
        "deprecated",
        "Proposed -> Accepted -> Rejected -> Deprecated",
    ),
    "emoji in the heading": ("## Status: ❌ Rejected", "rejected", "Rejected"),
    "emoji as a word": ("## Status\n\n:white_check_mark: Accepted", "accepted", "Accepted"),
}


@pytest.mark.parametrize("form", HOLDING)
def test_only_what_the_decision_says_of_itself_counts(form: str) -> None:
    """Words about the world, in a choice, denied or still to come are no status."""
    text, status, written = HOLDING[form]
    document = read(text if text.startswith("# ") else f"# X\n\n{text}\n")
    assert (document.status, document.status_text) == (status, written)


@pytest.mark.parametrize(
    "head",
    [
        "+------+----------+\n|Status| Rejected |\n+------+----------+\n| Date | 2021-02-03 |\n+------+----------+",
        "+------+----------+\n|Status|Rejected  |\n+------+----------+\n|Date  |2021-02-03|\n+------+----------+",
        "=======  ==========\nStatus   Rejected\nDate     2021-02-03\n=======  ==========",
    ],
)
def test_a_drawn_table_of_rst_states_fields(head: str) -> None:
    """Also where a border is out of place."""
    document = read(f"X\n=\n\n{head}\n\nDecision\n--------\n\nText.\n", "docs/adr/0012-x.rst", "decision-rst")
    assert (document.status, document.status_text, str(document.date)) == ("rejected", "Rejected", "2021-02-03")


def test_a_reference_in_a_list_table_is_a_link() -> None:
    """What docutils says of a role that it does not know is no part of the status."""
    text = "X\n=\n\n.. list-table::\n\n   * - Status\n     - Superseded by :ref:`adr-25`\n"
    document = read(text, "docs/adr/0012-x.rst", "decision-rst")
    assert (document.status, document.status_text) == ("superseded", "Superseded by adr-25")
    assert [link.target for link in document.links] == ["adr-25"]


def test_json_front_matter_states_the_status() -> None:
    """As Hugo writes it."""
    document = read('{"status": "rejected", "date": "2024-02-02"}\n\n# X\n\nText.\n')
    assert (document.status, str(document.date)) == ("rejected", "2024-02-02")
