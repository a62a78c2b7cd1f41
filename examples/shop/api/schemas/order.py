"""The shapes of orders, as in the contract."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel


class Money(BaseModel):
    """An amount in the minor unit of its currency."""

    amount: int
    currency: str


class Order(BaseModel):
    """An order as its customer sees it."""

    id: UUID
    status: Literal["placed", "paid", "shipped", "returned"]
    total: Money
    placed_at: datetime
