"""spec-contract-drift on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.orders import ORDERS, changed, without
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = "contracts/orders.yaml"
PATH = "specs/orders.md"
SPEC = """\
# Orders

The interface is described in [the contract](../contracts/orders.yaml).

## Reading

`GET /orders` lists them, and GET /orders/{order} gives one.

## POST /orders

| Field | Type |
|---|---|
| items | list |
| note | text |
| `total` | number |

## Cancelling

DELETE /orders/{id} cancels one.
"""
SERVICE = """\
service: orders
contract: contracts/orders.yaml
endpoints:
  - path: /orders
    method: POST
    input: {items: list, note: string}
    output: [id, "total: integer", created]
  - path: /orders/{id}
    method: GET
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({CONTRACT: ORDERS})
    repo.commit()
    return repo.branch("feature")


def drifts(repo: Repo) -> list[str]:
    """What the rule finds, without its own name."""
    found = (line.partition(" spec-contract-drift: ") for line in findings(repo))
    return [f"{place}: {message}" for place, rule, message in found if rule]


@pytest.mark.parametrize(
    "text",
    [
        SPEC,
        SPEC.replace("GET /orders/{order}", "GET /orders/42?full=true"),
        SPEC.replace("/orders", "/shop/orders"),
        SPEC.replace("/orders", "https://api.example.com/shop/orders"),
        f"{SPEC}\n```http\nPUT /orders/7 HTTP/1.1\n```\n",
        SPEC.replace("| note | text |", "| a note | text |"),
        SPEC.replace("| Field | Type |", "| Role | May |").replace("| note |", "| clerk |"),
        SPEC.replace("../contracts/orders.yaml", "other.yaml").replace("DELETE", "PURGE").replace("/orders", "/items"),
        "# Words\n\nThe path /orders/{id} is called with PUT.\n",
    ],
)
def test_a_spec_that_agrees_with_the_contract_passes(repo: Repo, text: str) -> None:
    """However it writes an address; examples in code, tables of other things, and another contract's spec."""
    repo.write({PATH: text}).commit()

    assert drifts(repo) == []


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        (
            "DELETE /orders/{id} cancels",
            "PUT /orders/{id} changes",
            19,
            "PUT /orders/{id} is not in contracts/orders.yaml: for this path it has DELETE, GET",
        ),
        (
            "DELETE /orders/{id} cancels",
            "POST /refunds pays",
            19,
            "POST /refunds is not in contracts/orders.yaml",
        ),
        ("| note |", "| remark |", 14, "POST /orders has no field remark in contracts/orders.yaml"),
    ],
)
def test_an_operation_or_field_that_the_contract_does_not_have_is_an_error(
    repo: Repo, old: str, new: str, line: int, message: str
) -> None:
    """At the line of the spec that names it."""
    assert SPEC.count(old) == 1
    repo.write({PATH: SPEC.replace(old, new)}).commit()

    assert drifts(repo) == [f"{PATH}:{line} error: {message}"]


@pytest.mark.parametrize("linked", [True, False])
def test_a_spec_is_about_a_contract_that_it_refers_to_or_mostly_names(repo: Repo, linked: bool) -> None:
    """Without the link, most of the operations must be the contract's."""
    text = SPEC.replace("DELETE", "PUT")
    repo.write({PATH: text if linked else text.replace("(../contracts/orders.yaml)", "")}).commit()

    assert len(drifts(repo)) == 1

    few = "# Orders\n\nGET /orders, PUT /orders and POST /refunds.\n"
    repo.write({PATH: f"{few}See contracts/orders.yaml.\n" if linked else few}).commit()
    assert len(drifts(repo)) == (2 if linked else 0)


def test_a_contract_that_leaves_its_spec_behind_is_an_error_there(repo: Repo) -> None:
    """The change does not touch the spec."""
    repo.switch("main").write({PATH: SPEC, "specs/service.yaml": SERVICE}).commit()
    text = changed(
        ("        note: {type: string}", "        remark: {type: string}"), text=without("    delete:\n", "components:")
    )
    repo.branch("later").write({CONTRACT: text}).commit()

    assert drifts(repo) == [
        f"{PATH}:14 error: POST /orders has no field note in contracts/orders.yaml",
        f"{PATH}:19 error: DELETE /orders/{{id}} is not in contracts/orders.yaml: for this path it has GET",
        "specs/service.yaml:6 error: POST /orders has no field note in contracts/orders.yaml",
    ]


def test_what_had_drifted_before_is_only_noted_where_it_is_touched(repo: Repo) -> None:
    """An edit of the contract does not bring it up, an edit of the spec does."""
    repo.switch("main").write({PATH: SPEC.replace("DELETE", "PUT")}).commit()
    repo.branch("later").write({CONTRACT: changed(("title: Orders", "title: The orders"))}).commit()
    assert drifts(repo) == []

    repo.write({PATH: SPEC.replace("DELETE", "PUT").replace("lists them", "lists all")}).commit()
    assert drifts(repo) == [
        f"{PATH}:19 info: PUT /orders/{{id}} is not in contracts/orders.yaml: for this path it has DELETE, GET"
    ]


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ("title", "title", []),
        (
            "method: GET",
            "method: PATCH",
            ["8 error: PATCH /orders/{id} is not in contracts/orders.yaml: for this path it has DELETE, GET"],
        ),
        ("note: string", "remark: string", ["6 error: POST /orders has no field remark in contracts/orders.yaml"]),
        ('"total: integer"', '"The whole sum"', []),
    ],
)
def test_a_service_spec_is_held_to_its_contract(repo: Repo, old: str, new: str, found: list[str]) -> None:
    """Its endpoints, and the names in what they take and give; a sentence is no name."""
    repo.write({"specs/service.yaml": SERVICE.replace(old, new)}).commit()

    assert drifts(repo) == [f"specs/service.yaml:{each}" for each in found]
