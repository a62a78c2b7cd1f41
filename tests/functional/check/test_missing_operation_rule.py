"""contract-missing-operation on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.orders import ORDERS
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONTRACT = "contracts/orders.yaml"
CODE = "shop/orders.py"
ROUTES = """\
from fastapi import APIRouter

router = APIRouter(prefix="/orders")


@router.get("/")
def every(): ...


@router.post("/")
def create(): ...


@router.delete("/{order_id}")
def cancel(order_id: str): ...
"""
NEW = '\n\n@router.post("/{order_id}/refund")\ndef refund(order_id: str): ...\n'
GUIDE = """\
# Orders

The calls are those of contracts/orders.yaml: `GET /orders` and `DELETE /orders/{id}`.
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({CONTRACT: ORDERS, CODE: ROUTES, "docs/orders.md": GUIDE})
    repo.commit()
    return repo.branch("feature")


def missing(repo: Repo) -> list[str]:
    """What the rule finds, without its own name."""
    found = (line.partition(" contract-missing-operation: ") for line in findings(repo))
    return [f"{place}: {message}" for place, rule, message in found if rule]


def test_an_endpoint_that_no_contract_describes_is_noted(repo: Repo) -> None:
    """Those beside it are all described."""
    repo.write({CODE: ROUTES + NEW}).commit()

    assert missing(repo) == [
        f"{CODE}:18 info: POST /orders/{{}}/refund is in no contract, as the endpoints beside it are"
    ]


def test_the_contract_may_describe_it_in_the_same_change(repo: Repo) -> None:
    """That is what is asked for."""
    text = ORDERS.replace(
        "components:\n", "  /orders/{id}/refund:\n    post: {responses: {'201': {description: Paid}}}\ncomponents:\n"
    )
    repo.write({CODE: ROUTES + NEW, CONTRACT: text}).commit()

    assert missing(repo) == []


@pytest.mark.parametrize(
    "files",
    [
        {CONTRACT: ORDERS.replace("/orders", "/items")},
        {CONTRACT: "# none any more\n"},
        {CODE: ROUTES.replace("@router.post", "# @router.post")},
    ],
)
def test_where_the_team_does_not_describe_its_endpoints_nothing_is_asked(repo: Repo, files: dict[str, str]) -> None:
    """Another contract, no contract, too few endpoints to tell."""
    repo.switch("main").write(files).commit()
    repo.branch("later").write({CODE: ROUTES + NEW}).commit()

    assert missing(repo) == []


def test_the_configuration_makes_it_an_error(repo: Repo) -> None:
    """A written policy counts."""
    repo.write(
        {"kb.toml": '[check]\nseverity = {"contract-missing-operation" = "error"}\n', CODE: ROUTES + NEW}
    ).commit()

    assert [found.split(": ")[0] for found in missing(repo)] == [f"{CODE}:18 error"]


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (
            "`PUT /orders/{id}` changes one.",
            ["PUT /orders/{id} is not in contracts/orders.yaml: for this path it has DELETE, GET"],
        ),
        ("`GET /orders/7` gives one.", []),
        ("```\nPUT /orders/7\n```", []),
        ("PUT it into /orders.", []),
    ],
)
def test_an_operation_that_a_guide_names_anew_stands_in_the_contract(repo: Repo, line: str, found: list[str]) -> None:
    """The guide is about that contract; examples in code are not read."""
    repo.write({"docs/orders.md": f"{GUIDE}\n{line}\n"}).commit()

    assert missing(repo) == [f"docs/orders.md:5 info: {each}" for each in found]


def test_what_a_guide_named_before_is_not_told(repo: Repo) -> None:
    """Only lines that the change adds are judged."""
    old = f"{GUIDE}\n`PUT /orders/{{id}}` changes one.\n"
    repo.switch("main").write({"docs/orders.md": old}).commit()
    repo.branch("later").write({"docs/orders.md": f"{old}\nThat is all.\n"}).commit()

    assert missing(repo) == []
