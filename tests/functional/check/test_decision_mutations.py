"""Seeded mutations of a good change: each deletes, renames or weakens one thing, and the gate must notice.

The good change adds a feature with its decision, guide and links, and passes. A mutation takes one thing out of a
state that was good, as a careless change would; the seed chooses which word, line or name is hit.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from support.gate import judged
from support.repos import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 20260601
ROUNDS = 3
"""How often each kind of mutation is made, each time of another thing."""

ADR = """\
---
status: accepted
date: 2026-01-02
scope: ["shop/**"]
---

# Keep orders for {days} days

## Context and Problem Statement

Auditors ask for orders of the past.

## Considered Options

* Keep them
* Drop them

## Decision Outcome

Chosen option: "Keep them", because the audit must find every order. Orders stay in Postgres for {days} days. Only
`OrderStore` in `shop/store.py` may delete an order. Services must not cache orders. Every write requires a signed
token.

### Consequences

* Good, because the audit finds {days} days of orders.
* Bad, because the disk must hold at least 400 gigabytes.
* Exports should run only at night.
"""
GUIDE = """\
# Orders

See [the set-up](setup.md#install-it), [the store](../shop/store.py) and [the flow](img/flow.png).

## Commands

`shop add-order` adds one, `shop list-orders` lists them, `shop export-orders --audit-file x` exports them.
Seed with `make seed-orders`.

## API

`GET /v1/orders/{id}` gives one, `POST /v1/orders` takes one, and `DELETE /v1/orders/{id}` deletes one.

## Settings

`SHOP_DATABASE_URL` and `SHOP_AUDIT_DAYS` are read by `OrderStore` and `open_ledger()` in `shop/store.py`.
"""
SETUP = """\
# Set up

## Install it

Run the installer.

## Remove it

Go [back](orders.md#api) or to [settings](orders.md#settings).
"""
STORE = """\
import os

URL = os.environ["SHOP_DATABASE_URL"]
DAYS = os.environ["SHOP_AUDIT_DAYS"]


class OrderStore:
    pass


def open_ledger():
    return OrderStore()
"""
API = """\
from fastapi import APIRouter

router = APIRouter(prefix="/v1")


@router.get("/orders/{id}")
def get_one(): ...


@router.post("/orders")
def take_one(): ...


@router.delete("/orders/{id}")
def drop_one(): ...
"""
CLI = """\
import typer

app = typer.Typer()


@app.command()
def add_order(): ...


@app.command()
def list_orders(): ...


@app.command()
def export_orders(target: str = typer.Option("", "--audit-file")): ...
"""
GOOD: dict[str, str | bytes] = {
    "pyproject.toml": '[project]\nname = "shop"\n\n[project.scripts]\nshop = "shop.cli:app"\n',
    "Makefile": "test:\n\tpytest\n\nseed-orders:\n\tpython -m shop.seed\n",
    "docs/adr/0001-keep-orders.md": ADR.format(days=90),
    "docs/orders.md": GUIDE,
    "docs/setup.md": SETUP,
    "docs/img/flow.png": b"\x89PNG\0",
    "shop/store.py": STORE,
    "shop/api.py": API,
    "shop/cli.py": CLI,
}
DECISION, ORDERS = "docs/adr/0001-keep-orders.md", "docs/orders.md"


def text_of(path: str) -> str:
    content = GOOD[path]
    assert isinstance(content, str)
    return content


Edits = dict[str, str | bytes | None]
"""The files of a mutation by path, None for one that it deletes."""


@dataclass(frozen=True)
class Mutation:
    """One careless change, and the rule that should notice it."""

    name: str
    rule: str
    edits: Edits


def outcome(old: str, new: str) -> Edits:
    """The decision with a piece of its outcome or consequences replaced."""
    text = text_of(DECISION)
    assert text.count(old, text.index("## Decision Outcome")) >= 1, old
    head, _, body = text.partition("## Decision Outcome")
    return {DECISION: f"{head}## Decision Outcome{body.replace(old, new, 1)}"}


def code(path: str, pattern: str, new: str = "") -> Edits:
    text = text_of(path)
    assert re.search(pattern, text), pattern
    return {path: re.sub(pattern, new, text, count=1)}


def weaken(chance: random.Random) -> Edits:
    return outcome(
        *chance.choice(
            [("must find", "may find"), ("requires a", "does not require a"), ("should run only", "may run")]
        )
    )


def negate(chance: random.Random) -> Edits:
    return outcome(
        *chance.choice(
            [("must not cache", "must cache"), ("must hold", "must not hold"), ("may delete", "may not delete")]
        )
    )


def change_number(chance: random.Random) -> Edits:
    return outcome(
        *chance.choice(
            [("for 90 days", "for 30 days"), ("400 gigabytes", "40 gigabytes"), ("finds 90 days", "finds 9 days")]
        )
    )


def swap_name(chance: random.Random) -> Edits:
    return outcome(
        *chance.choice([("Postgres", "Oracle"), ("Postgres", "Redis"), ("signed\ntoken", "Kerberos ticket")])
    )


def drop_sentence(chance: random.Random) -> Edits:
    sentences = [
        "Services must not cache orders. ",
        "Every write requires a signed\ntoken.",
        "* Exports should run only at night.\n",
    ]
    return outcome(chance.choice(sentences), "")


def reopen(chance: random.Random) -> Edits:
    status = chance.choice(["proposed", "rejected", "superseded"])
    text = text_of(DECISION).replace("status: accepted", f"status: {status}")
    return {DECISION: text, "shop/store.py": STORE + "\n\ndef purge():\n    return 1\n"}


def delete_linked(chance: random.Random) -> Edits:
    return {chance.choice(["docs/setup.md", "docs/img/flow.png", "shop/store.py"]): None}


def rename_linked(chance: random.Random) -> Edits:
    path = chance.choice(["docs/setup.md", "docs/img/flow.png", "shop/store.py"])
    stem, _, ending = path.rpartition(".")
    return {path: None, f"{stem}_new.{ending}": GOOD[path]}


def rename_heading(chance: random.Random) -> Edits:
    path, old = chance.choice([("docs/setup.md", "Install it"), (ORDERS, "## API"), (ORDERS, "## Settings")])
    return {path: text_of(path).replace(old, "## Other" if old.startswith("#") else "Begin", 1)}


def mislead_link(chance: random.Random) -> Edits:
    old = chance.choice(["setup.md#install-it", "../shop/store.py", "img/flow.png"])
    return {ORDERS: GUIDE.replace(old, old.replace(".", "s.") if old.startswith("s") else old.replace("o", "0", 1))}


def drop_symbol(chance: random.Random) -> Edits:
    old, new = chance.choice([("OrderStore", "Orders"), ("open_ledger", "opened"), ("OrderStore", "Ledger")])
    return {"shop/store.py": STORE.replace(old, new)}


def drop_command(chance: random.Random) -> Edits:
    name = chance.choice(["add_order", "list_orders", "export_orders"])
    return code("shop/cli.py", rf"@app\.command\(\)\ndef {name}\(.*\n\n?\n?")


def rename_option(_: random.Random) -> Edits:
    return code("shop/cli.py", "--audit-file", "--ledger-file")


def drop_endpoint(chance: random.Random) -> Edits:
    return code("shop/api.py", rf"@router\.{chance.choice(['post', 'delete'])}\(.*\ndef .*\n\n?\n?")


def rename_endpoint(chance: random.Random) -> Edits:
    return code("shop/api.py", rf'({chance.choice(["post", "delete"])}\("/)orders', r"\1purchases")


def rename_setting(chance: random.Random) -> Edits:
    name = chance.choice(["SHOP_DATABASE_URL", "SHOP_AUDIT_DAYS"])
    return {"shop/store.py": STORE.replace(name, name.replace("SHOP", "STORE"))}


def drop_task(_: random.Random) -> Edits:
    return code("Makefile", r"seed-orders:\n.*\n")


def decided_symbol(_: random.Random) -> Edits:
    return {"shop/store.py": STORE.replace("OrderStore", "Orders"), ORDERS: GUIDE.replace("OrderStore", "Orders")}


def undocumented_command(chance: random.Random) -> Edits:
    name = chance.choice(["refund", "cancel_order", "archive"])
    return {"shop/cli.py": f"{CLI}\n\n@app.command()\ndef {name}(): ...\n"}


def forget_command(chance: random.Random) -> Edits:
    """A new program whose guide names all of its commands but one."""
    names = ["open_till", "close_till", "count_till", "audit_till"]
    left_out = chance.choice(names)
    program = "import typer\n\napp = typer.Typer()\n" + "".join(
        f"\n\n@app.command()\ndef {name}(): ...\n" for name in names
    )
    told = ", ".join(f"`till {name.replace('_', '-')}`" for name in names if name != left_out)
    return {"till/cli.py": program, "docs/till.md": f"# Till\n\n{told}\n"}


KINDS: dict[str, tuple[str, Callable[[random.Random], Edits]]] = {
    "weaken an obligation": ("decision-edited", weaken),
    "turn a negation": ("decision-edited", negate),
    "change a number": ("decision-edited", change_number),
    "swap a name": ("decision-edited", swap_name),
    "drop a sentence": ("decision-edited", drop_sentence),
    "reopen the decision and go on": ("decision-unsettled", reopen),
    "delete what is linked": ("guide-link", delete_linked),
    "rename what is linked": ("guide-link", rename_linked),
    "rename a heading": ("guide-link", rename_heading),
    "misspell a link": ("guide-link", mislead_link),
    "drop a symbol": ("guide-stale-reference", drop_symbol),
    "drop a command": ("guide-stale-reference", drop_command),
    "rename an option": ("guide-stale-reference", rename_option),
    "drop an endpoint": ("guide-stale-reference", drop_endpoint),
    "rename an endpoint": ("guide-stale-reference", rename_endpoint),
    "rename a setting": ("guide-stale-reference", rename_setting),
    "drop a task": ("guide-stale-reference", drop_task),
    "rename a symbol that is decided on": ("decision-stale-reference", decided_symbol),
    "add a command without a word": ("guide-missing", undocumented_command),
    "leave one command out of a new guide": ("guide-missing", forget_command),
}


def mutations() -> list[Mutation]:
    """Every kind of mutation `ROUNDS` times; the same one twice counts once."""
    found: dict[str, Mutation] = {}
    for name, (rule, make) in KINDS.items():
        for turn in range(ROUNDS):
            edits = make(random.Random(f"{SEED} {name} {turn}"))  # noqa: S311 - which word is hit is no secret
            found.setdefault(f"{name} {edits}", Mutation(name, rule, edits))
    return list(found.values())


def notices(repo: Repo, mutation: Mutation) -> bool:
    """Whether the rule that should notice a mutation does, in a change that makes nothing but this mutation."""
    repo.git("checkout", "--quiet", "--force", "-B", "mutant", "main")
    repo.remove(*(path for path, content in mutation.edits.items() if content is None))
    repo.write({path: content for path, content in mutation.edits.items() if content is not None}).commit(mutation.name)
    return any(each.rule == mutation.rule for each in judged(repo, base="main", head="mutant").findings)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"README.md": "# Shop\n"})
    repo.commit("Begin")
    repo.branch("good").write(GOOD).commit("Add orders, with their decision and guide")
    return repo


def test_the_good_change_passes(repo: Repo) -> None:
    """Nothing is found in the state from which the mutations start, nor by a look at all of it."""
    assert judged(repo, base="main").findings == ()
    assert judged(repo, base="main", everything=True).findings == ()


def test_every_mutation_is_noticed(repo: Repo) -> None:
    """The share of the mutations that the rule for them notices is all of them."""
    repo.git("branch", "--quiet", "--force", "main", "good")
    made = mutations()
    missed = [f"{each.rule}: {each.name}: {sorted(each.edits)}" for each in made if not notices(repo, each)]

    assert (f"{len(made) - len(missed)} of {len(made)} noticed", missed) == (f"{len(made)} of {len(made)} noticed", [])
