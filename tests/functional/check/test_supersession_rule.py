"""decision-supersession on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr, nygard
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "docs/adr/0001-old.md", "docs/adr/0002-new.md"
RULE = "decision-supersession"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({OLD: nygard(1, "Old")})
    repo.commit("Begin")
    return repo.branch("feature")


def test_both_sides_saying_so_passes(repo: Repo) -> None:
    """Each names the other, in the words of adr-tools."""
    repo.write({OLD: nygard(1, "Old", "Superceded by [2. New](0002-new.md)")})
    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupercedes [1. Old](0001-old.md)")}).commit()

    assert findings(repo) == []


def test_a_successor_whose_predecessor_still_holds_is_an_error(repo: Repo) -> None:
    """A reader of the old one would follow it."""
    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()

    assert findings(repo) == [f'{NEW}:9 error {RULE}: supersedes 0001-old.md, whose own status is still "Accepted"']
    assert judged(repo).findings[0].fix == f'set the status in {OLD} to "superseded by 0002-new.md"'


@pytest.mark.parametrize("status", ["Proposed", "Rejected"])
def test_a_decision_that_never_held_replaces_nothing(repo: Repo, status: str) -> None:
    """Its predecessor holds until it is accepted, and must then say that it no longer does."""
    repo.write({NEW: nygard(2, "New", f"{status}\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    assert findings(repo) == []

    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    assert findings(repo) == [f'{NEW}:9 error {RULE}: supersedes 0001-old.md, whose own status is still "Accepted"']


def test_accepting_what_was_proposed_before_is_an_error_of_the_change(repo: Repo) -> None:
    """Now the older one misleads."""
    repo.switch("main").write({NEW: nygard(2, "New", "Proposed\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    repo.branch("later").write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()

    assert [line.split(": ")[0] for line in findings(repo)] == [f"{NEW}:9 error {RULE}"]


def test_a_predecessor_that_is_superseded_without_a_link_is_enough(repo: Repo) -> None:
    """Its status does not mislead; the successor says the rest."""
    repo.write({OLD: nygard(1, "Old", "Superseded")})
    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()

    assert findings(repo) == []


def test_a_successor_that_does_not_say_so_is_only_noted(repo: Repo) -> None:
    """MADR asks the older one alone to say it."""
    repo.write({OLD: madr("Old", status="superseded by ADR-0002"), NEW: madr("New")}).commit()

    assert findings(repo) == [f"{OLD}:2 info {RULE}: is superseded by 0002-new.md, which does not say so"]


def test_a_target_that_does_not_exist_is_an_error(repo: Repo) -> None:
    """Nobody can read what holds instead."""
    repo.write({OLD: madr("Old", status="superseded by ADR-0012")}).commit()

    assert findings(repo) == [f'{OLD}:2 error {RULE}: is superseded by "12", which is no decision here']


def test_deleting_the_target_is_an_error_of_the_change(repo: Repo) -> None:
    """The file that is left was not touched, yet its link broke now."""
    repo.switch("main").write({OLD: nygard(1, "Old", "Superseded by [2. New](0002-new.md)")})
    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    repo.branch("later").remove(NEW).commit()

    assert findings(repo) == [
        f'{OLD}:7 error {RULE}: is superseded by "0002-new.md", which is no decision here',
        f'{NEW}:0 error decision-edited: "New" was accepted and is deleted, and nothing supersedes it',
    ]


def test_moving_the_folder_with_all_its_decisions_passes(repo: Repo) -> None:
    """Relative links move along."""
    repo.switch("main").write({OLD: nygard(1, "Old", "Superseded by [2. New](0002-new.md)")})
    repo.write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    repo.branch("later").move(OLD, "docs/decisions/0001-old.md").move(NEW, "docs/decisions/0002-new.md").commit()

    assert findings(repo) == []


def test_a_link_out_of_the_repository_or_to_another_document_passes(repo: Repo) -> None:
    """What replaced it need not be a decision of this repository."""
    repo.write({"docs/platform.md": "# The platform\n"})
    repo.write({OLD: nygard(1, "Old", "Superseded by [the platform](../platform.md)")})
    repo.write({NEW: nygard(2, "New", "Superseded by [ADR 5](https://example.org/adr/0005.md)")}).commit()

    assert findings(repo) == []


def test_a_circle_is_an_error_named_once(repo: Repo) -> None:
    """None of its decisions would hold."""
    third = "docs/adr/0003-third.md"
    repo.write({OLD: nygard(1, "Old", "Superseded by [2](0002-new.md)\n\nSupersedes [3](0003-third.md)")})
    repo.write({NEW: nygard(2, "New", "Superseded by [3](0003-third.md)\n\nSupersedes [1](0001-old.md)")})
    repo.write({third: nygard(3, "Third", "Superseded by [1](0001-old.md)\n\nSupersedes [2](0002-new.md)")}).commit()

    assert findings(repo) == [
        (
            f"{OLD}:0 error {RULE}: supersedes itself in a circle: "
            "0001-old.md -> 0003-third.md -> 0002-new.md -> 0001-old.md"
        )
    ]


def test_a_chain_is_no_circle(repo: Repo) -> None:
    """Each replaced the one before."""
    repo.write({OLD: nygard(1, "Old", "Superseded by [2](0002-new.md)")})
    repo.write({NEW: nygard(2, "New", "Superseded by [3](0003-third.md)\n\nSupersedes [1](0001-old.md)")})
    repo.write({"docs/adr/0003-third.md": nygard(3, "T", "Accepted\n\nSupersedes [2](0002-new.md)")}).commit()

    assert findings(repo) == []


def test_an_old_fault_is_noted_where_the_change_touches_either_side(repo: Repo) -> None:
    """And not at all elsewhere."""
    repo.switch("main").write({NEW: nygard(2, "New", "Accepted\n\nSupersedes [1. Old](0001-old.md)")}).commit()
    repo.branch("later").write({"docs/adr/0003-third.md": nygard(3, "Third")}).commit()
    assert findings(repo) == []

    repo.write({OLD: repo.read(OLD) + b"\nMore.\n"}).commit()

    assert [line.split(": ")[0] for line in findings(repo)] == [f"{NEW}:9 info {RULE}"]


@pytest.mark.parametrize(("gone", "count"), [("notes/old-way.md", 1), ("notes/other.md", 0)])
def test_a_page_that_a_decision_replaces_may_go_with_it_alone(tmp_path: Path, gone: str, count: int) -> None:
    """A link to a page that is no decision holds while the page is there, whatever else goes."""
    new = madr("Use that", status="accepted\nsupersedes: ../../notes/old-way.md")
    repo = Repo(tmp_path).write({"docs/adr/0001-a.md": madr(), "docs/adr/0002-b.md": new})
    repo.write({"notes/old-way.md": "# Old\n", "notes/other.md": "# Other\n"}).commit("Begin")
    repo.branch("feature").remove(gone).commit("Clear up")

    assert len([line for line in findings(repo) if " decision-supersession: " in line]) == count
