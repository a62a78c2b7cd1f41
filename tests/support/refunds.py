"""A small repository about paying money back, and what a pack of it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.bases import adr

if TYPE_CHECKING:
    from ctxkb.catalog.receipts import Receipt
    from ctxkb.types import Pack
    from support.living import Living

TASK = "add an endpoint that pays money back"
PATH = "api/refunds.py"
RULES = """
    # Rules of the api

    - Every endpoint must log who asked.

    ## Money

    - Money is counted in cents, never in floats.

    ## Errors

    - Errors must follow RFC 9457.
"""
FILES = {
    "api/AGENTS.md": RULES,
    "docs/adr/0001-queue.md": adr(1, "Pay money back through a queue", "Accepted", "Refunds go through RabbitMQ."),
    "docs/adr/0002-ids.md": adr(2, "Give every endpoint an id", "Accepted", "Each endpoint has an id of its own."),
    "docs/money.md": "# Money\n\nHow money is paid back to people who ask for it at the endpoint.\n",
}


def ids(pack: Pack) -> list[str]:
    """The ids of what a pack holds, in order."""
    return [item.hit.unit.id for item in pack.items]


def receipt_of(living: Living, pack: Pack) -> Receipt:
    """The receipt that a pack names."""
    found = living.catalog.receipts.recall(pack.receipt)
    assert found is not None
    return found
