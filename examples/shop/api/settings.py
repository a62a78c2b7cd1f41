"""What the environment sets."""

from __future__ import annotations

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings, read once when the API starts."""

    database_url: str
    payments_url: str
    timeout_seconds: float


def from_environment() -> Settings:
    """The settings of this process. Raises `KeyError` where a required one is missing."""
    return Settings(
        database_url=os.environ["SHOP_DATABASE_URL"],
        payments_url=os.environ.get("SHOP_PAYMENTS_URL", "https://sandbox.payments.example"),
        timeout_seconds=float(os.environ.get("SHOP_TIMEOUT_SECONDS", "5")),
    )
