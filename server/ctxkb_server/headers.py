"""Header fields as HTTP means them: spaces and tabs around a value are no part of it (RFC 9110, section 5.5)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send


class TrimmedHeaders:
    """An ASGI middleware: uvicorn's quicker parser leaves them at the end, where the SDK compares names and fails."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes everything on, values of headers without what surrounds them."""
        if scope["type"] == "http":
            scope = {**scope, "headers": [(name, value.strip(b" \t")) for name, value in scope["headers"]]}
        await self._app(scope, receive, send)
