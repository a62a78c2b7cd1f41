"""What is answered beside MCP: whether the server lives and is ready, its figures, and its OAuth metadata."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anyio import to_thread
from mcp.server.auth.routes import build_resource_metadata_url, create_protected_resource_routes
from pydantic import AnyHttpUrl
from starlette.responses import JSONResponse, PlainTextResponse, Response

from ctxkb.errors import KbError
from ctxkb_server.http.metrics import CONTENT_TYPE
from ctxkb_server.http.refused import Refused
from ctxkb_server.http.scopes import KINDS, READ, WRITE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Server
    from ctxkb_server.http.metrics import Metrics

NEVER_STORED = {"Cache-Control": "no-store"}


def page(answer: Callable[[], Awaitable[Response]]) -> ASGIApp:
    """A page that is read and takes no arguments."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in {"GET", "HEAD"}:
            raise Refused(405, "a wrong method", "this can only be read", {"Allow": "GET, HEAD"})
        await (await answer())(scope, receive, send)

    return served


def alive() -> ASGIApp:
    """/healthz: answers as long as the server does."""

    async def answer() -> Response:
        return PlainTextResponse("ok\n", headers=NEVER_STORED)

    return page(answer)


def ready(catalog: Callable[[], Catalog], stopping: Callable[[], bool]) -> ASGIApp:
    """/readyz: 200 while questions are answered, 503 while the server stops or its index cannot be read."""

    async def answer() -> Response:
        if stopping():
            return _ready(503, why="stopping")
        try:
            complete = await to_thread.run_sync(lambda: bool(catalog().meta("complete")))
        except KbError:
            return _ready(503, why="the index cannot be read; the server's log tells more")
        return _ready(200, index="complete" if complete else "being built")

    return page(answer)


def figures(metrics: Metrics, catalog: Callable[[], Catalog]) -> ASGIApp:
    """/metrics: everything that is counted."""

    async def answer() -> Response:
        text = await to_thread.run_sync(lambda: metrics.text(catalog()))
        return Response(text, media_type=CONTENT_TYPE, headers=NEVER_STORED)

    return page(answer)


def metadata_url(settings: Server) -> str:
    """Where the metadata of RFC 9728 is; "" for a server without an issuer."""
    return str(build_resource_metadata_url(AnyHttpUrl(settings.public_url))) if settings.issuer else ""


def metadata(settings: Server) -> Mapping[str, ASGIApp]:
    """The metadata of RFC 9728 by its path: whose tokens this server takes, and which scopes it knows."""
    if not settings.issuer:
        return {}
    scopes = [READ, *KINDS, WRITE]
    routes = create_protected_resource_routes(
        AnyHttpUrl(settings.public_url), [AnyHttpUrl(settings.issuer)], scopes, resource_name="Context knowledge base"
    )
    return {route.path: route.app for route in routes}


def _ready(status: int, **facts: Any) -> Response:  # noqa: ANN401 - whatever is to be told
    return JSONResponse({"ready": status == 200, **facts}, status, headers=NEVER_STORED)
