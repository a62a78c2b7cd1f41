"""contract-breaking on real histories: what breaks a contract's clients, what looks like it, and the ways out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from support.gate import judged, madr
from support.orders import ORDERS, breaks, changed, without
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PATH = "contracts/orders.yaml"
SHORTER = without("    delete:\n", "components:")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({PATH: ORDERS})
    repo.commit()
    return repo.branch("feature")


REMOVED = "DELETE /orders/{id}: the operation is removed"
GONE = "GET /orders and 2 more: the response field Order"

BROKEN = [
    (SHORTER, 38, [REMOVED]),
    (without("  /orders/{id}:\n", "components:"), 7, [REMOVED, "GET /orders/{id}: the operation is removed"]),
    (changed(("                email: {type: string}\n", "")), 63, [f"{GONE}.customer.email is removed"]),
    (changed(("        created: {type: string, format: date-time}\n", "")), 68, [f"{GONE}.created is removed"]),
    (
        without("            customer:\n", "    Stored:"),
        63,
        [f"{GONE}.customer is removed"],
    ),
    (
        changed(("                  next: {type: string}\n", "")),
        21,
        ["GET /orders: the response field next is removed"],
    ),
    (
        changed(("in: query, schema", "in: query, required: true, schema")),
        13,
        ["GET /orders: the query parameter limit is now required"],
    ),
    (
        changed(
            ("        - {name: limit", "        - {name: X-Tenant, in: header, required: true}\n        - {name: limit")
        ),
        13,
        ["GET /orders: the header parameter X-Tenant is new and required"],
    ),
    (
        changed(("[items]", "[items, note]")),
        78,
        ["POST /orders: the request field OrderInput.note is now required"],
    ),
    (changed(("[sku]", "[sku, count]")), 84, ["POST /orders: the request field Item.count is now required"]),
    (
        changed(("      requestBody:\n", "      requestBody:\n        required: true\n")),
        28,
        ["POST /orders: the request body is now required"],
    ),
    (
        changed(
            ('$ref: "#/components/schemas/Order"}\n                  next', "type: string}\n                  next")
        ),
        24,
        ["GET /orders: the response fields data[].id, data[].created, data[].total, data[].customer are removed"],
    ),
]


@pytest.mark.parametrize(("text", "line", "messages"), BROKEN)
def test_what_a_client_loses_is_an_error_at_its_place(repo: Repo, text: str, line: int, messages: list[str]) -> None:
    """An operation, a field of a response, or the liberty to leave something out of a request."""
    repo.write({PATH: text}).commit()

    assert breaks(repo) == [f"{PATH}:{line} error contract-breaking: {message}" for message in messages]


HARMLESS = [
    changed(("limit, in: query", "limit, in: query, description: How many")),
    changed(("summary: All orders", "summary: Every order"), ("title: Orders", "title: The orders")),
    changed(("  /orders/{id}:", "  /orders/{order}:"), ("{name: id,", "{name: order,")),
    changed(("        - {name: limit", "        - {name: tenant, in: header}\n        - {name: limit")),
    changed(("        note: {type: string}", "        note: {type: string}\n        gift: {type: boolean}")),
    changed(
        ("            total: {type: integer}", "            total: {type: integer}\n            paid: {type: boolean}")
    ),
    changed(("required: [items]\n", "")),
    changed(("required: [sku]", 'required: [sku]\n      x-note: "count is read, too"')),
    changed(("url: https://api.example.com/shop", "url: https://eu.example.com/shop")),
    changed(
        ("        note: {type: string}\n", "        note: {type: string}\n        at: {readOnly: true}\n"),
        ("[items]", "[items, at]"),
    ),
    json.dumps(yaml.safe_load(ORDERS)),
    yaml.safe_dump(yaml.safe_load(ORDERS), sort_keys=True),
    changed(
        (
            "  schemas:\n",
            "  schemas:\n    Problem: {type: object, required: [title], properties: {title: {type: string}}}\n",
        )
    ),
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_no_client_can_notice_passes(repo: Repo, text: str) -> None:
    """Words, order, form, more fields in answers, more that may be sent, less that must be sent."""
    repo.write({PATH: text}).commit()

    assert breaks(repo) == []


@pytest.mark.parametrize(
    ("policy", "version", "count"),
    [
        ("major", "1.5.0", 1),
        ("major", "2.0.0", 0),
        ("any-version", "1.4.0", 1),
        ("any-version", "1.4.1", 0),
        ("decision", "2.0.0", 1),
    ],
)
def test_a_version_that_the_policy_asks_for_tells_the_clients(
    repo: Repo, policy: str, version: str, count: int
) -> None:
    """By default a major one."""
    repo.write({"kb.toml": f'[contracts]\nbreak = "{policy}"\n'}).commit()
    repo.switch("main").git("merge", "--quiet", "feature")
    repo.branch("later").write({PATH: SHORTER.replace("version: 1.4.0", f"version: {version}")}).commit()

    assert len(breaks(repo)) == count


@pytest.mark.parametrize(
    ("before", "after", "count"), [("0.4.0", "0.5.0", 0), ("0.4.0", "0.4.1", 1), ("2026-01-01", "2026-02-01", 0)]
)
def test_below_one_a_minor_version_is_enough_and_a_later_date_always_is(
    tmp_path: Path, before: str, after: str, count: int
) -> None:
    """So versions are read: 0.x promises nothing, and each date is a version of its own."""
    repo = Repo(tmp_path).write({PATH: ORDERS.replace("1.4.0", before)})
    repo.commit()
    repo.branch("feature").write({PATH: SHORTER.replace("1.4.0", after)}).commit()

    assert len(breaks(repo)) == count


@pytest.mark.parametrize(
    ("status", "sentence", "count"),
    [
        ("accepted", "Nobody calls `DELETE /orders/{order_id}`: it goes.", 0),
        ("accepted", "cancelOrder goes.", 0),
        ("accepted", "DELETE /orders goes.", 1),
        ("proposed", "cancelOrder goes.", 1),
    ],
)
def test_an_accepted_decision_that_names_the_operation_tells_them_too(
    repo: Repo, status: str, sentence: str, count: int
) -> None:
    """By method and path or by its operationId; a proposal decides nothing, and another operation is another one."""
    decision = madr("Drop it", status=status).replace("We need one way to do it.", sentence)
    repo.write({PATH: SHORTER, "docs/adr/0002-drop-it.md": decision}).commit()

    assert len(breaks(repo)) == count


def test_an_older_decision_does_not_excuse_a_new_break(repo: Repo) -> None:
    """It was not made for this change."""
    decision = madr("Keep it").replace("We need one way to do it.", "cancelOrder goes.")
    repo.switch("main").write({"docs/adr/0002-drop-it.md": decision}).commit()
    repo.branch("later").write({PATH: SHORTER}).commit()

    assert len(breaks(repo)) == 1


@pytest.mark.parametrize(("new", "count"), [("/v2/orders", 0), ("/v2/purchases", 4)])
def test_a_path_with_a_higher_version_takes_the_place_of_the_old_one(tmp_path: Path, new: str, count: int) -> None:
    """The same operation, and no other one."""
    repo = Repo(tmp_path).write({PATH: ORDERS.replace("  /orders", "  /v1/orders")})
    repo.commit()
    repo.branch("feature").write({PATH: ORDERS.replace("  /orders", f"  {new}")}).commit()

    assert len(breaks(repo)) == count


@pytest.mark.parametrize("path", ["/alpha/orders", "/v1beta1/orders", "/internal/orders"])
def test_an_operation_that_is_not_stable_yet_is_only_noted(tmp_path: Path, path: str) -> None:
    """Its path says that clients cannot rely on it."""
    repo = Repo(tmp_path).write({PATH: ORDERS.replace("  /orders", f"  {path}")})
    repo.commit()
    repo.branch("feature").write({PATH: SHORTER.replace("  /orders", f"  {path}")}).commit()

    assert breaks(repo) == [f"{PATH}:38 info contract-breaking: DELETE {path}/{{id}}: the operation is removed"]


def test_a_contract_of_the_tests_has_no_clients(tmp_path: Path) -> None:
    """Unless the configuration lists it."""
    path = "tests/fixtures/orders.yaml"
    repo = Repo(tmp_path).write({path: ORDERS})
    repo.commit()
    repo.branch("feature").write({path: SHORTER}).commit()
    assert breaks(repo) == []

    repo.write({"kb.toml": '[sources]\ncontracts = ["tests/fixtures/**"]\n'}).commit()
    assert len(breaks(repo)) == 1


SWAGGER = """
swagger: "2.0"
info: {title: Files, version: "1.0"}
basePath: /v1
paths:
  /files:
    post:
      parameters:
        - {name: file, in: formData, type: file, required: true}
        - {name: label, in: formData, type: string}
      responses:
        "201": {description: Stored, schema: {$ref: "#/definitions/File"}}
definitions:
  File: {type: object, properties: {id: {type: string}, size: {type: integer}}}
"""


def test_swagger_2_is_compared_as_well(tmp_path: Path) -> None:
    """Its forms and bodies are parameters, its schemas definitions."""
    path = "swagger.yaml"
    repo = Repo(tmp_path).write({path: SWAGGER})
    repo.commit()
    text = SWAGGER.replace("label, in: formData,", "label, in: formData, required: true,").replace(
        ", size: {type: integer}", ""
    )
    repo.branch("feature").write({path: text}).commit()

    assert breaks(repo) == [
        f"{path}:8 error contract-breaking: POST /files: the request field label is now required",
        f"{path}:13 error contract-breaking: POST /files: the response field File.size is removed",
    ]


def test_the_fix_says_what_the_policy_asks(repo: Repo) -> None:
    """With the version there is, and the operation to name."""
    repo.write({PATH: SHORTER}).commit()

    [found] = judged(repo).findings
    assert found.fix == (
        "bring it back, raise the major part of info.version above 1.4.0, "
        "or accept a decision in this change that names DELETE /orders/{id}"
    )


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("basePath: /v1\n", "basePath: /api\n", ["3", "begins with /api, was /v1"]),
        ("basePath: /v1\n", "", ["0", "begins with /, was /v1"]),
        ("basePath: /v1\n", "basePath: /v1/\n", []),
        ("basePath: /v1\n", "basePath: /v2\n", []),
        ("basePath: /v1\npaths:\n  /files", "basePath: /\npaths:\n  /v1/files", []),
    ],
)
def test_the_address_of_all_operations_stays(tmp_path: Path, old: str, new: str, broken: list[str]) -> None:
    """Swagger states one; a higher version is a new address beside the old one, and the paths may make up for it."""
    repo = Repo(tmp_path).write({"swagger.yaml": SWAGGER})
    repo.commit()
    repo.branch("feature").write({"swagger.yaml": SWAGGER.replace(old, new)}).commit()

    said = [f"swagger.yaml:{broken[0]} error contract-breaking: POST /files: its address {broken[1]}"] if broken else []
    assert breaks(repo) == said


LISTED = """
openapi: 3.1.0
info: {title: Files, version: 1.0.0}
paths:
  /files:
    get:
      responses:
        "200":
          description: All
          content:
            application/json:
              schema:
                {type: array, items: {type: object, properties: {tags: {type: array, items: {type: string}}}}}
"""
OBJECT = "{type: object, properties: {data: {type: array, items: {type: string}}}}"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (LISTED.replace(LISTED.splitlines()[-1].strip(), OBJECT), "itself"),
        (LISTED.replace("tags: {type: array, items: {type: string}}", f"tags: {OBJECT}"), "field [].tags"),
        (LISTED.replace("items: {type: string}", "items: {type: integer}"), ""),
        (LISTED.replace("{type: array, items: {type: object", "{type: [array, object], items: {type: object"), ""),
        (LISTED.replace("tags: {type: array, items: {type: string}}", "tags: {type: array}"), ""),
    ],
)
def test_a_list_stays_a_list(tmp_path: Path, text: str, what: str) -> None:
    """A client that goes through the items finds none in an object."""
    repo = Repo(tmp_path).write({PATH: LISTED})
    repo.commit()
    repo.branch("feature").write({PATH: text}).commit()

    said = f"{PATH}:12 error contract-breaking: GET /files: the response {what} is no list any more"
    assert breaks(repo) == ([said] if what else [])
