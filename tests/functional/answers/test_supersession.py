"""Decisions that were replaced, rejected or only proposed never stand in an answer as if they held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.bases import adr, base_of, paths_of, rendered
from support.calls import HTTPX, NEW, NEWEST, OLD, QUESTION, REQUESTS, SUPERSEDED_BY, SUPERSEDES, decisions, shown

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("first", "second"), [(SUPERSEDED_BY, SUPERSEDES), (SUPERSEDED_BY, "Accepted"), ("Accepted", SUPERSEDES)]
)
@pytest.mark.parametrize("meaning", [True, False])
def test_the_successor_takes_the_place_of_a_superseded_decision(
    tmp_path: Path, first: str, second: str, meaning: bool
) -> None:
    """Whichever file says so: asked in the words of the old one, the new one is given and names what it replaces."""
    base = base_of(tmp_path, decisions(first, second), meaning=meaning)
    pack = base.context("calls with the library requests")
    assert shown(pack) == {NEW: ("accepted", ())}
    assert HTTPX in rendered(pack)
    assert REQUESTS not in rendered(pack)
    assert f"replaces {OLD}" in rendered(pack)


def test_a_superseded_decision_that_is_asked_for_says_what_holds(tmp_path: Path) -> None:
    """Named by its number it is shown, marked, below or beside its successor."""
    base = base_of(tmp_path, decisions("Accepted", SUPERSEDES))
    pack = base.context("why did ADR-0001 call services with requests")
    assert shown(pack) == {NEW: ("accepted", ()), OLD: ("superseded", (NEW,))}
    old = [item for item in pack.items if item.hit.unit.path == OLD]
    assert all(item.text.startswith(f"[superseded by {NEW}: this no longer holds]") for item in old)
    assert not any(item.hit.binding for item in old)


def test_a_chain_of_supersessions_leads_to_its_end(tmp_path: Path) -> None:
    """The last decision answers for the first, also where nobody links the two."""
    chain = decisions("Accepted", SUPERSEDES, "Accepted\n\nSupersedes [2](0002-httpx.md)")
    base = base_of(tmp_path, chain)
    assert shown(base.context("calls with the library requests")) == {NEWEST: ("accepted", ())}
    asked = base.context("ADR-0001 and ADR-0002 about outgoing calls")
    assert shown(asked) == {
        OLD: ("superseded", (NEWEST,)), NEW: ("superseded", (NEWEST,)), NEWEST: ("accepted", ()),
    }  # fmt: skip


def test_a_circle_of_supersessions_loses_nothing(tmp_path: Path) -> None:
    """Two decisions that say they supersede each other are both shown as what they say they are."""
    circle = decisions("Accepted\n\nSupersedes [2](0002-httpx.md)", SUPERSEDES)
    assert shown(base_of(tmp_path, circle).context(QUESTION)) == {OLD: ("accepted", ()), NEW: ("accepted", ())}


def test_a_circle_that_says_superseded_on_both_sides_does_not_hang(tmp_path: Path) -> None:
    """Nothing holds then, and each says so."""
    circle = decisions("Superseded by [2](0002-httpx.md)", "Superseded by [1](0001-requests.md)")
    assert {status for status, _ in shown(base_of(tmp_path, circle).context(QUESTION)).values()} == {"superseded"}


def test_a_proposed_successor_changes_nothing_yet(tmp_path: Path) -> None:
    """The old decision holds without a mark, the new one says that it is proposed and binds nothing."""
    base = base_of(tmp_path, decisions("Accepted", "Proposed\n\nSupersedes [1](0001-requests.md)"))
    pack = base.context(QUESTION)
    assert shown(pack) == {OLD: ("accepted", ()), NEW: ("proposed", ())}
    assert "no longer holds" not in rendered(pack)
    assert {item.hit.unit.path: item.hit.binding for item in pack.items if item.hit.status} == {OLD: True, NEW: False}
    assert "[proposed]" in rendered(pack)


def test_a_rejected_successor_replaces_nothing(tmp_path: Path) -> None:
    """What was decided before goes on to hold."""
    pack = base_of(tmp_path, decisions("Accepted", "Rejected\n\nSupersedes [1](0001-requests.md)")).context(QUESTION)
    assert shown(pack)[OLD] == ("accepted", ())
    assert pack.items[0].hit.unit.path == OLD


@pytest.mark.parametrize("status", ["rejected", "deprecated"])
def test_what_was_decided_against_is_marked(tmp_path: Path, status: str) -> None:
    """A rejected or deprecated decision is given where it is the answer, with a mark, and stands behind what holds."""
    base = base_of(tmp_path, decisions(status.title(), "Accepted"))
    pack = base.context("library requests")
    old = [item for item in pack.items if item.hit.unit.path == OLD]
    assert old
    assert all(item.text.startswith(f"[{status}: this no longer holds]") and not item.hit.binding for item in old)
    assert base.context(QUESTION).items[0].hit.unit.path == NEW


def test_a_settled_decision_never_binds_a_path(tmp_path: Path) -> None:
    """Its scope matches, and it is not there."""
    files = {
        f"docs/adr/{n:04}-x.md": adr(n, f"X {n}", status, f"Do {n}.", scope='["src/**"]')
        for n, status in enumerate(["Accepted", "Proposed", "Rejected", "Deprecated", "Superseded"], 1)
    }
    assert paths_of(base_of(tmp_path, files).context("zebra", "src/a.py")) == ["docs/adr/0001-x.md"]
