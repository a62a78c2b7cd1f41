from __future__ import annotations

import base64
import hmac
import json
from typing import TYPE_CHECKING

import jwt
import pytest

from support.network import (
    Issuing,
    Served,
    modern,
    network,
    tool_call,
)
from support.sample import sample

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Issuing]]:
    """A server that takes the tokens of an issuer."""
    root = sample(tmp_path_factory.mktemp("issued").resolve() / "sample").root
    issuing = Issuing()
    settings = (
        f'[server]\nissuer = "{issuing.name}"\npublic_url = "http://localhost/mcp"\naudience = "http://kb.test/mcp"\n'
    )
    (root / "kb.toml").write_text(f"{settings}burst = 1000\n", "utf-8")
    with network(root) as server:
        yield server, issuing
    issuing.close()


def test_a_token_of_the_issuer_is_taken(issued: tuple[Served, Issuing]) -> None:
    """Its subject is the caller's name in the log, its scopes are what it may see."""
    server, issuing = issued
    assert "AGENTS.md" in str(server.call("search", issuing.token(), query="log customer data"))
    assert server.log()[-1]["caller"] == "bob"
    narrow = issuing.token(scope=None, scp=["read:decision", "openid"])
    assert "AGENTS.md" not in str(server.call("search", narrow, query="log customer data"))


NOW = 1_000_000_000
BAD = {
    "expired": ({"exp": NOW}, 401, "a bad token: it has expired"),
    "without an end": ({"exp": None}, 401, "a bad token: it lacks a claim that it must have"),
    "not yet": ({"nbf": 4 * NOW}, 401, "a bad token: it is not valid yet"),
    "another audience": ({"aud": "http://other.test/mcp"}, 401, "a bad token: it was issued for another audience"),
    "no audience": ({"aud": None}, 401, "a bad token: it lacks a claim that it must have"),
    "another issuer": ({"iss": "http://other.test"}, 401, "a bad token: it is of another issuer"),
    "nobody's": ({"sub": None}, 401, "a bad token: nobody's"),
    "no scope": ({"scope": "openid email"}, 403, "lacks the scope read"),
    "a bad path": ({"scope": "read path:../x"}, 403, "a scope that cannot be used"),
}


@pytest.mark.parametrize(("claims", "status", "why"), BAD.values(), ids=BAD)
def test_a_token_that_says_the_wrong_thing_is_refused(
    issued: tuple[Served, Issuing], claims: dict[str, object], status: int, why: str
) -> None:
    """However well it is signed; the answer names the metadata, and the log says why."""
    server, issuing = issued
    answer = server.post(tool_call("search", query="x"), issuing.token(**claims), **modern("tools/call", "search"))
    assert answer.status_code == status
    challenge = answer.headers["www-authenticate"]
    assert 'resource_metadata="http://localhost/.well-known/oauth-protected-resource/mcp"' in challenge
    assert server.refusals()[-1].startswith(why)


def test_a_token_that_is_signed_wrongly_is_refused(issued: tuple[Served, Issuing]) -> None:
    """No signature, one with a shared secret, one by another key, one that was changed, one of another type."""
    server, issuing = issued
    good, key = issuing.token(), issuing.keys["first"]
    claims = jwt.decode(good, options={"verify_signature": False})
    head, body, signature = good.split(".")
    shared = f"{_packed(alg='HS256', typ='JWT', kid='first')}.{body}"
    public = json.dumps(issuing.told("/keys")).encode()
    stranger = Issuing()
    bad = [
        issuing.token(algorithm="none", key=""),
        f"{_packed(alg='none', kid='first')}.{body}.",
        f"{_packed(alg='NonE', kid='first')}.{body}.{signature}",
        f"{head}.{body}.",
        f"{shared}.{_base64(hmac.digest(public, shared.encode(), 'sha256'))}",
        issuing.token(key=stranger.keys["first"]),
        f"{head}.{body}.{signature[:-6]}AAAAAA",
        f"{head}.{body[:-4]}AAAA.{signature}",
        jwt.encode(claims, key, "RS512", headers={"kid": "first"}),
        jwt.encode(claims, key, "RS256", headers={"kid": "first", "crit": ["b64"]}),
        jwt.encode(claims, key, "RS256", headers={"kid": "first", "typ": "logout+jwt"}),
        "a.b.c",
        "." * 100,
        "x" * 20_000,
    ]
    stranger.close()
    for token in bad:
        answer = server.post(tool_call("search", query="x"), token, **modern("tools/call", "search"))
        assert answer.status_code == 401, token[:40]
    assert server.call("search", good, query="httpx")["content"]


def test_keys_that_turn_up_later_are_fetched_and_unknown_ones_only_now_and_then(issued: tuple[Served, Issuing]) -> None:
    """Tokens that name keys which nobody knows do not make the server ask the issuer again and again."""
    server, issuing = issued
    server.call("search", issuing.token(), query="x")
    before = issuing.fetched
    claims = jwt.decode(issuing.token(), options={"verify_signature": False})
    for number in range(20):
        forged = jwt.encode(claims, issuing.keys["first"], "RS256", headers={"kid": f"unknown-{number}"})
        answer = server.post(tool_call("search", query="x"), forged, **modern("tools/call", "search"))
        assert answer.status_code == 401
    assert issuing.fetched - before <= 1


def test_the_metadata_says_whose_tokens_are_taken(issued: tuple[Served, Issuing]) -> None:
    """RFC 9728: anybody may read the resource, the issuer and the scopes."""
    server, issuing = issued
    told = server.get("/.well-known/oauth-protected-resource/mcp").json()
    assert told["resource"] == "http://localhost/mcp"
    assert [place.rstrip("/") for place in told["authorization_servers"]] == [issuing.name]
    assert {"read", "read:decision", "write"} <= set(told["scopes_supported"])
    assert server.get("/.well-known/oauth-protected-resource/mcp", Host="evil.example").status_code == 421


def _packed(**head: str) -> str:
    return _base64(json.dumps(head).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
