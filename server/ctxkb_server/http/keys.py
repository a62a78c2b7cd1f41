"""The public keys of an issuer, fetched when they are needed and no more often than is polite."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Any

import jwt

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    Fetch = Callable[[str], Awaitable[Any]]

FRESH_SECONDS = 600.0
"""After which the keys are fetched again."""

STALE_SECONDS = 86_400.0
"""As long keys hold while the issuer cannot be reached."""

LEAST_SECONDS = 30.0
"""Between two fetches, however many tokens name keys that nobody knows."""

TIMEOUT_SECONDS = 5.0
LARGEST = 256_000
METADATA = ("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server")


class KeysError(Exception):
    """The keys of an issuer cannot be had, or none has the name that a token gives."""


class Keys:
    """The keys of `issuer` by their names; from `address`, or where the issuer's own metadata says."""

    def __init__(self, issuer: str, address: str = "", fetch: Fetch | None = None) -> None:
        self._issuer = issuer
        self._address = address
        self._fetch = fetch or fetched
        self._held: Mapping[str, jwt.PyJWK] = {}
        self._fetched_at = -STALE_SECONDS
        self._tried_at = -LEAST_SECONDS
        self._lock = asyncio.Lock()

    async def key(self, name: str) -> jwt.PyJWK:
        """The key of that name; "" is the only one there is. Raises `KeysError`."""
        if self._age() > FRESH_SECONDS or self._find(name) is None:
            await self._refresh(name)
        found = self._find(name) if self._age() <= STALE_SECONDS else None
        if found is None:
            raise KeysError("it names a key that the issuer does not publish")
        return found

    def _age(self) -> float:
        return time.monotonic() - self._fetched_at

    def _find(self, name: str) -> jwt.PyJWK | None:
        if not name and len(self._held) == 1:
            return next(iter(self._held.values()))
        return self._held.get(name)

    async def _refresh(self, name: str) -> None:
        """Fetches the keys unless that was just tried; where it fails the old ones stay."""
        async with self._lock:
            if self._age() <= FRESH_SECONDS and self._find(name) is not None:
                return
            if time.monotonic() - self._tried_at < LEAST_SECONDS:
                return
            self._tried_at = time.monotonic()
            try:
                self._held = _usable(await self._fetch(await self._place()))
            except (OSError, ValueError, KeysError) as error:
                if self._age() > STALE_SECONDS:
                    raise KeysError(f"the keys of the issuer cannot be fetched: {error}") from error
                return
            self._fetched_at = time.monotonic()

    async def _place(self) -> str:
        """Where the keys are. What the metadata says is believed only if it is of this issuer."""
        problem = "it publishes no metadata"
        for path in () if self._address else METADATA:
            try:
                told = await self._fetch(f"{self._issuer.rstrip('/')}{path}")
            except (OSError, ValueError) as error:
                problem = str(error)
                continue
            if isinstance(told, dict) and told.get("issuer") == self._issuer and _safe(told.get("jwks_uri")):
                self._address = str(told["jwks_uri"])
                break
            problem = "its metadata is of another issuer, or names no safe place for keys"
        if not self._address:
            raise KeysError(problem)
        return self._address


def _safe(address: object) -> bool:
    from ctxkb.config.server import is_secure

    return isinstance(address, str) and is_secure(address)


def _usable(told: Any) -> dict[str, jwt.PyJWK]:  # noqa: ANN401 - what an issuer sends may be anything
    """The keys for signatures; what this library does not know is left out."""
    entries = told.get("keys", []) if isinstance(told, dict) else []
    found: dict[str, jwt.PyJWK] = {}
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("use", "sig") != "sig" or entry.get("kty") == "oct":
            continue
        try:
            found[str(entry.get("kid", ""))] = jwt.PyJWK(entry)
        except jwt.PyJWTError:
            continue
    if not found:
        raise ValueError("there is no key in what it publishes")
    return found


async def fetched(address: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """The JSON at an address. Raises `OSError` or `ValueError` where there is none, or it is too large or too slow."""
    import httpx2

    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            httpx2.AsyncClient(follow_redirects=False, timeout=TIMEOUT_SECONDS) as client,
            client.stream("GET", address, headers={"Accept": "application/json"}) as answer,
        ):
            if answer.status_code != 200:
                raise OSError(f"{address} answers {answer.status_code}")
            content = bytearray()
            async for part in answer.aiter_bytes():
                content += part
                if len(content) > LARGEST:
                    raise ValueError(f"{address} sends more than {LARGEST} bytes")
    except httpx2.HTTPError as error:
        raise OSError(f"{address} cannot be reached: {type(error).__name__}") from error
    return json.loads(bytes(content))
