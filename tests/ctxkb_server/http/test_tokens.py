from __future__ import annotations

import json
import stat
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.view import Sight
from ctxkb.errors import ConfigError, StoreError
from ctxkb.types import Kind
from ctxkb_server.http.scopes import checked, granted
from ctxkb_server.http.tokens import TokenFile, expiry, found

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_only_the_hash_is_kept_and_only_for_its_owner(tmp_path: Path) -> None:
    """The secret is nowhere in the folder; the file is closed to others from the moment it is there."""
    file = TokenFile(tmp_path)
    token, secret = file.create("ci", ("read",), NOW + timedelta(days=1))
    assert len(secret) == 46
    assert secret.startswith("kb_")
    assert [path for path in tmp_path.iterdir() if secret[3:].encode() in path.read_bytes()] == []
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []
    assert file.read() == (token,)
    assert found(file.read(), secret) == token
    assert found(file.read(), f"{secret}x") is None


def test_states(tmp_path: Path) -> None:
    """A token is active until it expires or is revoked."""
    file = TokenFile(tmp_path)
    token, _ = file.create("ci", ("read",), NOW)
    assert [token.state(NOW - timedelta(seconds=1)), token.state(NOW)] == ["active", "expired"]
    assert file.revoke("ci").state(NOW) == "revoked"
    assert [one.state(NOW) for one in file.read()] == ["revoked"]
    again, _ = file.create("ci", ("read",), None)
    assert again.state(NOW + timedelta(days=99_999)) == "active"
    assert file.revoke(again.id).id == again.id


@pytest.mark.parametrize("name", ["", "a\nb", "x" * 61, "a/b", "é\u2028"])
def test_names_that_would_spoil_a_log_are_refused(tmp_path: Path, name: str) -> None:
    """Names are short and plain."""
    with pytest.raises(ConfigError, match="a token's name is up to 60 letters"):
        TokenFile(tmp_path).create(name, ("read",), None)


def test_a_name_is_given_once(tmp_path: Path) -> None:
    """Two tokens that count cannot be called the same; an unknown one cannot be revoked."""
    file = TokenFile(tmp_path)
    file.create("ci", ("read",), None)
    with pytest.raises(ConfigError, match='there is a token "ci" already; revoke it first'):
        file.create("ci", ("read",), None)
    with pytest.raises(ConfigError, match='no token is called "cd"; those that count: ci'):
        file.revoke("cd")


def test_many_make_tokens_at_once(tmp_path: Path) -> None:
    """None is lost."""
    threads = [
        threading.Thread(target=lambda number=number: TokenFile(tmp_path).create(f"t{number}", ("read",), None))
        for number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {token.name for token in TokenFile(tmp_path).read()} == {f"t{number}" for number in range(12)}


@pytest.mark.parametrize("content", ["", "{", "[]", '{"tokens": [{}]}', '{"tokens": [{"id": 1, "created": "x"}]}'])
def test_a_damaged_file_is_an_error_and_never_no_tokens(tmp_path: Path, content: str) -> None:
    """A server must not take it for a folder without tokens."""
    file = TokenFile(tmp_path)
    file.path.write_text(content)
    with pytest.raises(StoreError, match="cannot read the tokens"):
        file.read()


def test_times_without_a_zone_are_utc(tmp_path: Path) -> None:
    """Somebody may have edited the file."""
    file = TokenFile(tmp_path)
    file.create("ci", ("read",), NOW)
    held = json.loads(file.path.read_text())
    held["tokens"][0]["expires"] = "2026-11-21T13:00:00"
    file.path.write_text(json.dumps(held))
    assert file.read()[0].expires == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("12h", NOW + timedelta(hours=12)),
        ("90d", NOW + timedelta(days=90)),
        ("4w", NOW + timedelta(days=28)),
        ("2026-11-21", datetime(2026, 11, 22, tzinfo=UTC)),
        ("never", None),
    ],
)
def test_when_a_token_expires(text: str, end: datetime | None) -> None:
    """A span from now, the end of a day, or never."""
    assert expiry(text, NOW) == end


@pytest.mark.parametrize("text", ["", "0d", "12", "1y", "-1d", "2026-13-01", "2026-11-20", "tomorrow", "99999999d"])
def test_what_is_no_time_to_expire(text: str) -> None:
    """Refused with what to write."""
    with pytest.raises(ConfigError, match=r"write 12h, 90d, 4w|is past"):
        expiry(text, NOW)


def test_scopes() -> None:
    """Kinds add up, paths narrow, words of others allow nothing."""
    assert granted(["read"]).sight == Sight()
    assert granted(["read:decision", "read:guide", "openid"]).sight.kinds == {Kind.DECISION, Kind.GUIDE}
    assert granted(["read", "path:docs/**", "path:!docs/x/**"]).sight.paths == ("docs/**", "!docs/x/**")
    assert not granted(["openid", "path:**", "write"]).reads
    assert (granted(["write"]).write, granted(["metrics"]).metrics, granted(["read"]).write) == (True, True, False)
    with pytest.raises(ConfigError, match="leaves the repository"):
        granted(["read", "path:../**"])


@pytest.mark.parametrize("scopes", [["raed"], ["read:decisions"], ["path:docs/**"], ["write"], [], ["read", "path:"]])
def test_scopes_that_make_no_sense_are_refused(scopes: list[str]) -> None:
    """A typing error must not make a token that allows less or more than was meant."""
    with pytest.raises(ConfigError):
        checked(scopes)
