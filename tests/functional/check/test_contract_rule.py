"""contract-invalid on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.formats.yamlsafe import load
from support.gate import findings
from support.orders import ORDERS, changed
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.formats.yamlsafe import Tree

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


def test_each_state_of_a_contract_is_composed_once(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many rules look into it: what is broken, what its clients lose, what a guide names."""
    composed: list[str] = []

    def counted(text: str, *, json_only: bool = False) -> Tree:
        composed.append(text)
        return load(text, json_only=json_only)

    monkeypatch.setattr("ctxkb.formats.loads.load", counted)
    edited = GOOD.replace("1.0.0", "1.1.0")
    repo.write({PATH: edited, "docs/guide.md": "# Guide\n\n`PUT /orders` changes all.\n"}).commit()
    findings(repo)

    assert sorted(composed) == sorted([GOOD.lstrip(), edited.lstrip()])


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


INVALID = [
    (
        changed(('        "204": {description: It is cancelled}', '        "204": {}')),
        52,
        "DELETE /orders/{id}, responses.204: 'description' is a required property",
    ),
    (
        changed(("in: query,", "in: qwery,")),
        13,
        "GET /orders, parameters.0.in: 'qwery' is not one of ['query', 'header', 'path', 'cookie']",
    ),
    (
        changed(("operationId: getOrder", "operationId: listOrders")),
        42,
        "GET /orders/{id}: the operationId listOrders is also that of GET /orders",
    ),
    (changed(('schemas/Stored"}', 'schemas/Sotred"}')), 57, "the $ref #/components/schemas/Sotred leads nowhere"),
    (
        changed(("{name: id, in: path", "{name: order, in: path")),
        41,
        "GET /orders/{id}: no parameter describes {id} of the path",
    ),
    (changed(("  version: 1.4.0\n", "")), 2, "info: 'version' is a required property"),
]


@pytest.mark.parametrize(("text", "line", "reason"), INVALID)
def test_an_openapi_contract_is_held_to_its_specification(tmp_path: Path, text: str, line: int, reason: str) -> None:
    """By its published schema, and by what that cannot say."""
    repo = Repo(tmp_path).write({PATH: ORDERS})
    repo.commit()
    repo.branch("feature").write({PATH: text}).commit()

    assert f"{PATH}:{line} error contract-invalid: is not valid: {reason}" in findings(repo)


VALID = [
    ORDERS,
    changed(("3.1.0", "3.0.3")),
    changed(("3.1.0", "3.2.0")),
    changed(("info:\n", "x-team: shop\ninfo:\n  x-audience: everyone\n")),
    changed(
        ("          description: The orders\n", "          description: The orders\n          x-lasts: {$ref: away}\n")
    ),
    changed(("  /orders/{id}:\n", "  /far: {$ref: 'https://example.com/far.yaml'}\n  /orders/{id}:\n")),
    changed(("  /orders/{id}:\n", "  /other: {$ref: './parts.yaml#/other'}\n  /orders/{id}:\n")),
    "openapi: 3.0.3\ncomponents:\n  schemas:\n    Error: {type: object}\n",
    "openapi: 3.0.3\ninfo: {title: Parts, version: '1'}\npaths: {}\ncomponents:\n  schemas: {$ref: ./schemas.yaml}\n",
    "components:\n  schemas:\n    Error: {type: 3}\n",
]


@pytest.mark.parametrize("text", VALID)
def test_a_valid_contract_passes_and_so_does_a_part_of_one(tmp_path: Path, text: str) -> None:
    """Extensions, `$ref`s to other files and the network (which is never asked), libraries of components."""
    repo = Repo(tmp_path).write({"README.md": "# Shop"})
    repo.commit()
    repo.branch("feature").write({PATH: text}).commit()

    assert findings(repo) == []


MISSING = "'description' is a required property"


def test_what_was_invalid_before_and_did_not_change_is_not_told(repo: Repo) -> None:
    """Another operation of the same file is edited."""
    old = GOOD.replace("{description: All orders}", "{}")
    repo.switch("main").write({PATH: f"{old}  /items:\n    get:\n      responses: {{'200': {{}}}}\n"}).commit()
    text = f"{old}  /items:\n    get:\n      operationId: items\n      responses: {{'200': {{}}}}\n"
    repo.branch("later").write({PATH: text}).commit()

    assert findings(repo) == [f"{PATH}:12 info contract-invalid: is not valid: GET /items, responses.200: {MISSING}"]


def test_all_tells_what_was_invalid_before_as_info(repo: Repo) -> None:
    """A first look at an old repository sees every contract as a whole."""
    repo.switch("main").write({PATH: GOOD.replace("{description: All orders}", "{}")}).commit()

    assert findings(repo, base="main", everything=True) == [
        f"{PATH}:8 info contract-invalid: is not valid: GET /orders, responses.200: {MISSING}"
    ]


@pytest.mark.parametrize(
    ("path", "text", "line", "reason"),
    [
        (
            "contracts/order.schema.json",
            '{\n"$schema": "https://json-schema.org/draft/2020-12/schema",\n"type": "objekt"\n}\n',
            3,
            "type: 'objekt' is not one of ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']",
        ),
        (
            "contracts/shop.graphql",
            "type Query {\n  orders: [Order]\n  orders: Order\n}\n",
            3,
            "Field 'Query.orders' can only be defined once",
        ),
    ],
)
def test_other_formats_are_held_to_theirs(repo: Repo, path: str, text: str, line: int, reason: str) -> None:
    """JSON Schema by its draft's meta-schema, GraphQL by what holds within one file."""
    repo.write({path: text}).commit()

    assert findings(repo) == [f"{path}:{line} error contract-invalid: is not valid: {reason}"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        (
            "contracts/order.schema.json",
            '{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}',
        ),
        ("contracts/own.schema.json", '{"$schema": "https://example.com/our-own-draft", "properties": {"type": "x"}}'),
        (
            "contracts/shop.graphql",
            'type Query {\n  me: User @auth\n}\nextend type Account @key(fields: "id") { a: Money }\n',
        ),
        ("web/orders.graphql", "query Orders { orders { id } }\n"),
        ("tests/fixtures/broken.yaml", BROKEN),
    ],
)
def test_what_cannot_be_told_from_one_file_is_not_judged(repo: Repo, path: str, text: str) -> None:
    """Types and directives of other files and gateways, drafts of one's own, operations; samples of the tests."""
    repo.write({path: text}).commit()

    assert findings(repo) == []


SPLIT = (
    GOOD
    + """\
components:
  schemas:
    Input: {$ref: "schemas/input.yaml#/Input"}
    Other: {$ref: ./schemas/other.yaml}
"""
)


@pytest.mark.parametrize("how", ["delete", "move", "move along"])
def test_a_ref_to_a_file_that_goes_is_an_error(tmp_path: Path, how: str) -> None:
    """In a contract that the change leaves alone, too; not where it points to the new place."""
    repo = Repo(tmp_path).write({PATH: SPLIT, "contracts/schemas/input.yaml": "Input: {type: object}\n"})
    repo.write({"contracts/schemas/other.yaml": "type: string\n", "tests/fixtures/a.yaml": "$ref: ../../contracts/x"})
    repo.commit()
    repo.branch("feature")
    if how == "delete":
        repo.remove("contracts/schemas/input.yaml")
    else:
        repo.move("contracts/schemas/input.yaml", "contracts/parts/input.yaml")
    if how == "move along":
        repo.write({PATH: SPLIT.replace("schemas/input", "parts/input")})
    repo.commit()

    lost = "is not valid: the $ref schemas/input.yaml leads to a file that is there no longer"
    assert findings(repo) == ([f"{PATH}:11 error contract-invalid: {lost}"] if how != "move along" else [])
