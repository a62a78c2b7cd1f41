from __future__ import annotations

import pytest

from ctxkb.config import Server
from ctxkb.errors import ConfigError
from ctxkb_server.http.hosts import host_name, is_loopback, places_of
from ctxkb_server.http.refused import Refused
from ctxkb_server.http.run import parse_address


def _status(bound: str, host: list[str], origin: list[str], **settings: object) -> int:
    try:
        places_of(Server(**settings), bound).check(host, origin)  # type: ignore[arg-type]
    except Refused as refused:
        return refused.status
    return 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8000", 200), ("localhost:1", 200), ("[::1]:8000", 200), ("LOCALHOST", 200),
        ("", 421), ("evil.example", 421), ("127.0.0.1.evil.example", 421), ("localhost.evil.example", 421),
        ("127.0.0.1:x", 421), ("127.0.0.1@evil.example", 421), ("evil.example#127.0.0.1", 421), ("127.0.0.1/x", 421),
        ("[::1", 421), ("127.1", 421), ("2130706433", 421), ("192.168.1.5", 421), ("localhost evil", 421),
    ],
)  # fmt: skip
def test_hosts_on_loopback(host: str, status: int) -> None:
    """This machine by its own names, and by no other."""
    assert _status("127.0.0.1", [host], []) == status


def test_hosts_elsewhere() -> None:
    """The address itself, any number where it stands for all, and the names that are allowed."""
    assert _status("192.168.1.5", ["192.168.1.5:8000"], []) == 200
    assert _status("192.168.1.5", ["192.168.1.6"], []) == 421
    assert _status("0.0.0.0", ["10.1.1.1"], []) == 200  # noqa: S104 - nothing listens
    assert _status("::", ["[fe80::1]:8000"], []) == 200
    assert _status("0.0.0.0", ["localhost"], []) == 421  # noqa: S104 - as above
    assert _status("0.0.0.0", ["kb.lan:1"], [], allowed_hosts=["kb.lan"]) == 200  # noqa: S104 - as above
    assert _status("0.0.0.0", ["kb.lan:1"], [], allowed_hosts=["kb.lan:2"]) == 421  # noqa: S104 - as above
    assert _status("127.0.0.1", ["kb.lan"], [], public_url="https://kb.lan/mcp") == 200


def test_one_host_and_at_most_one_origin() -> None:
    """None, or several, are no way to ask."""
    assert _status("127.0.0.1", [], []) == 421
    assert _status("127.0.0.1", ["localhost", "localhost"], []) == 421
    assert _status("127.0.0.1", ["localhost"], ["http://localhost", "http://localhost"]) == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:3000", 200), ("https://127.0.0.1", 200), ("http://[::1]:1", 200), ("https://tools.lan", 200),
        ("https://tools.lan:444", 403), ("http://tools.lan", 403), ("null", 403), ("file://", 403), ("", 403),
        ("http://localhost.evil.example", 403), ("http://evil.example/localhost", 403), ("localhost", 403),
    ],
)  # fmt: skip
def test_origins(origin: str, status: int) -> None:
    """Pages of this machine, and those that are allowed, to the letter."""
    assert _status("127.0.0.1", ["localhost"], [origin], allowed_origins=["https://Tools.lan"]) == status


def test_names() -> None:
    """A host's name without its port; loopback by number and name."""
    assert [host_name(host) for host in ("a:1", "[::1]:1", "a b", "a:", "a:99999")] == ["a", "::1", "", "a", ""]
    assert [is_loopback(host) for host in ("127.9.9.9", "::1", "localhost", "0.0.0.0", "kb.lan")] == [  # noqa: S104 - no
        True, True, True, False, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("127.0.0.1:8000", ("127.0.0.1", 8000)), ("8000", ("127.0.0.1", 8000)), (":8000", ("127.0.0.1", 8000)),
        ("[::1]:0", ("::1", 0)), ("kb.lan:80", ("kb.lan", 80)),
    ],
)  # fmt: skip
def test_addresses(text: str, address: tuple[str, int]) -> None:
    """Host and port, or a port of loopback."""
    assert parse_address(text) == address


@pytest.mark.parametrize("text", ["", "localhost", "a:b", "::1:80", "http://a:80", "a:65536", "a b:80", "a:80/x"])
def test_what_is_no_address(text: str) -> None:
    """Refused with what to write."""
    with pytest.raises(ConfigError, match="is no address to listen on; write"):
        parse_address(text)
