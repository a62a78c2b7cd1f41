"""Who sends a request: the name, the sight and the rights that its bearer token stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError, StoreError
from ctxkb_server.arguments import clean
from ctxkb_server.caller import Caller
from ctxkb_server.http.issuer import BadTokenError, scopes_of
from ctxkb_server.http.refused import Refused
from ctxkb_server.http.scopes import READ, granted
from ctxkb_server.http.tokens import PREFIX, Token, TokenFile, found

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ctxkb_server.http.issuer import Issuer

LONGEST_NAME = 100
_BEARER = re.compile(r"bearer +([\w.~+/=-]+)", re.IGNORECASE)

Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose token counts: `key` tells them from all others, `scopes` are what the token says."""

    caller: Caller
    key: str
    scopes: tuple[str, ...]
    metrics: bool
    issuer: str = ""


OPEN = Known(Caller("", write=True, transport="http"), "", (), metrics=True)
"""Whoever asks a server that wants no tokens: it listens to this machine alone."""


class HeldTokens:
    """The tokens of a file, read again when it changes. Where it cannot be read no token counts."""

    def __init__(self, folder: Path) -> None:
        self._file = TokenFile(folder)
        self._stamp: Stamp | None = None
        self._tokens: tuple[Token, ...] = ()

    def now(self) -> tuple[Token, ...]:
        """The tokens of the moment. Raises `StoreError`."""
        stamp = self._look()
        if stamp != self._stamp:
            self._tokens = ()
            self._tokens = self._file.read()
            self._stamp = stamp
        return self._tokens

    def _look(self) -> Stamp:
        try:
            found = self._file.path.stat()
        except OSError:
            return (0, 0, 0)
        return found.st_ino, found.st_mtime_ns, found.st_size


class Verifier:
    """Tells who sends a request. Until `required`, or there is a token, whoever asks may see everything.

    `metadata` is the address of the server's RFC 9728 metadata, "" where it has none.
    """

    def __init__(self, tokens: HeldTokens, issuer: Issuer | None, metadata: str, *, required: bool) -> None:
        self._tokens = tokens
        self._issuer = issuer
        self._metadata = metadata
        self.required = required

    async def known(self, authorization: Iterable[str]) -> Known:
        """Who sends a request with these `Authorization` headers. Raises `Refused`."""
        if not self._wanted():
            return OPEN
        given = list(authorization)
        if not given:
            raise Refused(
                401, "no token", "this server wants a token: send Authorization: Bearer TOKEN", self._asking()
            )
        match = _BEARER.fullmatch(given[0].strip()) if len(given) == 1 else None
        if match is None:
            raise self._bad("no bearer token", "the Authorization header must be one bearer token")
        return self._own(match[1]) if match[1].startswith(PREFIX) else await self._issued(match[1])

    def _wanted(self) -> bool:
        """Whether a token is wanted: once one was seen it always is, also where the file is gone or damaged."""
        if not self.required:
            try:
                self.required = bool(self._tokens.now())
            except StoreError:
                self.required = True
        return self.required

    def insufficient(self, known: Known, scope: str) -> Refused:
        """The refusal of somebody who is known, and lacks a scope."""
        told = f"the token does not allow this: it lacks the scope {scope}"
        headers = self._asking("insufficient_scope", told, scope)
        return Refused(403, f"lacks the scope {scope}", told, headers, known.caller.name)

    def _own(self, secret: str) -> Known:
        try:
            token = found(self._tokens.now(), secret)
        except StoreError as error:
            raise Refused(503, f"{error}", "the server cannot read its tokens; tell whoever runs it") from error
        if token is None:
            raise self._bad("an unknown token", "the token is not known here")
        state = token.state(datetime.now(UTC))
        if state != "active":
            raise self._bad(f"a token that is {state}", f"the token is {state}; ask for a new one", token.name)
        return self._granted(token.name, f"token:{token.id}", token.scopes)

    async def _issued(self, secret: str) -> Known:
        if self._issuer is None:
            raise self._bad("an unknown token", "the token is not known here")
        try:
            claims = await self._issuer.claims(secret)
        except BadTokenError as error:
            raise self._bad(f"a bad token: {error}", f"the token does not count: {error}") from error
        subject, client = (
            clean(str(claims.get(key, "")))[:LONGEST_NAME]
            for key in ("sub", "client_id" if "client_id" in claims else "azp")
        )
        name = subject or client
        if not name:
            raise self._bad("a bad token: nobody's", "the token does not count: it names nobody")
        return self._granted(name, f"{self._issuer.name} {client} {subject}", scopes_of(claims), self._issuer.name)

    def _granted(self, name: str, key: str, scopes: tuple[str, ...], issuer: str = "") -> Known:
        try:
            grant = granted(scopes)
        except ConfigError as error:
            raise Refused(403, f"a scope that cannot be used: {error}", f"{error}", self._asking(), name) from error
        return Known(Caller(name, grant.sight, grant.write, "http"), key, scopes, grant.metrics, issuer)

    def _bad(self, why: str, told: str, caller: str = "") -> Refused:
        return Refused(401, why, told, self._asking("invalid_token", told), caller)

    def _asking(self, error: str = "", told: str = "", scope: str = "") -> dict[str, str]:
        """The challenge of RFC 6750, with the place of the metadata (RFC 9728)."""
        said = {"error": error, "error_description": told, "scope": scope or (READ if not error else "")}
        said["resource_metadata"] = self._metadata
        parts = ", ".join(f'{key}="{_quoted(value)}"' for key, value in said.items() if value)
        return {"WWW-Authenticate": f"Bearer {parts}"}


def _quoted(text: str) -> str:
    """Text for a quoted header: nothing in it can end the quotes or the line."""
    return re.sub(r'[^\x20-\x7e]|["\\]', "'", text)
