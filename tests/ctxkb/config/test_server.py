from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import load_config
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "line",
    [
        'issuer = "http://login.example.com"', 'public_url = "kb.example.com/mcp"', 'jwks_url = "https://a/keys?x=1"',
        'algorithms = ["none"]', 'algorithms = ["HS256"]', "algorithms = []", 'allowed_origins = ["*"]',
        'allowed_origins = ["https://a/b"]', 'allowed_hosts = ["*"]', 'allowed_hosts = ["https://a"]', "rate = 0",
        "concurrency = 0", "slow_seconds = 0", "max_body_kb = 0",
    ],
)  # fmt: skip
def test_settings_that_would_open_the_server_are_refused(tmp_path: Path, line: str) -> None:
    """No wildcard, no plain HTTP to an issuer elsewhere, no unsigned or shared-secret tokens, no bound of nothing."""
    (tmp_path / "kb.toml").write_text(f"[server]\n{line}\n")
    with pytest.raises(ConfigError, match=r"kb\.toml:2: server\."):
        load_config(tmp_path)


def test_an_issuer_needs_to_know_what_its_tokens_are_for(tmp_path: Path) -> None:
    """Tokens that were meant for another server must not be taken."""
    (tmp_path / "kb.toml").write_text('[server]\nissuer = "https://login.example.com"\n')
    with pytest.raises(ConfigError, match="issuer needs public_url beside it"):
        load_config(tmp_path)


def test_settings_of_a_team_server(tmp_path: Path) -> None:
    """What a real one would say."""
    (tmp_path / "kb.toml").write_text(
        '[server]\nissuer = "https://login.example.com/realms/kb"\npublic_url = "https://kb.example.com/mcp"\n'
        'allowed_hosts = ["KB.lan:8443"]\nallowed_origins = ["https://tools.example.com"]\nalgorithms = ["ES256"]\n'
    )
    server = load_config(tmp_path).server
    assert (server.allowed_hosts, server.algorithms, server.rate) == (("kb.lan:8443",), ("ES256",), 20)
