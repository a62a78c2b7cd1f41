"""A small, good OpenAPI contract that the tests of the gate change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.gate import findings

if TYPE_CHECKING:
    from support.repos import Repo

ORDERS = """\
openapi: 3.1.0
info:
  title: Orders
  version: 1.4.0
servers:
  - url: https://api.example.com/shop
paths:
  /orders:
    get:
      operationId: listOrders
      summary: All orders
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
      responses:
        "200":
          description: The orders
          content:
            application/json:
              schema:
                type: object
                properties:
                  data:
                    type: array
                    items: {$ref: "#/components/schemas/Order"}
                  next: {type: string}
    post:
      operationId: createOrder
      requestBody:
        content:
          application/json:
            schema: {$ref: "#/components/schemas/OrderInput"}
      responses:
        "201":
          description: The order
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Order"}
  /orders/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getOrder
      responses:
        "200":
          description: The order
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Order"}
    delete:
      operationId: cancelOrder
      responses:
        "204": {description: It is cancelled}
components:
  schemas:
    Order:
      allOf:
        - {$ref: "#/components/schemas/Stored"}
        - type: object
          properties:
            total: {type: integer}
            customer:
              type: object
              properties:
                name: {type: string}
                email: {type: string}
    Stored:
      type: object
      properties:
        id: {type: string}
        created: {type: string, format: date-time}
    OrderInput:
      type: object
      required: [items]
      properties:
        items:
          type: array
          items: {$ref: "#/components/schemas/Item"}
        note: {type: string}
    Item:
      type: object
      required: [sku]
      properties:
        sku: {type: string}
        count: {type: integer}
"""
"""Two paths with four operations: `$ref`, `allOf`, nested and listed objects, a parameter of a path."""


def changed(*pairs: tuple[str, str], text: str = ORDERS) -> str:
    """`text` with each pair's first part, which must stand in it once, replaced by its second."""
    for old, new in pairs:
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} stands in the contract {text.count(old)} times")
        text = text.replace(old, new)
    return text


def without(first: str, last: str, text: str = ORDERS) -> str:
    """`text` without what begins at `first` and ends before `last`."""
    start = text.index(first)
    return text[:start] + text[text.index(last, start) :]


def part(first: str, last: str, text: str = ORDERS) -> str:
    """What begins at `first` and ends before `last`; "" stands for the beginning and the end."""
    start = text.index(first)
    return text[start : text.index(last, start) if last else len(text)]


def breaks(repo: Repo, **options: Any) -> list[str]:  # noqa: ANN401 - what `check` takes
    """What contract-breaking finds, as `support.gate.findings` gives it."""
    return [found for found in findings(repo, **options) if " contract-breaking: " in found]
