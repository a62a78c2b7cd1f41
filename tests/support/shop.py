"""A good change to a shop: a feature with its decision, guide and links, which the gate passes."""

from __future__ import annotations

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
