"""contract-invalid on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """
openapi: 3.1.0
info: {title: Orders, version: 1.0.0}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        "200": {description: All orders}
"""
BROKEN = GOOD.replace("/orders:\n", "/orders\n")
PATH = "contracts/orders.yaml"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({PATH: GOOD})
    repo.commit()
    return repo.branch("feature")


def test_a_contract_that_parses_passes(repo: Repo) -> None:
    """Whatever else changed in it."""
    repo.write({PATH: GOOD.replace("All orders", "Every order")}).commit()

    assert findings(repo) == []


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        (PATH, BROKEN, 5),
        ("contracts/shop.graphql", "type Query {\n  orders: [Order\n}\n", 3),
        ("contracts/orders.proto", 'syntax = "proto3";\nmessage Order {\n  string id = ;\n}\n', 3),
    ],
)
def test_a_contract_that_does_not_parse_is_an_error_with_its_line(repo: Repo, path: str, text: str, line: int) -> None:
    """Every client of it would fail at that line."""
    repo.write({path: text}).commit()

    assert [found.split(": ")[:2] for found in findings(repo)] == [
        [f"{path}:{line} error contract-invalid", "cannot be read as a contract"]
    ]


def test_a_contract_that_was_broken_before_is_only_noted(repo: Repo) -> None:
    """The change touches it and did not break it."""
    repo.switch("main").write({PATH: BROKEN}).commit()
    repo.branch("later").write({PATH: f"{BROKEN}# a comment\n"}).commit()

    assert [found.split(": ")[0] for found in findings(repo)] == [f"{PATH}:5 info contract-invalid"]


def test_other_yaml_is_no_contract(repo: Repo) -> None:
    """A workflow that does not parse is not this rule's business."""
    repo.write({".github/workflows/ci.yaml": "on: [push\njobs:\n"}).commit()

    assert findings(repo) == []
