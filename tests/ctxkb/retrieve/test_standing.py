from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from ctxkb.retrieve.standing import lists, overtaken, same_series, standing
from ctxkb.types import Document, Kind

if TYPE_CHECKING:
    from ctxkb.retrieve.standing import Standing


@pytest.mark.parametrize(
    ("kind", "path", "title", "stands"),
    [
        (Kind.GUIDE, "CHANGELOG.md", "Changelog", "thin"),
        (Kind.GUIDE, "docs/release-notes-2.md", "What is new", "thin"),
        (Kind.GUIDE, "docs/legacy-setup.md", "Set-up", "thin"),
        (Kind.SPEC, "specs/archive/login.md", "Login", "thin"),
        (Kind.GUIDE, "app/views/pages/identity.md", "Prove who you are", "thin"),
        (Kind.GUIDE, "spec/fixtures/files/document.md", "A document", "thin"),
        (Kind.DECISION, "docs/adr/0001-a.md", "Record architecture decisions", "thin"),
        (Kind.DECISION, "docs/adr/0000-b.md", "Use Markdown Any Decision Records", "thin"),
        (Kind.GUIDE, "docs/agreed-practices.md", "How we work", "practice"),
        (Kind.GUIDE, "docs/privacy_policy.md", "Privacy", "practice"),
        (Kind.GUIDE, "docs/threshold.md", "Thresholds", "usual"),
        (Kind.GUIDE, "docs/golden/goldfish.md", "Goldfish", "usual"),
        (Kind.GUIDE, "docs/reviews/how.md", "Reviews", "usual"),
        (Kind.DECISION, "docs/adr/0002-old-records.md", "Keep old records", "usual"),
        (Kind.CONVENTION, "docs/practices.md", "Practices", "usual"),
    ],
)
def test_a_name_and_a_place_tell_what_a_document_is_worth(kind: Kind, path: str, title: str, stands: Standing) -> None:
    """As an answer, whatever was asked; a decision about old things is no old decision."""
    assert standing(kind, path, title) == stands


def test_sections_that_list_are_told_by_their_anchors() -> None:
    """Whole anchors count, with the number of a part."""
    anchors = ("changelog", "references", "references:2", "references-1", "contents", "table-of-contents", "change-log")
    assert [lists(anchor) for anchor in anchors] == [True] * len(anchors)
    assert [lists(anchor) for anchor in ("changelog-policy", "cross-references", "top", "decision")] == [False] * 4


def decided(path: str, status: str, number: str = "", day: date | None = None) -> Document:
    """A decision of which only this is known."""
    return Document(
        id=path, kind=Kind.DECISION, path=path, title=path, format="decision", sections=(), status=status,
        number=number, date=day,
    )  # fmt: skip


def test_a_proposal_is_left_behind_where_others_were_accepted_after_it() -> None:
    """In its folder and series, half a year later or, without dates, with a later number."""
    documents = [
        decided("adr/0001-a.md", "proposed", "1", date(2020, 1, 1)),
        decided("adr/0002-b.md", "accepted", "2", date(2020, 9, 1)),
        decided("adr/0003-c.md", "proposed", "3", date(2020, 6, 1)),
        decided("rfc/rfc-001.md", "proposed", "1"),
        decided("rfc/rfc-002.md", "accepted", "2"),
        decided("rfc/rfc-003.md", "proposed", "3"),
        decided("rfc/adr-009.md", "accepted", "9"),
        decided("other/0001-a.md", "proposed", "1"),
    ]
    assert overtaken(documents) == {"adr/0001-a.md", "rfc/rfc-001.md"}


def test_numbers_of_two_series_do_not_follow_each_other() -> None:
    """What stands before the number of a file name tells its series."""
    one, two, other = decided("adr-075.md", ""), decided("x/ADR-100.md", ""), decided("rfc-100.md", "")
    assert (same_series(one, two), same_series(one, other)) == (True, False)
    assert same_series(decided("0001-a.md", ""), decided("0002-b.md", ""))
