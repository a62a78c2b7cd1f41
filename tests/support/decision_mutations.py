"""Seeded mutations of the good change to a shop: each takes one thing out of it, as a careless change would."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from support.shop import CLI, DECISION, GOOD, GUIDE, ORDERS, STORE

_SEED = 20260601
_ROUNDS = 3
"""How often each kind of mutation is made, each time of another thing."""


def _text_of(path: str) -> str:
    content = GOOD[path]
    assert isinstance(content, str)
    return content


Edits = dict[str, str | bytes | None]
"""The files of a mutation by path, None for one that it deletes."""

Kind = Callable[[random.Random], Edits]
"""Makes the mutation that chance has it make."""


@dataclass(frozen=True)
class Mutation:
    """One careless change, and the rule that should notice it."""

    name: str
    rule: str
    edits: Edits


def _outcome(old: str, new: str) -> Edits:
    """The decision with a piece of its outcome or consequences replaced."""
    text = _text_of(DECISION)
    assert text.count(old, text.index("## Decision Outcome")) >= 1, old
    head, _, body = text.partition("## Decision Outcome")
    return {DECISION: f"{head}## Decision Outcome{body.replace(old, new, 1)}"}


def _code(path: str, pattern: str, new: str = "") -> Edits:
    text = _text_of(path)
    assert re.search(pattern, text), pattern
    return {path: re.sub(pattern, new, text, count=1)}


def _replacing(pairs: list[tuple[str, str]]) -> Kind:
    """Replaces the first part of one of the pairs by its second."""
    return lambda chance: _outcome(*chance.choice(pairs))


def _reopen(chance: random.Random) -> Edits:
    status = chance.choice(["proposed", "rejected", "superseded"])
    text = _text_of(DECISION).replace("status: accepted", f"status: {status}")
    return {DECISION: text, "shop/store.py": STORE + "\n\ndef purge():\n    return 1\n"}


def _delete_linked(chance: random.Random) -> Edits:
    return {chance.choice(["docs/setup.md", "docs/img/flow.png", "shop/store.py"]): None}


def _rename_linked(chance: random.Random) -> Edits:
    path = chance.choice(["docs/setup.md", "docs/img/flow.png", "shop/store.py"])
    stem, _, ending = path.rpartition(".")
    return {path: None, f"{stem}_new.{ending}": GOOD[path]}


def _rename_heading(chance: random.Random) -> Edits:
    path, old = chance.choice([("docs/setup.md", "Install it"), (ORDERS, "## API"), (ORDERS, "## Settings")])
    return {path: _text_of(path).replace(old, "## Other" if old.startswith("#") else "Begin", 1)}


def _mislead_link(chance: random.Random) -> Edits:
    old = chance.choice(["setup.md#install-it", "../shop/store.py", "img/flow.png"])
    return {ORDERS: GUIDE.replace(old, old.replace(".", "s.") if old.startswith("s") else old.replace("o", "0", 1))}


def _drop_symbol(chance: random.Random) -> Edits:
    old, new = chance.choice([("OrderStore", "Orders"), ("open_ledger", "opened"), ("OrderStore", "Ledger")])
    return {"shop/store.py": STORE.replace(old, new)}


def _drop_command(chance: random.Random) -> Edits:
    name = chance.choice(["add_order", "list_orders", "export_orders"])
    return _code("shop/cli.py", rf"@app\.command\(\)\ndef {name}\(.*\n\n?\n?")


def _rename_option(_: random.Random) -> Edits:
    return _code("shop/cli.py", "--audit-file", "--ledger-file")


def _drop_endpoint(chance: random.Random) -> Edits:
    return _code("shop/api.py", rf"@router\.{chance.choice(['post', 'delete'])}\(.*\ndef .*\n\n?\n?")


def _rename_endpoint(chance: random.Random) -> Edits:
    return _code("shop/api.py", rf'({chance.choice(["post", "delete"])}\("/)orders', r"\1purchases")


def _rename_setting(chance: random.Random) -> Edits:
    name = chance.choice(["SHOP_DATABASE_URL", "SHOP_AUDIT_DAYS"])
    return {"shop/store.py": STORE.replace(name, name.replace("SHOP", "STORE"))}


def _drop_task(_: random.Random) -> Edits:
    return _code("Makefile", r"seed-orders:\n.*\n")


def _decided_symbol(_: random.Random) -> Edits:
    return {"shop/store.py": STORE.replace("OrderStore", "Orders"), ORDERS: GUIDE.replace("OrderStore", "Orders")}


def _undocumented_command(chance: random.Random) -> Edits:
    name = chance.choice(["refund", "cancel_order", "archive"])
    return {"shop/cli.py": f"{CLI}\n\n@app.command()\ndef {name}(): ...\n"}


def _forget_command(chance: random.Random) -> Edits:
    """A new program whose guide names all of its commands but one."""
    names = ["open_till", "close_till", "count_till", "audit_till"]
    left_out = chance.choice(names)
    program = "import typer\n\napp = typer.Typer()\n" + "".join(
        f"\n\n@app.command()\ndef {name}(): ...\n" for name in names
    )
    told = ", ".join(f"`till {name.replace('_', '-')}`" for name in names if name != left_out)
    return {"till/cli.py": program, "docs/till.md": f"# Till\n\n{told}\n"}


_EDITED = {
    "weaken an obligation": [
        ("must find", "may find"),
        ("requires a", "does not require a"),
        ("should run only", "may run"),
    ],
    "turn a negation": [
        ("must not cache", "must cache"),
        ("must hold", "must not hold"),
        ("may delete", "may not delete"),
    ],
    "change a number": [
        ("for 90 days", "for 30 days"),
        ("400 gigabytes", "40 gigabytes"),
        ("finds 90 days", "finds 9 days"),
    ],
    "swap a name": [("Postgres", "Oracle"), ("Postgres", "Redis"), ("signed\ntoken", "Kerberos ticket")],
    "drop a sentence": [
        ("Services must not cache orders. ", ""),
        ("Every write requires a signed\ntoken.", ""),
        ("* Exports should run only at night.\n", ""),
    ],
}
"""What an accepted decision says, and what it says in its place, by the kind of mutation."""

_KINDS: dict[str, tuple[str, Kind]] = {
    **{name: ("decision-edited", _replacing(pairs)) for name, pairs in _EDITED.items()},
    "reopen the decision and go on": ("decision-unsettled", _reopen),
    "delete what is linked": ("guide-link", _delete_linked),
    "rename what is linked": ("guide-link", _rename_linked),
    "rename a heading": ("guide-link", _rename_heading),
    "misspell a link": ("guide-link", _mislead_link),
    "drop a symbol": ("guide-stale-reference", _drop_symbol),
    "drop a command": ("guide-stale-reference", _drop_command),
    "rename an option": ("guide-stale-reference", _rename_option),
    "drop an endpoint": ("guide-stale-reference", _drop_endpoint),
    "rename an endpoint": ("guide-stale-reference", _rename_endpoint),
    "rename a setting": ("guide-stale-reference", _rename_setting),
    "drop a task": ("guide-stale-reference", _drop_task),
    "rename a symbol that is decided on": ("decision-stale-reference", _decided_symbol),
    "add a command without a word": ("guide-missing", _undocumented_command),
    "leave one command out of a new guide": ("guide-missing", _forget_command),
}


def mutations() -> list[Mutation]:
    """Every kind of mutation once a round; the same one twice counts once."""
    found: dict[str, Mutation] = {}
    for name, (rule, make) in _KINDS.items():
        for turn in range(_ROUNDS):
            edits = make(random.Random(f"{_SEED} {name} {turn}"))  # noqa: S311 - which word is hit is no secret
            found.setdefault(f"{name} {edits}", Mutation(name, rule, edits))
    return list(found.values())
