"""Asked again with its receipt, an answer holds what is new, changed or withdrawn since."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from ctxkb.budget.pack import worth
from ctxkb.types import Unchanged, Withdrawn
from support.bases import adr, rendered, size
from support.living import Living
from support.refunds import FILES, PATH, RULES, TASK, ids, receipt_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def living(tmp_path: Path) -> Living:
    """A small repository with rules for `api/`, two decisions and a guide."""
    return Living(tmp_path, FILES)


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_changed(living: Living, form: str) -> None:
    """Asked again with its receipt, an answer holds nothing but the number of items and tokens that were spared."""
    full = living.context(TASK, PATH, format=form)
    again = living.context(TASK, PATH, format=form, have=full.receipt)
    saved = worth(full.items, form)  # type: ignore[arg-type]
    assert (again.items, again.withdrawn, again.omitted) == ((), (), ())
    assert again.unchanged == Unchanged(full.receipt, len(full.items), saved)
    assert again.used == size(again, form) < full.used / 2
    if form == "json":
        packed = json.loads(rendered(again, form))
        assert packed["unchanged"] == {"items": len(full.items), "tokens": saved}
        assert packed["withdrawn"] == []
    else:
        assert rendered(again) == (
            f"Nothing new for the task (confidence: {full.confidence}). Receipt: {again.receipt}.\n"
            f"{len(full.items)} items unchanged since {full.receipt} ({saved} tokens saved)."
        )


def test_an_edited_file(living: Living) -> None:
    """Of an edited file only the section that says something else comes, and says that it changed."""
    full = living.context(TASK, PATH)
    living.write({"api/AGENTS.md": "\n    # A line above\n" + RULES.replace("in cents", "in tenths of a cent")})
    again = living.context(TASK, PATH, have=full.receipt)
    assert ids(again) == ["api/AGENTS.md#money"]
    assert again.items[0].hit.why.startswith("changed; ")
    assert "tenths of a cent" in rendered(again)
    assert again.withdrawn == ()
    assert again.unchanged == Unchanged(
        full.receipt, len(full.items) - 1, again.unchanged.tokens if again.unchanged else 0
    )


def test_an_edit_of_what_the_question_no_longer_finds(living: Living) -> None:
    """A unit that was given and then changed comes again, whatever is asked next: its reader goes by the old words."""
    full = living.context(TASK, PATH)
    assert "docs/money.md#money" in ids(full)
    living.write({"docs/money.md": "# Money\n\nNothing of the kind.\n"})
    again = living.context("name an id", "web/x.ts", have=full.receipt)
    assert [item.hit.why for item in again.items if item.hit.unit.path == "docs/money.md"] == ["changed"]


def test_where_all_is_new_nothing_is_counted(living: Living) -> None:
    """A line that counts no items would cost tokens and say nothing; JSON counts them all the same."""
    full = living.context(TASK, PATH)
    again = replace(living.context(TASK, PATH, have=full.receipt), unchanged=Unchanged(full.receipt, 0, 0))
    assert "unchanged since" not in rendered(again)
    assert json.loads(rendered(again, "json"))["unchanged"] == {"items": 0, "tokens": 0}


def test_a_deleted_file_and_a_deleted_section(living: Living) -> None:
    """A file that is gone is withdrawn as one, a section that is gone by its id; JSON names the ids of the units."""
    full = living.context(TASK, PATH)
    living.remove("docs/money.md")
    living.write({"api/AGENTS.md": RULES.partition("    ## Errors")[0]})
    again = living.context(TASK, PATH, have=full.receipt)
    assert ids(again) == []
    assert set(again.withdrawn) == {
        Withdrawn(("docs/money.md#money",), "docs/money.md", "no longer exists"),
        Withdrawn(("api/AGENTS.md#errors",), "api/AGENTS.md#errors", "no longer exists"),
    }
    assert "\nWithdrawn: docs/money.md (no longer exists)" in rendered(again)
    assert set(json.loads(rendered(again, "json"))["withdrawn"]) == {"docs/money.md#money", "api/AGENTS.md#errors"}
    third = living.context(TASK, PATH, have=again.receipt)
    assert (third.items, third.withdrawn) == ((), ())


def test_a_superseded_decision(living: Living) -> None:
    """The successor is new, in whatever words it is written, and the old decision is withdrawn in one line."""
    full = living.context(TASK, PATH)
    old, new = "docs/adr/0001-queue.md", "docs/adr/0003-bank.md"
    assert any(key.startswith(old) for key in ids(full))
    successor = adr(
        3, "Call the bank", "Accepted\n\nSupersedes [1. Queue](0001-queue.md)", "Transfers are made at once."
    )
    living.write({new: successor})
    again = living.context(TASK, PATH, have=full.receipt)
    assert f"{new}#decision" in ids(again)
    assert old not in {item.hit.unit.path for item in again.items}
    assert [(w.name, w.why) for w in again.withdrawn] == [(old, f"replaced by {new}")]
    third = living.context(TASK, PATH, have=again.receipt)
    assert (third.items, third.withdrawn) == ((), ())


@pytest.mark.parametrize("status", ["Rejected", "Deprecated"])
def test_a_decision_that_no_longer_holds(living: Living, status: str) -> None:
    """A decision that was rejected or deprecated since is withdrawn, with its status as the reason."""
    full = living.context(TASK, PATH)
    living.write({"docs/adr/0001-queue.md": FILES["docs/adr/0001-queue.md"].replace("Accepted", status)})
    again = living.context(TASK, PATH, have=full.receipt)
    assert [(w.name, w.why) for w in again.withdrawn] == [("docs/adr/0001-queue.md", status.lower())]
    assert again.items == ()


def test_a_rule_that_no_longer_binds(living: Living) -> None:
    """A rule whose scope no longer matches the paths that were asked about is withdrawn."""
    rule = '---\nglobs: "{}"\n---\nNever add an endpoint without a test.\n'
    living.write({".cursor/rules/tests.mdc": rule.format("api/**")})
    full = living.context(TASK, PATH)
    living.write({".cursor/rules/tests.mdc": rule.format("web/**")})
    again = living.context(TASK, PATH, have=full.receipt)
    assert [(w.name, w.why) for w in again.withdrawn] == [(".cursor/rules/tests.mdc", f"no longer binds {PATH}")]


def test_a_new_rule(living: Living) -> None:
    """A rule that came since is given, whatever its words are."""
    full = living.context(TASK, PATH)
    living.write({"api/AGENTS.override.md": "# Instead\n\n- Only the night shift deploys.\n"})
    again = living.context(TASK, PATH, have=full.receipt)
    assert ids(again) == ["api/AGENTS.override.md#instead"]
    assert {w.name for w in again.withdrawn} == {"api/AGENTS.md"}


def test_another_task_and_other_paths(living: Living) -> None:
    """With the receipt of one task another one brings what its reader lacks; the receipts add up over three answers."""
    living.write({"web/AGENTS.md": "# Web\n\n- Buttons must be green.\n"})
    first = living.context(TASK, PATH)
    second = living.context("a green button", "web/button.ts", have=first.receipt)
    assert ids(second) == ["web/AGENTS.md#web"]
    assert second.withdrawn == ()
    third = living.context(TASK, PATH, "web/button.ts", have=second.receipt)
    assert (third.items, third.withdrawn) == ((), ())
    assert receipt_of(living, third).paths == (PATH, "web/button.ts")


def test_with_and_without_paths(living: Living) -> None:
    """A question without paths between two that have some withdraws nothing and repeats nothing."""
    receipt = living.context(TASK, PATH).receipt
    for paths in ((), (PATH,), ()):
        pack = living.context(TASK, *paths, have=receipt)
        assert (pack.items, pack.withdrawn) == ((), ())
        receipt = pack.receipt


def test_what_was_only_cited_counts_as_not_given(living: Living) -> None:
    """A small budget gives citations; asked again with a larger one, the texts come."""
    cited = living.context(TASK, PATH, budget=150)
    again = living.context(TASK, PATH, budget=2000, have=cited.receipt)
    assert {item.hit.unit.id for item in again.items if item.text} >= set(ids(cited))


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("budget", [50, 75, 110, 200, 300, 500, 2000])
def test_the_budget_holds(living: Living, budget: int, form: str) -> None:
    """However much was withdrawn, changed and added: what is sent never has more tokens than asked for."""
    living.write({f"api/docs/adr/{n:04}-x.md": adr(n, f"Endpoint {n}", "Accepted", "Money.") for n in range(5, 15)})
    full = living.context(TASK, PATH)
    living.remove(*(f"api/docs/adr/{n:04}-x.md" for n in range(5, 12)), "docs/money.md")
    living.write({"api/AGENTS.md": RULES.replace("must", "must never")})
    receipt, told = full.receipt, set()
    for _ in range(12):
        pack = living.context(TASK, PATH, budget=budget, format=form, have=receipt)
        assert pack.used == size(pack, form) <= budget
        told |= {key for withdrawn in pack.withdrawn for key in withdrawn.ids}
        assert pack.untold == 0 or f"{pack.untold} more" in rendered(pack, form) or form == "json"
        receipt = pack.receipt or receipt
    if budget >= 200:
        gone = {key for key in ids(full) if living.catalog.unit(key) is None}
        assert gone <= told, "what found no room is told the next time"


def test_what_was_withdrawn_and_has_no_room_is_counted(living: Living) -> None:
    """In the smallest answer the reader still learns how much of what it goes by no longer holds."""
    living.write({f"api/docs/adr/{n:04}-x.md": adr(n, f"Endpoint {n}", "Accepted", "Money.") for n in range(5, 15)})
    receipt = living.context(TASK, PATH, budget=20_000).receipt
    living.remove(*(f"api/docs/adr/{n:04}-x.md" for n in range(5, 12)))
    small = living.context(TASK, PATH, budget=50, have=receipt)
    assert (len(small.withdrawn) + small.untold, small.untold > 0, small.receipt != "") == (7, True, True)
    assert f"\nWithdrawn: {small.untold} more; the next answer names them." in rendered(small, "text")
    packed = json.loads(rendered(living.context(TASK, PATH, budget=110, format="json", have=receipt), "json"))
    assert packed["withdrawn_more"] > 0
