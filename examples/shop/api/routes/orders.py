"""Orders: list, place and show them."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from api.schemas.order import Order
from api.services import orders

router = APIRouter(prefix="/v1/orders")


@router.get("/{order_id}")
async def get_order(order_id: UUID) -> Order:
    """Answers one order, or the problem that there is none."""
    return await orders.find(order_id)
