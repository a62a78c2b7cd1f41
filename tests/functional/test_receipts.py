"""Receipts: what they name, how they are kept, and `have` over MCP and the command line."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.receipts import MOST, WIDEST, Receipt, Receipts
from ctxkb.knowledge.receipts import LOST, UNKNOWN, UNREADABLE
from ctxkb.text.count import count_tokens
from support.bases import size
from support.living import Living
from support.refunds import FILES, PATH, RULES, TASK, ids, receipt_of
from support.sample import kb, sample
from support.serving import call, cost, served, text_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def living(tmp_path: Path) -> Living:
    """A small repository with rules for `api/`, two decisions and a guide."""
    return Living(tmp_path, FILES)


def test_a_receipt_names_what_was_given(living: Living) -> None:
    """It can be looked up by its name: the state of the documents, the paths, each unit with its hash, what is left."""
    pack = living.context(TASK, PATH, budget=200)
    receipt = receipt_of(living, pack)
    assert re.fullmatch(r"kb-[a-z2-7]{10}", pack.receipt)
    assert receipt.name == pack.receipt
    assert receipt.paths == (PATH,)
    assert receipt.state == living.catalog.state()
    assert list(receipt.included) == sorted(ids(pack))
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
    receipt = receipt_of(living, living.context(TASK, PATH, budget=500))
    units = {row.unit.id for row in living.catalog.units_of(["api/AGENTS.md"])}
    assert receipt.left_out
    assert units == {key for key in (*receipt.included, *receipt.left_out) if key.startswith("api/")}


def test_the_same_answer_has_the_same_receipt(living: Living) -> None:
    """The name comes from the content: asked again it is the same, after an edit it is another one."""
    first = living.context(TASK, PATH).receipt
    assert living.context(TASK, PATH).receipt == first
    living.write({"docs/money.md": "# Money\n\nMoney is paid back at the endpoint within a day.\n"})
    assert living.context(TASK, PATH).receipt != first


@pytest.mark.parametrize("have", ["kb-aaaaaaaaaa", "nonsense", "' OR 1=1 --", "\x00"])
def test_an_unknown_receipt(living: Living, have: str) -> None:
    """It gives the whole answer and a note."""
    full = living.context(TASK, PATH)
    again = living.context(TASK, PATH, have=have)
    assert (again.items, again.receipt, again.notes) == (full.items, full.receipt, (UNKNOWN,))
    assert again.unchanged is None


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
