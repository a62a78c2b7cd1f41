"""Tokens of an OAuth issuer: JWTs that are checked here, with its public keys (RFC 9068, RFC 8725)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from ctxkb_server.http.keys import KeysError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxkb_server.http.keys import Keys

LEEWAY_SECONDS = 30
"""By which clocks may differ."""

LONGEST = 16_000
"""Characters of a token that are looked at."""

TYPES = frozenset({"jwt", "at+jwt", "application/at+jwt"})
_TOLD = (
    (jwt.ExpiredSignatureError, "it has expired"),
    (jwt.ImmatureSignatureError, "it is not valid yet"),
    (jwt.InvalidAudienceError, "it was issued for another audience"),
    (jwt.InvalidIssuerError, "it is of another issuer"),
    (jwt.MissingRequiredClaimError, "it lacks a claim that it must have"),
    (jwt.InvalidSignatureError, "its signature is wrong"),
)


class BadTokenError(Exception):
    """A token that does not count; the message says why, and may be told to who sent it."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Whose tokens are accepted: `name` is the issuer, `audience` what they must be meant for."""

    name: str
    audience: str
    algorithms: tuple[str, ...]
    keys: Keys

    async def claims(self, token: str) -> Mapping[str, Any]:
        """What a token says, once it is known to be true. Raises `BadTokenError`."""
        algorithm, key = self._head(token)
        try:
            held = await self.keys.key(key)
        except KeysError as error:
            raise BadTokenError(str(error)) from error
        if held.algorithm_name != algorithm and _family(held.algorithm_name) != _family(algorithm):
            raise BadTokenError("it is signed in another way than the key is meant for")
        options: Any = {"require": ["exp", "iss", "aud"], "strict_aud": False}
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                held.key,
                algorithms=[algorithm],
                audience=self.audience,
                issuer=self.name,
                leeway=LEEWAY_SECONDS,
                options=options,
            )
        except jwt.PyJWTError as error:
            raise BadTokenError(_told(error)) from error
        return claims

    def _head(self, token: str) -> tuple[str, str]:
        """The algorithm and the key that a token names, before anything of it is believed."""
        try:
            head = jwt.get_unverified_header(token) if len(token) <= LONGEST else {}
        except jwt.PyJWTError as error:
            raise BadTokenError("it is no token of this server, and no JWT") from error
        algorithm, key = head.get("alg"), head.get("kid", "")
        if algorithm not in self.algorithms:
            raise BadTokenError("it is signed in a way that is not accepted here")
        if str(head.get("typ", "jwt")).lower() not in TYPES or "crit" in head or not isinstance(key, str):
            raise BadTokenError("it is no access token")
        return str(algorithm), key


def scopes_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The scopes of a token: `scope` as RFC 9068 has it, else `scp` as some issuers write it."""
    given = claims.get("scope", claims.get("scp", ()))
    words = given.split() if isinstance(given, str) else given
    return tuple(word for word in words if isinstance(word, str)) if isinstance(words, list | tuple) else ()


def _family(algorithm: str) -> str:
    """RSA keys that name no algorithm serve several; each curve serves one."""
    return "RSA" if algorithm[:2] in {"RS", "PS"} else algorithm


def _told(error: jwt.PyJWTError) -> str:
    return next((told for kind, told in _TOLD if isinstance(error, kind)), "it cannot be verified")
