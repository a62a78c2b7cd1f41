"""What can be done with orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.errors import ProblemError
from api.repository import orders

if TYPE_CHECKING:
    from uuid import UUID

    from api.schemas.order import Order


async def find(order_id: UUID) -> Order:
    """The order of this id. Raises `ProblemError` with status 404 where there is none."""
    order = await orders.by_id(order_id)
    if order is None:
        raise ProblemError("order-not-found", "There is no such order", 404)
    return order
