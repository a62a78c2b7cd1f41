from __future__ import annotations

import asyncio
import json
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from ctxkb_server.http import keys as module
from ctxkb_server.http.issuer import BadTokenError, Issuer, scopes_of
from ctxkb_server.http.keys import Keys, KeysError

ISSUER = "https://login.example.com"
METADATA = f"{ISSUER}/.well-known/openid-configuration"
RSA_KEY = rsa.generate_private_key(65_537, 2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())


def _jwk(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, **more: object) -> dict[str, Any]:
    public = key.public_key()
    kind: Any = jwt.algorithms.RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else jwt.algorithms.ECAlgorithm
    return {**json.loads(kind.to_jwk(public)), **more}


class Web:
    """Answers by address, counts, and may be down."""

    def __init__(self, **pages: object) -> None:
        self.pages: dict[str, object] = {METADATA: {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys"}, **pages}
        self.asked: list[str] = []
        self.down = False

    async def __call__(self, address: str) -> object:
        """The page of that address."""
        self.asked.append(address)
        if self.down or address not in self.pages:
            raise OSError(f"{address} answers 404")
        return self.pages[address]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, in seconds."""
    now = [1_000_000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def _web(*entries: dict[str, Any]) -> Web:
    return Web(**{f"{ISSUER}/keys": {"keys": list(entries)}})


def test_keys_are_found_fetched_once_and_again_when_they_are_old(clock: list[float]) -> None:
    """The metadata is asked once, the keys every ten minutes."""
    web = _web(_jwk(RSA_KEY, kid="a"), _jwk(EC_KEY, kid="b"))
    keys = Keys(ISSUER, fetch=web)
    for name in ("a", "b", "a"):
        assert asyncio.run(keys.key(name)).key_id == name
    assert web.asked == [METADATA, f"{ISSUER}/keys"]
    clock[0] += module.FRESH_SECONDS + 1
    asyncio.run(keys.key("a"))
    assert web.asked[2:] == [f"{ISSUER}/keys"]


def test_a_new_key_is_found_and_unknown_ones_do_not_hammer_the_issuer(clock: list[float]) -> None:
    """At most one fetch each half minute, whatever tokens name."""
    web = _web(_jwk(RSA_KEY, kid="a"))
    keys = Keys(ISSUER, fetch=web)
    asyncio.run(keys.key("a"))
    for number in range(50):
        with pytest.raises(KeysError, match="does not publish"):
            asyncio.run(keys.key(f"x{number}"))
    assert len(web.asked) == 2
    web.pages[f"{ISSUER}/keys"] = {"keys": [_jwk(EC_KEY, kid="new")]}
    clock[0] += module.LEAST_SECONDS + 1
    assert asyncio.run(keys.key("new")).key_id == "new"
    with pytest.raises(KeysError):
        asyncio.run(keys.key("a"))


def test_keys_hold_for_a_while_without_their_issuer(clock: list[float]) -> None:
    """For a day; then nobody can tell whether they still count."""
    web = _web(_jwk(RSA_KEY, kid="a"))
    keys = Keys(ISSUER, fetch=web)
    asyncio.run(keys.key("a"))
    web.down = True
    clock[0] += module.STALE_SECONDS - 1
    assert asyncio.run(keys.key("a")).key_id == "a"
    clock[0] += module.LEAST_SECONDS + 1
    with pytest.raises(KeysError):
        asyncio.run(keys.key("a"))


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example", "jwks_uri": f"{ISSUER}/keys"},
        {"issuer": ISSUER, "jwks_uri": "http://evil.example/keys"},
        {"issuer": ISSUER, "jwks_uri": "file:///etc/passwd"},
        {"issuer": ISSUER},
        ["no"],
    ],
)
def test_metadata_that_is_not_of_the_issuer_is_not_believed(clock: list[float], metadata: object) -> None:
    """Its name must be the issuer's, and the keys must come over HTTPS."""
    assert clock
    web = Web(**{METADATA: metadata, f"{ISSUER}/keys": {"keys": [_jwk(RSA_KEY, kid="a")]}})
    with pytest.raises(KeysError):
        asyncio.run(Keys(ISSUER, fetch=web).key("a"))


def test_what_is_no_key_for_signatures_is_left_out(clock: list[float]) -> None:
    """Shared secrets, keys to encrypt with and what nobody knows."""
    assert clock
    odd = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "shared", "alg": "HS256"}, {"kty": "X", "kid": "x"}, "no", {},
        _jwk(RSA_KEY, kid="enc", use="enc"), {"kty": "RSA", "kid": "broken", "n": "!", "e": "AQAB"},
    ]  # fmt: skip
    keys = Keys(ISSUER, fetch=_web(*odd, _jwk(RSA_KEY, kid="a")))  # type: ignore[arg-type]
    assert asyncio.run(keys.key("a")).key_id == "a"
    for name in ("shared", "x", "enc", "broken"):
        with pytest.raises(KeysError):
            asyncio.run(keys.key(name))
    assert asyncio.run(keys.key("")).key_id == "a"


def test_a_key_of_one_kind_does_not_verify_another(clock: list[float]) -> None:
    """An elliptic key is no RSA key, whatever the token says."""
    assert clock
    keys = Keys(ISSUER, fetch=_web(_jwk(EC_KEY, kid="ec"), _jwk(RSA_KEY, kid="rsa")))
    issuer = Issuer(ISSUER, "me", ("RS256", "ES256"), keys)
    claims = {"iss": ISSUER, "aud": "me", "exp": 4_000_000_000, "sub": "bob"}
    good = jwt.encode(claims, EC_KEY, "ES256", headers={"kid": "ec"})
    assert asyncio.run(issuer.claims(good))["sub"] == "bob"
    for key, algorithm, kid in ((RSA_KEY, "RS256", "ec"), (EC_KEY, "ES256", "rsa")):
        with pytest.raises(BadTokenError, match="another way"):
            asyncio.run(issuer.claims(jwt.encode(claims, key, algorithm, headers={"kid": kid})))


@pytest.mark.parametrize(
    ("claims", "scopes"),
    [
        ({"scope": "read write"}, ("read", "write")),
        ({"scp": ["read", 5, None]}, ("read",)),
        ({"scp": "read"}, ("read",)),
        ({"scope": {"a": 1}}, ()),
        ({}, ()),
    ],
)
def test_scopes_of_a_token(claims: dict[str, object], scopes: tuple[str, ...]) -> None:
    """As a text or a list; anything else allows nothing."""
    assert scopes_of(claims) == scopes
