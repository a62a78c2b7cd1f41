"""The server on a network as one ASGI application: MCP behind its guard, and what a reload changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anyio import to_thread
from mcp.server.transport_security import TransportSecuritySettings
from starlette.middleware.cors import CORSMiddleware

from ctxkb.config import load_config
from ctxkb.errors import KbError
from ctxkb_server.audit import MEGABYTE
from ctxkb_server.http.guard import ENDPOINT, Guard, Rules
from ctxkb_server.http.hosts import is_loopback, places_of
from ctxkb_server.http.issuer import Issuer
from ctxkb_server.http.keys import Keys
from ctxkb_server.http.limits import Limits
from ctxkb_server.http.metrics import CountedAudit, Metrics
from ctxkb_server.http.pages import alive, figures, metadata, metadata_url, ready
from ctxkb_server.http.patient import PatientProtocol
from ctxkb_server.http.sessions import Sessions
from ctxkb_server.http.turned import Turning
from ctxkb_server.http.verify import HeldTokens, Verifier
from ctxkb_server.process import tell
from ctxkb_server.server import create_server
from ctxkb_server.tools import Served

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from ctxkb.config import Config, Server
    from ctxkb_server.engine import Engine

MOST_MEGABYTES = 101
"""More than `max_body_kb` may allow: the SDK's own bound shall never be the one that counts."""


class Network:
    """Answers HTTP for one repository, on the address `bound`."""

    def __init__(self, root: Path, config: Config, engine: Engine, bound: str, *, drafts: bool) -> None:
        self.settings = config.server
        self._root = root
        self._bound = bound
        self._tokens = HeldTokens(engine.catalog.folder)
        self._metrics = Metrics()
        audit = CountedAudit(
            engine.catalog.folder,
            MEGABYTE * config.server.audit_mb,
            lambda: engine.knowledge.config.privacy,
            metrics=self._metrics,
            writes=config.server.audit,
        )
        served = Served(lambda: engine.knowledge, root, config.budget.default, audit, drafts=drafts)
        self._mcp = create_server(served, engine.lifespan).streamable_http_app(
            streamable_http_path=ENDPOINT,
            max_request_body_size=MOST_MEGABYTES * MEGABYTE,
            session_idle_timeout=60 * config.server.session_minutes,
            max_sessions=config.server.max_sessions,
            transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
        )
        self._limits = Limits(Turning(self._mcp), self.settings)
        self._guard = Guard(
            self._limits,
            self._rules(self.settings),
            audit,
            self._metrics,
            probes={"/healthz": alive(), "/readyz": ready(lambda: engine.catalog, lambda: self._guard.stopping)},
            figures=figures(self._metrics, lambda: engine.catalog),
            sessions=Sessions(config.server.max_sessions, 60 * config.server.session_minutes),
        )
        self._metrics.watch("kb_requests_inside", "Requests that wait or are worked on.", lambda: self._limits.inside)
        self._metrics.watch("kb_streams", "Streams of notices that are open.", lambda: self._limits.streams)
        self._app = self._apply(self.settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the server's own life."""
        if scope["type"] == "http":
            await self._app(scope, receive, send)
        elif scope["type"] == "lifespan":
            to_thread.current_default_thread_limiter().total_tokens = self.settings.concurrency + 4
            await self._mcp(scope, receive, send)

    def stop(self) -> None:
        """Ends the streams, and lets nobody in."""
        self._guard.stopping = True

    def reload(self) -> None:
        """Goes by the configuration as it is now; where that is wrong, by the one before."""
        try:
            settings = load_config(self._root).server
            rules = self._rules(settings, known=self._guard.rules.verifier.required)
        except KbError as error:
            tell(f"the configuration stays as it was: {error}")
            return
        self.settings, self._guard.rules = settings, rules
        self._limits.change(settings)
        self._app = self._apply(settings)
        tell("the configuration was read again")

    def _rules(self, settings: Server, *, known: bool = False) -> Rules:
        """What the guard goes by; callers have to be `known` where others reach the server, or they had to before."""
        issuer = _issuer(settings) if settings.issuer else None
        required = known or bool(issuer) or not is_loopback(self._bound)
        return Rules(
            places_of(settings, self._bound),
            Verifier(self._tokens, issuer, metadata_url(settings), required=required),
            metadata(settings),
        )

    def _apply(self, settings: Server) -> ASGIApp:
        """The guard, behind what tells browsers which pages may talk to it."""
        PatientProtocol.seconds = settings.slow_seconds
        PatientProtocol.on_refused = staticmethod(self._guard.unheard)
        PatientProtocol.crowded = staticmethod(self._guard.crowded)
        if not settings.allowed_origins:
            return self._guard
        return CORSMiddleware(
            self._guard,
            allow_origins=settings.allowed_origins,
            allow_methods=("GET", "POST", "DELETE"),
            allow_headers=("*",),
            expose_headers=("Mcp-Session-Id", "WWW-Authenticate", "Retry-After"),
        )


def _issuer(settings: Server) -> Issuer:
    keys = Keys(settings.issuer, settings.jwks_url)
    return Issuer(settings.issuer, settings.audience or settings.public_url, settings.algorithms, keys)
