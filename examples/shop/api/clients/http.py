"""The only place from which other services are called."""

from __future__ import annotations

import httpx

from api.settings import from_environment


def payments() -> httpx.AsyncClient:
    """A client of the payment provider, with the team's timeout."""
    settings = from_environment()
    return httpx.AsyncClient(base_url=settings.payments_url, timeout=settings.timeout_seconds)
