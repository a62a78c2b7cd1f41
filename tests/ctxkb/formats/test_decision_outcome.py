"""Which sections of a decision carry its outcome, where headings alone do not tell."""

from __future__ import annotations

import pytest

from ctxkb_ingest.cut import cut
from support.decisions import read


def roles(text: str) -> dict[str, str]:
    """The role of each section below the title, by its heading."""
    return {section.heading: section.role for section in read(f"# Use X\n\n{text}").sections[1:]}


def test_a_proposed_solution_beside_a_decision_is_no_outcome() -> None:
    """What was put forward, with the sections below it, yields to the section that says what was decided."""
    text = """
## Proposed solution

Split the block in two.

### The new call

It checks the block.

### Consequences

Two calls.

## Decision

Performance impact is considered too great.

### Recommendation

Measure it again next year.
"""
    assert roles(text) == {
        "Proposed solution": "",
        "The new call": "",
        "Consequences": "consequences",
        "Decision": "outcome",
        "Recommendation": "outcome",
    }


@pytest.mark.parametrize("decision", ["", "## Decision\n", "## Decision\n\nTBD\n", "## Decision\n\n<!-- later -->\n"])
def test_a_proposed_solution_is_the_outcome_where_nothing_else_says_it(decision: str) -> None:
    """Without a decision that says something, the proposal tells what is to be done."""
    assert roles(f"## Proposal\n\nSplit the block.\n\n### Detail\n\nIn two.\n\n{decision}")["Proposal"] == "outcome"


@pytest.mark.parametrize(
    "text",
    ["TBD", "TBD.", "> TODO(thane)", "(pending)", "N/A", "To be decided", "_Not yet decided_", "TODO: write it down"],
)
def test_an_open_decision_is_no_outcome(text: str) -> None:
    """A section that says that nothing is decided yet has no role."""
    assert roles(f"## Decision\n\n{text}\n\n## Consequences\n\nNone.\n")["Decision"] == ""


@pytest.mark.parametrize(
    "text",
    [
        "Adopt Batch Verification.",
        "Pending jobs are kept in Redis until a worker has taken them over.",
        'Chosen option: "MVStore", because it comes out best (see below).',
        "To implement ADR-101 instead of ADR-100.",
        "Use PostgreSQL.",
        "None of the services keeps state.",
        "Open source the client.",
        "Requests above 1 MB are refused.",
    ],
)
def test_a_short_decision_stays_the_outcome(text: str) -> None:
    """Few words are enough where they say what was decided."""
    found = roles(f"## Decision\n\n{text}\n\n## Design\n\nIn detail.\n")
    assert found == {"Decision": "outcome", "Design": ""}


def test_a_decision_that_points_on_hands_its_role_to_what_follows() -> None:
    """The sections that follow, with those below them, carry the outcome; what has a role of its own keeps it."""
    text = """
## Decision

Implement an MVP following the design in the next section.

## Detailed design

Lanes.

### Configuration

One file.

### Consequences

Slower.

## Later work

More lanes.
"""
    assert roles(text) == {
        "Decision": "",
        "Detailed design": "outcome",
        "Configuration": "outcome",
        "Consequences": "consequences",
        "Later work": "",
    }


def test_a_decision_that_points_by_a_link_hands_its_role_to_the_section_linked() -> None:
    """The anchor tells which section carries the outcome."""
    text = """
## Detailed design

A mempool that does nothing.

## Decision

Implement as described in the [detailed design](#detailed-design) section.

## Rollout

By flag.
"""
    assert roles(text) == {"Detailed design": "outcome", "Decision": "", "Rollout": ""}


def test_a_decision_that_points_to_its_own_subsections_leaves_them_the_role() -> None:
    """An introduction is no outcome where what it introduces is one."""
    found = roles("## Decision\n\nAs described in the following sections.\n\n### Storage\n\nSQLite.\n")
    assert found == {"Decision": "", "Storage": "outcome"}


@pytest.mark.parametrize("after", ["", "## Consequences\n\nSlower.\n"])
def test_a_decision_that_points_nowhere_keeps_its_role(after: str) -> None:
    """Better a pointer than nothing."""
    assert roles(f"## Decision\n\nAs described below.\n\n{after}")["Decision"] == "outcome"


def test_a_proposal_that_the_decision_points_back_to_is_the_outcome() -> None:
    """A decision that takes up the proposal by a link makes it the outcome."""
    text = "## Proposed solution\n\nLanes.\n\n## Decision\n\nAs in the [proposal](#proposed-solution).\n"
    assert roles(text) == {"Proposed solution": "outcome", "Decision": ""}


REASON = """
# Event hashing

## Status

Declined

**Until there is more demand, the decision is to push this entirely to the application and have those who want events
to be provable insert them into their own trees, which puts more pressure on their state.**
"""


def test_a_status_that_gives_its_reason_is_a_unit_like_any_other() -> None:
    """Its section keeps the role, by which the status is read; its unit has none, since such units are not searched."""
    document = read(REASON)
    assert [section.role for section in document.sections] == ["preamble", "status"]
    assert [(unit.anchor, unit.role) for unit in cut(document)] == [("status", "")]
    assert document.status == "rejected"


SUCCESSORS = """
Superseded by [12. Use a store that keeps all of its rows in one file and never on two](0012-x.md)

Amends [7. Use a queue that keeps the order of all messages for each of the customers](0007-x.md)
"""
EXPLAINED = """
> A decision may be "proposed" if it hasn't been agreed upon yet, or "accepted" once it is agreed upon. If a later ADR
> changes or reverses a decision, it may be marked as "deprecated" or "superseded" with a reference to its replacement.

{Deprecated|Proposed|Accepted|Declined}
"""
HISTORY = "\n".join(f"- 2020-0{month}-01: {word}" for month in range(1, 9) for word in ("draft", "in review"))


@pytest.mark.parametrize("status", ["Accepted", SUCCESSORS, EXPLAINED, HISTORY])
def test_a_status_of_words_links_and_dates_is_a_status(status: str) -> None:
    """However long a list of statuses is, it gives no reason."""
    units = cut(read(f"# Use X\n\nText.\n\n## Status\n\n{status}\n"))
    assert [unit.role for unit in units] == ["preamble", "status"]
