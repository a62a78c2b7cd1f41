"""contract-breaking on real histories: a contract whose parts move breaks nobody, however far they move."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from support.orders import ORDERS, breaks, changed, part
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PATH = "contracts/orders.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({PATH: ORDERS})
    repo.commit()
    return repo.branch("feature")


CUSTOMER = """\
            customer:
              type: object
              properties:
                name: {type: string}
                email: {type: string}
"""
TOTAL = "            total: {type: integer}\n"
STORED = '        - {$ref: "#/components/schemas/Stored"}\n        - type: object\n'
ITEMS = '                    items: {$ref: "#/components/schemas/Order"}'

MOVED = [
    changed(
        (CUSTOMER, '            customer: {$ref: "#/components/schemas/Customer"}\n'),
        (
            "    Stored:\n",
            "    Customer: {properties: {email: {type: string}, name: {type: string}}}\n    Stored:\n",
        ),
    ),
    changed(
        (STORED, "        - type: object\n"),
        (TOTAL, f"{TOTAL}            id: {{type: string}}\n            created: {{type: string}}\n"),
    ),
    ORDERS.replace('schemas/Order"', 'schemas/Purchase"').replace("    Order:\n", "    Purchase:\n"),
    changed((ITEMS, ITEMS.replace("{", "{anyOf: [{").replace("}", '}, {type: "null"}]}'))),
    changed(
        ("url: https://api.example.com/shop", "url: https://api.example.com"),
        ("  /orders:\n", "  /shop/orders:\n"),
        ("  /orders/{id}:\n", "  /shop/orders/{id}:\n"),
    ),
]


@pytest.mark.parametrize("text", MOVED)
def test_what_only_moved_within_the_contract_passes(repo: Repo, text: str) -> None:
    """A schema behind a `$ref`, in place, under another name; a part of the address in the server's or the path's."""
    repo.write({PATH: text}).commit()

    assert breaks(repo) == []


_AWAY = ("#/components", "../schemas.yaml#/components")
SPLIT = {
    PATH: ORDERS[: ORDERS.index("paths:")]
    + "paths:\n  /orders: {$ref: paths/orders.yaml}\n  /orders/{id}: {$ref: './paths/order.yaml'}\n",
    "contracts/paths/orders.yaml": part("    get:\n", "  /orders/{id}").replace(*_AWAY),
    "contracts/paths/order.yaml": part("    parameters:\n      - {name: id", "components:").replace(*_AWAY),
    "contracts/schemas.yaml": part("components:", ""),
}
"""The same contract over four files."""


def test_splitting_a_contract_over_files_passes(repo: Repo) -> None:
    """What a client sends and gets is the same; and so it is the other way round."""
    repo.write(SPLIT).commit()
    assert breaks(repo) == []

    repo.branch("back").write({PATH: ORDERS}).remove(*(path for path in SPLIT if path != PATH)).commit()
    assert breaks(repo, base="feature") == []


def test_a_break_in_a_file_that_the_contract_refers_to_is_told_there(repo: Repo) -> None:
    """The file itself may be no document at all."""
    repo.switch("main").write(SPLIT).commit()
    schemas = SPLIT["contracts/schemas.yaml"].replace("            total: {type: integer}\n", "")
    repo.branch("later").write({"contracts/schemas.yaml": schemas}).commit()

    [found] = breaks(repo)
    assert found == (
        "contracts/schemas.yaml:15 error contract-breaking: "
        "GET /orders and 2 more: the response field Order.total is removed"
    )


def test_a_contract_that_is_deleted_is_one_break(repo: Repo) -> None:
    """Not one for each of its operations."""
    repo.remove(PATH).commit()

    assert breaks(repo) == [f"{PATH}:0 error contract-breaking: the contract is deleted with its 4 operations"]


@pytest.mark.parametrize("path", ["api/orders.yaml", "contracts/v1/shop-openapi.json"])
def test_a_contract_that_moved_is_not_deleted(repo: Repo, path: str) -> None:
    """Whether or not git can tell that it moved."""
    text = json.dumps(yaml.safe_load(ORDERS)) if path.endswith("json") else ORDERS
    repo.remove(PATH).write({path: text}).commit()

    assert breaks(repo) == []


def test_an_operation_that_moved_to_another_contract_is_not_removed(repo: Repo) -> None:
    """One contract becomes two; what one of them weakens on the way is still told."""
    head, tail = part("", "  /orders:\n"), part("components:", "")
    one, other = part("  /orders:\n", "  /orders/{id}:"), part("  /orders/{id}:", "components:")
    repo.write({PATH: head + one + tail, "contracts/order.yaml": head + other + tail}).commit()
    assert breaks(repo) == []

    repo.write({"contracts/order.yaml": head + other + tail.replace(TOTAL, "")}).commit()
    assert breaks(repo) == [
        "contracts/order.yaml:37 error contract-breaking: GET /orders/{id}: the response field Order.total is removed"
    ]
