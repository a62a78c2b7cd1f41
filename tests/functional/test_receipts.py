from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctxkb.budget.pack import worth
from ctxkb.catalog.receipts import MOST, WIDEST, Receipt, Receipts
from ctxkb.knowledge.receipts import LOST, UNKNOWN, UNREADABLE
from ctxkb.text.count import count_tokens
from ctxkb.types import Unchanged, Withdrawn
from support.bases import adr, rendered, size
from support.living import Living
from support.sample import kb, sample
from support.serving import call, cost, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.types import Pack

TASK = "add an endpoint that pays money back"
PATH = "api/refunds.py"
RULES = """
    # Rules of the api

    - Every endpoint must log who asked.

    ## Money

    - Money is counted in cents, never in floats.

    ## Errors

    - Errors must follow RFC 9457.
"""
FILES = {
    "api/AGENTS.md": RULES,
    "docs/adr/0001-queue.md": adr(1, "Pay money back through a queue", "Accepted", "Refunds go through RabbitMQ."),
    "docs/adr/0002-ids.md": adr(2, "Give every endpoint an id", "Accepted", "Each endpoint has an id of its own."),
    "docs/money.md": "# Money\n\nHow money is paid back to people who ask for it at the endpoint.\n",
}


@pytest.fixture
def living(tmp_path: Path) -> Living:
    """A small repository with rules for `api/`, two decisions and a guide."""
    return Living(tmp_path, FILES)


def _ids(pack: Pack) -> list[str]:
    return [item.hit.unit.id for item in pack.items]


def _receipt(living: Living, pack: Pack) -> Receipt:
    found = living.catalog.receipts.recall(pack.receipt)
    assert found is not None
    return found


def test_a_receipt_names_what_was_given(living: Living) -> None:
    """It can be looked up by its name: the state of the documents, the paths, each unit with its hash, what is left."""
    pack = living.context(TASK, PATH, budget=200)
    receipt = _receipt(living, pack)
    assert re.fullmatch(r"kb-[a-z2-7]{10}", pack.receipt)
    assert receipt.name == pack.receipt
    assert receipt.paths == (PATH,)
    assert receipt.state == living.catalog.state()
    assert list(receipt.included) == sorted(_ids(pack))
    assert all(re.fullmatch("[0-9a-f]{16}", given.hash) for given in receipt.included.values())
    left = {omitted.id for omitted in pack.omitted if omitted.binding}
    assert left <= receipt.left_out.keys()


def test_what_binds_and_finds_no_room_is_named(living: Living) -> None:
    """A rule that the budget left out stands in the receipt as left out, and no rule is missing in both."""
    living.write(
        {
            "api/AGENTS.md": RULES
            + "\n"
            + "".join(f"    ## Rule {n}\n\n    {'Never do it. ' * 40}\n\n" for n in range(9))
        }
    )
    receipt = _receipt(living, living.context(TASK, PATH, budget=500))
    units = {row.unit.id for row in living.catalog.units_of(["api/AGENTS.md"])}
    assert receipt.left_out
    assert units == {key for key in (*receipt.included, *receipt.left_out) if key.startswith("api/")}


def test_the_same_answer_has_the_same_receipt(living: Living) -> None:
    """The name comes from the content: asked again it is the same, after an edit it is another one."""
    first = living.context(TASK, PATH).receipt
    assert living.context(TASK, PATH).receipt == first
    living.write({"docs/money.md": "# Money\n\nMoney is paid back at the endpoint within a day.\n"})
    assert living.context(TASK, PATH).receipt != first


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
    assert _ids(again) == ["api/AGENTS.md#money"]
    assert again.items[0].hit.why.startswith("changed; ")
    assert "tenths of a cent" in rendered(again)
    assert again.withdrawn == ()
    assert again.unchanged == Unchanged(
        full.receipt, len(full.items) - 1, again.unchanged.tokens if again.unchanged else 0
    )


def test_an_edit_of_what_the_question_no_longer_finds(living: Living) -> None:
    """A unit that was given and then changed comes again, whatever is asked next: its reader goes by the old words."""
    full = living.context(TASK, PATH)
    assert "docs/money.md#money" in _ids(full)
    living.write({"docs/money.md": "# Money\n\nNothing of the kind.\n"})
    again = living.context("name an id", "web/x.ts", have=full.receipt)
    assert [item.hit.why for item in again.items if item.hit.unit.path == "docs/money.md"] == ["changed"]


def test_a_deleted_file_and_a_deleted_section(living: Living) -> None:
    """A file that is gone is withdrawn as one, a section that is gone by its id; JSON names the ids of the units."""
    full = living.context(TASK, PATH)
    living.remove("docs/money.md")
    living.write({"api/AGENTS.md": RULES.partition("    ## Errors")[0]})
    again = living.context(TASK, PATH, have=full.receipt)
    assert _ids(again) == []
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
    assert any(key.startswith(old) for key in _ids(full))
    successor = adr(
        3, "Call the bank", "Accepted\n\nSupersedes [1. Queue](0001-queue.md)", "Transfers are made at once."
    )
    living.write({new: successor})
    again = living.context(TASK, PATH, have=full.receipt)
    assert f"{new}#decision" in _ids(again)
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
    assert _ids(again) == ["api/AGENTS.override.md#instead"]
    assert {w.name for w in again.withdrawn} == {"api/AGENTS.md"}


def test_another_task_and_other_paths(living: Living) -> None:
    """With the receipt of one task another one brings what its reader lacks; the receipts add up over three answers."""
    living.write({"web/AGENTS.md": "# Web\n\n- Buttons must be green.\n"})
    first = living.context(TASK, PATH)
    second = living.context("a green button", "web/button.ts", have=first.receipt)
    assert _ids(second) == ["web/AGENTS.md#web"]
    assert second.withdrawn == ()
    third = living.context(TASK, PATH, "web/button.ts", have=second.receipt)
    assert (third.items, third.withdrawn) == ((), ())
    assert _receipt(living, third).paths == (PATH, "web/button.ts")


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
    assert {item.hit.unit.id for item in again.items if item.text} >= set(_ids(cited))


@pytest.mark.parametrize("have", ["kb-aaaaaaaaaa", "nonsense", "' OR 1=1 --", "\x00"])
def test_an_unknown_receipt(living: Living, have: str) -> None:
    """It gives the whole answer and a note."""
    full = living.context(TASK, PATH)
    again = living.context(TASK, PATH, have=have)
    assert (again.items, again.receipt, again.notes) == (full.items, full.receipt, (UNKNOWN,))
    assert again.unchanged is None


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
        gone = {key for key in _ids(full) if living.catalog.unit(key) is None}
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


def test_an_answer_without_a_receipt(living: Living, tmp_path: Path) -> None:
    """Where receipts cannot be stored the answer comes all the same, has none, and says so."""
    living.catalog.receipts.close()
    for name in tmp_path.glob(".kb/usage.sqlite*"):
        name.unlink()
    (tmp_path / ".kb/usage.sqlite").write_bytes(b"no database at all" * 100)
    pack = living.context(TASK, PATH)
    assert pack.items
    assert (pack.receipt, pack.notes) == ("", (LOST,))
    assert pack.used == size(pack)
    assert living.context(TASK, PATH, have="kb-aaaaaaaaaa").notes == (UNREADABLE, LOST)


def test_another_process_that_holds_the_file(living: Living, tmp_path: Path) -> None:
    """An answer does not wait for a process that keeps the file locked: it has no receipt, the next one has."""
    living.context(TASK, PATH)
    other = sqlite3.connect(tmp_path / ".kb/usage.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert living.context(TASK, PATH).receipt == ""
    other.execute("ROLLBACK")
    other.close()
    assert living.context(TASK, PATH).receipt != ""


def test_a_deleted_file_of_receipts(living: Living, tmp_path: Path) -> None:
    """Receipts go on where someone deletes their file under a running process."""
    living.context(TASK, PATH)
    for name in tmp_path.glob(".kb/usage.sqlite*"):
        name.unlink()
    receipt = living.context(TASK, PATH).receipt
    assert receipt != ""
    assert Receipts(tmp_path / ".kb").recall(receipt) is not None


def test_only_the_newest_receipts_are_kept(tmp_path: Path) -> None:
    """The oldest are forgotten; one that is given again counts as new."""
    receipts, now = Receipts(tmp_path), datetime(2026, 1, 1, tzinfo=UTC)
    made = [Receipt(str(number), (), {}, {}) for number in range(MOST + 1)]
    receipts.keep(made[0], now)
    receipts.keep(made[1], now)
    receipts.keep(made[0], now)
    for receipt in made[2:]:
        receipts.keep(receipt, now)
    assert [receipts.recall(one.name) for one in made[:3]] == [made[0], None, made[2]]
    receipts.close()


def test_no_receipt_is_wider_than_what_the_budget_keeps_for_it() -> None:
    """A pack is fitted with a stand-in that has at least the tokens of any receipt."""
    made = [Receipt(str(number), (), {}, {}).name for number in range(2000)]
    for sentence in ("Receipt: {}. Rules", '"receipt": "{}", "items"'):
        assert max(count_tokens(sentence.format(name)) for name in made) <= count_tokens(sentence.format(WIDEST))


def test_over_mcp_and_the_command_line(tmp_path: Path) -> None:
    """`have` reaches the answer through the tool, in both formats, and through `kb context --have`."""
    living = Living(tmp_path, FILES)
    server = served(living.knowledge)
    first = call(server, "get_context", task=TASK, paths=[PATH], format="json").structured_content
    living.remove("docs/money.md")
    asked = {"task": TASK, "paths": [PATH], "have": first["receipt"]}
    text, packed = call(server, "get_context", **asked), call(server, "get_context", **asked, format="json")
    assert "Withdrawn: docs/money.md (no longer exists)" in text_of(text)
    assert packed.structured_content["withdrawn"] == ["docs/money.md#money"]
    assert packed.structured_content["items"] == []
    assert packed.structured_content["unchanged"]["items"] == len(first["items"]) - 1
    assert max(cost(text), cost(packed)) <= 300 < first["used_tokens"]


def test_kb_context_have(tmp_path: Path) -> None:
    """A receipt of one process is known to the next."""
    repo = sample(tmp_path / "sample")
    asked = ("context", "call another service", "--path", "api/x.py")
    first = json.loads(kb(repo.root, *asked, "--json").stdout)
    again = kb(repo.root, *asked, "--have", first["receipt"]).stdout
    assert f"{len(first['items'])} items unchanged since {first['receipt']} (" in again
