from __future__ import annotations

import pytest

from ctxkb.evaluate.history.message import LONGEST, is_revert, question_of


@pytest.mark.parametrize(
    ("message", "question"),
    [
        ("feat(api)!: Let orders be cancelled (#12)", "Let orders be cancelled"),
        ("[PAY-118] Store money as integers", "Store money as integers"),
        ("PAY-118: Store money as integers", "Store money as integers"),
        ("[Issue #3456] Store money as integers", "Store money as integers"),
        ("Store money as integers, fixes acme/pay#12", "Store money as integers,"),
        ("ADR-12: use httpx", "ADR-12: use httpx"),
        ("Read utf-8 and sha-256", "Read utf-8 and sha-256"),
        ("api: keep this word", "api: keep this word"),
        ("wip", ""),
        ("Fixes #9", ""),
        ("", ""),
    ],
)
def test_a_subject_keeps_what_it_says(message: str, question: str) -> None:
    """Prefixes, issue numbers and keys of trackers go; words, numbers of decisions and names stay."""
    assert question_of(message) == question


def test_a_body_keeps_its_sentences() -> None:
    """Trailers, addresses, template headings and comments, rules, and what was said above already go."""
    message = """\
feat(api): let orders be cancelled (#12)

<!-- Say what
you changed. -->
## Summary

* feat(api): let orders be cancelled
* Customers may cancel for 24 hours, see https://example.org/why
- [x] asked the lawyers

---------

Trello card: https://trello.com/c/x
Change-Id: I8473b95934b5732ac55d26311a706c9c2bde9940
Signed-off-by: Ada <ada@example.org>
Co-authored-by: Bob <bob@example.org>
(cherry picked from commit 0123abc)
"""
    assert question_of(message) == (
        "let orders be cancelled\nCustomers may cancel for 24 hours, see\nasked the lawyers"
    )


@pytest.mark.parametrize(
    ("last", "left"),
    [
        ("Context-Receipt: kb-7g5tw42yeu q3hd7zka -m2pxa5fe", ""),
        ("Kb-Waive: couple api/** until=2027-01-31\n  owner=ada reason=Later", ""),
        ("Approved-by: Ada\nReviewed-on: https://example.org/1\nBacklog : soon", ""),
        ("Context-Receipt: kb-7g5tw42yeu\nSigned-off-by: Ada\nAnd some words.", "\nAnd some words."),
        ("Backlog: soon\r\n", ""),
        ("Context-Receipt: kb-7g5tw42yeu\nAnd some words.", "\nAnd some words."),
        ("They said: no refunds.\nBecause: fraud.", "\nThey said: no refunds.\nBecause: fraud."),
    ],
)
def test_trailers_are_no_question(last: str, left: str) -> None:
    """What git reads as a trailer of the last paragraph goes with the lines it is folded over; prose stays."""
    assert question_of(f"Let orders be cancelled\n\nFor a day.\r\n\r\n{last}") == (
        f"Let orders be cancelled\nFor a day.{left}"
    )


def test_trailers_of_ctxkb_go_wherever_they_stand() -> None:
    """A squashed branch has those of each of its commits within."""
    message = (
        "Let orders be cancelled\n\n* One\n\nContext-Receipt: kb-7g5tw42yeu\n\n* Two\n\nkb-waive: couple x\n\nEnd."
    )
    assert question_of(message) == "Let orders be cancelled\nOne\nTwo\nEnd."


def test_a_subject_is_no_trailer() -> None:
    """The first paragraph has none, whatever its form."""
    assert question_of("Orders: let them be cancelled") == "Orders: let them be cancelled"


def test_a_revert_asks_what_it_takes_back() -> None:
    """Over any number of reverts, and without the sentence that git adds."""
    message = (
        'Revert "Revert "feat: let orders be cancelled (#12)""\n\nThis reverts commit 0123abc.\n\nIt was too slow.'
    )
    assert question_of(message) == "let orders be cancelled\nIt was too slow."


@pytest.mark.parametrize(
    ("message", "revert"),
    [
        ('Revert "x"', True),
        ("revert: let orders be cancelled", True),
        ("Go back\n\nThis reverts commit 0123abc.", True),
        ("Revert to the old layout of the page", False),
        ("Say how to revert a migration", False),
    ],
)
def test_a_revert_is_told_by_its_form(message: str, revert: bool) -> None:
    """Git's own words and the conventional prefix; the word alone is a word."""
    assert is_revert(message) is revert


def test_a_long_message_is_cut_between_words() -> None:
    """A squashed branch asks with its beginning."""
    question = question_of("Let orders be cancelled\n\n" + "many words " * 200)
    assert len(question) <= LONGEST
    assert question.endswith(("many", "words"))
