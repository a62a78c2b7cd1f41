"""Everything between the network and MCP: where a request comes from, who sends it, how much. Plain ASGI."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.types.version import MODERN_PROTOCOL_VERSIONS

from ctxkb_server.arguments import clean
from ctxkb_server.audit import Refusal
from ctxkb_server.caller import acting
from ctxkb_server.http.patient import check_head
from ctxkb_server.http.refused import Refused, later
from ctxkb_server.http.scopes import METRICS, READ

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from ctxkb_server.audit import Audit
    from ctxkb_server.http.hosts import Places
    from ctxkb_server.http.limits import Limits
    from ctxkb_server.http.metrics import Metrics
    from ctxkb_server.http.sessions import Sessions
    from ctxkb_server.http.verify import Known, Verifier

ENDPOINT = "/mcp"
SESSION = b"mcp-session-id"
LISTEN = "subscriptions/listen"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the guard goes by; a reload puts others in their place."""

    places: Places
    verifier: Verifier
    pages: Mapping[str, ASGIApp]
    """What is open to everybody, by path."""


class Guard:
    """Lets to `limits` what comes from an allowed place and a known caller; `probes` answer to anybody, by path.

    `figures` answers /metrics. Nothing is let through once `stopping`, and streams end.
    """

    def __init__(
        self,
        limits: Limits,
        rules: Rules,
        audit: Audit,
        metrics: Metrics,
        *,
        probes: Mapping[str, ASGIApp],
        figures: ASGIApp,
        sessions: Sessions,
    ) -> None:
        self.rules = rules
        self.stopping = False
        self._limits = limits
        self._audit = audit
        self._metrics = metrics
        self._probes = probes
        self._figures = figures
        self._sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, whatever it is."""
        started, status = time.perf_counter(), 0

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._answer(scope, receive, noting)
        except Refused as refused:
            self._note(scope, refused)
            if not status:
                await _tell(refused, noting)
        finally:
            self._metrics.requests.labels(status or 499).inc()
            if scope["path"] == ENDPOINT and scope["method"] == "POST":
                self._metrics.seconds.observe(time.perf_counter() - started)

    async def crowded(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Answers a request on a connection that is one too many."""
        refused = later(503, "too many connections", "the server holds too many connections open; try again", 1)
        refused.headers["Connection"] = "close"
        self._note(scope, refused)
        self._metrics.requests.labels(refused.status).inc()
        await _tell(refused, send)

    def unheard(self, status: int, why: str, address: str) -> None:
        """Notes a connection that was let go before it came to a request."""
        self._audit.refuse(Refusal(why, status, address=address))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        check_head(scope)
        path = scope["path"]
        if path in self._probes:
            return await self._probes[path](scope, receive, send)
        self.rules.places.check(_headers(scope, b"host"), _headers(scope, b"origin"))
        if path in self.rules.pages:
            return await self.rules.pages[path](scope, receive, send)
        if path not in {ENDPOINT, "/metrics"}:
            raise Refused(404, "an unknown path", f"there is nothing here; MCP is at {ENDPOINT}")
        known = await self.rules.verifier.known(_headers(scope, b"authorization"))
        if path == "/metrics":
            if not known.metrics:
                raise self.rules.verifier.insufficient(known, METRICS)
            return await self._figures(scope, receive, send)
        if not known.caller.sight.kinds:
            raise self.rules.verifier.insufficient(known, READ)
        return await self._mcp(scope, receive, send, known)

    async def _mcp(self, scope: Scope, receive: Receive, send: Send, known: Known) -> None:
        name = known.caller.name
        if self.stopping:
            raise Refused(503, "stopping", "the server is stopping; try again", {"Retry-After": "5"}, name)
        scope = {**scope, "user": _user(known)} if known.key else scope
        key = known.key or f"{(scope.get('client') or ('',))[0]}"
        with acting(known.caller):
            if _is_stream(scope):
                goes_on = partial(self._goes_on, _headers(scope, b"authorization"), known)
                await self._limits.stream(scope, receive, send, key, name, goes_on)
            else:
                await self._limits.call(scope, receive, self._counted(scope, send, key, name), key, name)

    def _counted(self, scope: Scope, send: Send, key: str, name: str) -> Send:
        """`send`, noting the sessions that begin, are used and end by it. Raises `Refused` for one too many."""
        given = "".join(_headers(scope, SESSION))
        if not given and not _is_modern(scope):
            self._sessions.check(key, name)

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] < 400:
                begun = next((value.decode("latin-1") for name, value in message["headers"] if name == SESSION), given)
                if scope["method"] == "DELETE":
                    self._sessions.ended(key, given)
                elif begun:
                    self._sessions.used(key, begun)
            await send(message)

        return noting

    async def _goes_on(self, authorization: list[str], before: Known) -> bool:
        """Whether a stream may go on: the server does, and the token still stands for the same."""
        try:
            return not self.stopping and await self.rules.verifier.known(authorization) == before
        except Refused:
            return False

    def _note(self, scope: Scope, refused: Refused) -> None:
        address = f"{(scope.get('client') or ('',))[0]}"
        request = clean(f"{scope['method']} {scope['path']}")
        agent = clean(" ".join(_headers(scope, b"user-agent")))
        self._audit.refuse(Refusal(refused.why, refused.status, refused.caller, address, request, agent))


def _is_stream(scope: Scope) -> bool:
    """Whether a request opens a stream of notices: of a session (GET), or without one."""
    if scope["method"] == "GET":
        return True
    return _is_modern(scope) and _headers(scope, b"mcp-method") == [
        LISTEN
    ]  # of these versions the SDK checks that the body agrees


def _is_modern(scope: Scope) -> bool:
    """Whether a request is of a protocol without sessions."""
    return any(version in MODERN_PROTOCOL_VERSIONS for version in _headers(scope, b"mcp-protocol-version"))


def _user(known: Known) -> AuthenticatedUser:
    """The caller as the SDK knows them: a session answers to nobody but who has begun it."""
    claims = {"iss": known.issuer} if known.issuer else None
    token = AccessToken(token="", client_id=known.key, scopes=list(known.scopes), subject=known.key, claims=claims)
    return AuthenticatedUser(token)


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def _tell(refused: Refused, send: Send) -> None:
    body = refused.body
    own = {"content-type": "application/json", "content-length": f"{len(body)}", "cache-control": "no-store"}
    headers = [(key.lower().encode(), value.encode("latin-1")) for key, value in {**own, **refused.headers}.items()]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
