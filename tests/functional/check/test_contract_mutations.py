"""Seeded mutations of a good contract and of its spec: what is broken is caught, what is harmless is silent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.gate import findings
from support.mutations import breaking, harmless
from support.orders import ORDERS, breaks
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = "contracts/orders.yaml"
SPEC = """\
# Orders

See [the contract](../contracts/orders.yaml).

## Reading

`GET /orders` lists them, `GET /orders/{id}` gives one.

## POST /orders

| field | type |
|---|---|
| items | list |
| note | text |
| total | number |

## Cancelling

`DELETE /orders/{id}` cancels one.
"""


def _missed(repo: Repo, path: str, mutations: list[tuple[str, str]], rule: str) -> list[str]:
    """The mutations of `path` in which the rule finds no error."""
    missed = []
    for name, text in mutations:
        repo.write({path: text})
        if not any(f" error {rule}: " in found for found in findings(repo)):
            missed.append(name)
    return missed


def test_every_break_of_a_contract_is_caught(tmp_path: Path) -> None:
    """Each operation, field and liberty of the contract is taken in turn, at the share of one in one."""
    repo = Repo(tmp_path).write({CONTRACT: ORDERS})
    repo.commit()

    mutations = breaking(ORDERS)
    assert len(mutations) == 44
    assert _missed(repo, CONTRACT, mutations, "contract-breaking") == []


def test_no_harmless_change_of_a_contract_is_told(tmp_path: Path) -> None:
    """Order, form, words, `$ref`s, other names for schemas and parameters, and more of everything."""
    repo = Repo(tmp_path).write({CONTRACT: ORDERS})
    repo.commit()

    told = {name: found for name, text in harmless(ORDERS) if (found := breaks(repo.write({CONTRACT: text})))}
    assert told == {}


def _spec_mutations() -> list[tuple[str, str]]:
    """Each operation and each field that the spec names, renamed or called otherwise."""
    operations = ("`GET /orders`", "`GET /orders/{id}`", "POST /orders", "`DELETE /orders/{id}`")
    edits = [
        (old, new)
        for old in operations
        for new in (
            re.sub("[A-Z]+", "PATCH", old),
            old.replace("/orders", "/sales"),
            re.sub(r"(/[\w/{}]+)", r"\1/all/parts", old),
        )
    ]
    edits += [(f"| {field} |", f"| {field}_text |") for field in ("items", "note", "total")]
    return [(f"{old} becomes {new}", SPEC.replace(old, new)) for old, new in edits]


def test_every_drift_of_a_spec_is_caught(tmp_path: Path) -> None:
    """Whatever it names is renamed in turn."""
    repo = Repo(tmp_path).write({CONTRACT: ORDERS, "specs/orders.md": SPEC})
    repo.commit()

    assert _missed(repo, "specs/orders.md", _spec_mutations(), "spec-contract-drift") == []


def test_no_harmless_change_of_a_spec_is_told(tmp_path: Path) -> None:
    """Other words, another order, other names of parameters, examples, more fields that the contract has."""
    repo = Repo(tmp_path).write({CONTRACT: ORDERS, "specs/orders.md": SPEC})
    repo.commit()

    head, reading, posting, cancelling = SPEC.split("\n## ")
    told = [
        (text, found)
        for text in (
            "\n## ".join([head, cancelling, posting, reading]),
            SPEC.replace("{id}", "{order}"),
            SPEC.replace("{id}", ":id"),
            SPEC.replace("{id}", "4711"),
            SPEC.replace(" lists them", " shows all of them"),
            SPEC.replace("| note | text |", "| `note` | text |\n| customer.name | text |\n| items[].sku | text |"),
            SPEC.replace(" /orders", " /shop/orders"),
            f"{SPEC}\n```\nPATCH /orders/7\n```\n",
        )
        if (found := findings(repo.write({"specs/orders.md": text})))
    ]
    assert told == []
