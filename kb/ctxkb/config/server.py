"""How `kb serve` behaves: the table `[server]`. All but `audit` concern `kb serve --http`."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from ctxkb.config.table import Table

Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""How an issuer may sign: with a key of which only the public half is known here."""

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_secure(address: str) -> bool:
    """Whether nobody on the way to an address can read or change what is sent: HTTPS, or HTTP on one machine."""
    try:
        parts = urlsplit(address)
        secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        return secure and bool(parts.hostname) and parts.port != 0 and not parts.query and not parts.fragment
    except ValueError:
        return False


def _https(text: str) -> str:
    if text and not is_secure(text):
        raise ValueError(f'"{text}" is not an address that begins with https://')
    return text


def _origin(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path or parts.query or text == "*":
        raise ValueError(f'"{text}" is no origin; write it as "https://tools.example.com"')
    return text.lower()


def _host(text: str) -> str:
    if not text or "/" in text or "*" in text or text != text.strip():
        raise ValueError(f'"{text}" is no host; write it as "kb.example.com" or "kb.example.com:8443"')
    return text.lower()


Https = Annotated[str, AfterValidator(_https)]
Origins = Annotated[tuple[Annotated[str, AfterValidator(_origin)], ...], Field(strict=False)]
Hosts = Annotated[tuple[Annotated[str, AfterValidator(_host)], ...], Field(strict=False)]
Algorithms = Annotated[tuple[Algorithm, ...], Field(strict=False, min_length=1)]


class Server(Table):
    """How `kb serve` behaves."""

    audit: bool = Field(default=True, description="Whether calls are logged in `.kb/audit.jsonl`.")
    audit_mb: int = Field(
        default=10,
        ge=1,
        le=10_000,
        description="Megabytes of the log after which a new one is begun; one old one stays.",
    )
    allowed_hosts: Hosts = Field(
        default=(), description="Names by which clients reach `kb serve --http`, with or without a port."
    )
    allowed_origins: Origins = Field(
        default=(), description="Origins of web pages whose scripts may talk to `kb serve --http`."
    )
    public_url: Https = Field(
        default="", description="The address of the server as clients write it, such as https://kb.example.com/mcp."
    )
    issuer: Https = Field(default="", description='The OAuth issuer whose tokens are accepted; "" is none.')
    audience: str = Field(default="", description="The audience that such a token must name; `public_url` if empty.")
    jwks_url: Https = Field(
        default="", description="Where the issuer publishes its keys; its own metadata tells if empty."
    )
    algorithms: Algorithms = Field(default=("RS256", "ES256", "EdDSA"), description="How such a token may be signed.")
    max_body_kb: int = Field(default=1024, ge=1, le=100_000, description="The largest request, in kilobytes.")
    rate: int = Field(default=20, ge=1, le=100_000, description="Requests a second that one caller may send over time.")
    burst: int = Field(default=100, ge=1, le=100_000, description="Requests that one caller may send at once.")
    concurrency: int = Field(
        default=2, ge=1, le=256, description="Requests that are worked on at once: of more, none is answered sooner."
    )
    waiting: int = Field(
        default=64, ge=0, le=10_000, description="Requests that may wait for that; more are told to come again."
    )
    request_seconds: int = Field(default=30, ge=1, le=3600, description="Seconds after which a request is given up.")
    slow_seconds: int = Field(
        default=10, ge=1, le=600, description="Seconds that a client may take to send a request, or to take an answer."
    )
    max_connections: int = Field(default=1000, ge=1, le=100_000, description="Connections that may be open at once.")
    max_sessions: int = Field(default=1000, ge=1, le=100_000, description="MCP sessions that may be open at once.")
    max_streams: int = Field(default=200, ge=0, le=100_000, description="Streams of notices that may be open at once.")
    session_minutes: int = Field(
        default=30, ge=1, le=10_080, description="Minutes without a request after which a session ends."
    )

    @model_validator(mode="after")
    def _named(self) -> Server:
        if self.issuer and not self.public_url:
            raise ValueError("issuer needs public_url beside it: the address that its tokens are meant for")
        return self
