from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import time
from typing import TYPE_CHECKING, Literal

import httpx2
import pytest
from mcp import Client

from support.network import (
    HEAD,
    TASK,
    bearer,
    message,
    modern,
    network,
    new_token,
    tool_call,
    until,
)
from support.sample import kb, sample

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_both_eras_are_served(tmp_path: Path, mode: Literal["auto", "legacy"]) -> None:
    """On loopback, without tokens, a client of either era lists, calls and reads, as over standard input and output."""
    root = sample(tmp_path.resolve() / "sample").root

    async def conversation(url: str) -> None:
        async with Client(url, mode=mode) as client:
            assert {"get_context", "search", "read"} <= {tool.name for tool in (await client.list_tools()).tools}
            found = await client.call_tool("get_context", {"task": TASK, "paths": ["api/x.py"]})
            assert "- Never log customer data." in found.model_dump_json()
            read = await client.read_resource("kb://decision/docs/adr/0002-call-services-with-httpx.md")
            assert "httpx with a timeout" in read.model_dump_json()

    with network(root) as server:
        asyncio.run(conversation(server.mcp))
        calls = [entry for entry in server.log() if "tool" in entry]
        assert [(call["transport"], call["tool"]) for call in calls] == [
            ("http", "get_context"),
            ("http", "resources/read"),
        ]
        assert server.ended() == 0
    assert not (root / ".kb" / "owner.json").exists()


def test_an_address_that_others_reach_needs_tokens(tmp_path: Path) -> None:
    """Without one, or with none that counts, it ends with 2 and one line; loopback needs none."""
    root = sample(tmp_path / "sample").root
    done = kb(root, "serve", "--http", "0.0.0.0:0")
    assert (done.returncode, done.stdout) == (2, "")
    told = done.stderr.splitlines()
    assert len(told) == 1
    assert told[0].startswith("kb: error: 0.0.0.0 can be reached from elsewhere and there is no token: make one with")
    new_token(root, "old")
    assert kb(root, "token", "revoke", "old").returncode == 0
    assert kb(root, "serve", "--http", "[::]:0").returncode == 2


def test_a_wildcard_address_is_reached_by_number_and_by_the_names_that_are_allowed(tmp_path: Path) -> None:
    """Of names only the allowed ones: any other could be one that a page has pointed here."""
    root = sample(tmp_path / "sample").root
    (root / "kb.toml").write_text('[server]\nallowed_hosts = ["kb.lan"]\nallowed_origins = ["https://tools.lan"]\n')
    token = new_token(root, "all")
    with network(root, host="0.0.0.0") as server:  # noqa: S104 - that is what is tested
        call, head = tool_call("search", query="x"), modern("tools/call", "search")
        statuses = {
            host: server.post(call, token, **head, Host=host).status_code
            for host in (
                "127.0.0.1",
                "10.1.2.3:99",
                "kb.lan",
                "kb.lan:8000",
                "localhost",
                "other.lan",
                "kb.lan.evil.example",
            )
        }
        assert statuses == {
            "127.0.0.1": 200, "10.1.2.3:99": 200, "kb.lan": 200, "kb.lan:8000": 200, "localhost": 421, "other.lan": 421,
            "kb.lan.evil.example": 421,
        }  # fmt: skip
        assert server.post(call, token, **head, Origin="http://localhost").status_code == 403
        answer = server.post(call, token, **head, Origin="https://tools.lan")
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "https://tools.lan")
        asked = {"Origin": "https://tools.lan", "Access-Control-Request-Method": "POST"}
        assert httpx2.options(server.mcp, headers=asked).status_code == 200


def test_tokens_and_configuration_are_read_again(tmp_path: Path) -> None:
    """A token counts, and no longer counts, from the next request on; SIGHUP reads kb.toml, unless it is wrong."""
    root = sample(tmp_path / "sample").root
    first = new_token(root, "first")
    with network(root) as server:
        call, head = tool_call("search", query="x"), modern("tools/call", "search")
        second = new_token(root, "second")
        assert server.post(call, second, **head).status_code == 200
        assert kb(root, "token", "revoke", "second").returncode == 0
        assert server.post(call, second, **head).status_code == 401
        assert server.post(call, first, **head, Host="kb.lan").status_code == 421
        (root / "kb.toml").write_text('[server]\nallowed_hosts = ["kb.lan"]\n')
        server.process.send_signal(signal.SIGHUP)
        until(lambda: server.post(call, first, **head, Host="kb.lan").status_code == 200)
        (root / "kb.toml").write_text('[server]\nallowed_hosts = "kb.lan"\n')
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any("the configuration stays as it was" in line for line in server.said))
        assert server.post(call, first, **head, Host="kb.lan").status_code == 200
        (root / ".kb" / "tokens.json").unlink()
        assert server.post(call, first, **head).status_code == 401


def test_the_first_token_closes_the_server(tmp_path: Path) -> None:
    """From then on everybody needs one, also after a reload, and also where the file is damaged or gone."""
    root = sample(tmp_path / "sample").root
    with network(root) as server:
        call, head = tool_call("search", query="x"), modern("tools/call", "search")
        assert server.post(call, **head).status_code == 200
        token = new_token(root, "first")
        assert [server.post(call, one, **head).status_code for one in ("", token)] == [401, 200]
        path = root / ".kb" / "tokens.json"
        path.write_text("{")
        assert [server.post(call, one, **head).status_code for one in ("", token)] == [401, 503]
        path.unlink()
        server.process.send_signal(signal.SIGHUP)
        until(lambda: any("read again" in line for line in server.said))
        assert [server.post(call, one, **head).status_code for one in ("", token)] == [401, 401]


def test_a_stream_ends_with_its_token_and_with_the_server(tmp_path: Path) -> None:
    """Notices go on while the token counts; a signal ends them, answers what is under way, and ends with 0."""
    root = sample(tmp_path / "sample").root
    tokens = [new_token(root, "one"), new_token(root, "two")]
    listen = message("subscriptions/listen", notifications={"resourcesListChanged": True})
    head = {**HEAD, **modern("subscriptions/listen")}
    with network(root) as server:
        with httpx2.Client(timeout=20) as client:
            streams = [
                client.stream("POST", server.mcp, json=listen, headers={**head, **bearer(token)}) for token in tokens
            ]
            with streams[0] as first, streams[1] as second:
                assert (first.status_code, second.status_code) == (200, 200)
                assert kb(root, "token", "revoke", "one").returncode == 0
                assert "subscriptions/acknowledged" in "".join(first.iter_lines())
                assert server.get("/readyz").json()["ready"]
                started = time.monotonic()
                server.process.send_signal(signal.SIGTERM)
                assert "subscriptions/acknowledged" in "".join(second.iter_lines())
        assert server.process.wait(15) == 0
        assert time.monotonic() - started < 8


def test_it_serves_https(tmp_path: Path) -> None:
    """With a certificate the same is served encrypted; with a wrong one it ends with one line."""
    root = sample(tmp_path / "sample").root
    certificate, key = _certificate(tmp_path)
    with network(root, "--tls-cert", certificate, "--tls-key", key) as server:
        context = ssl.create_default_context(cafile=certificate)
        address = f"https://localhost:{server.port}/healthz"
        assert httpx2.get(address, verify=context, timeout=30).text == "ok\n"
    done = kb(root, "serve", "--http", "0", "--tls-cert", key, "--tls-key", key)
    assert done.returncode == 2
    assert "the certificate or its key cannot be used" in done.stderr


def test_an_address_in_use_is_told(tmp_path: Path) -> None:
    """One line, exit code 2."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = kb(sample(tmp_path / "sample").root, "serve", "--http", f"{taken.getsockname()[1]}")
    assert done.returncode == 2
    assert "Address already in use" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def _certificate(folder: Path) -> tuple[str, str]:
    """A certificate for localhost, and its key."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(pem))
    paths[1].write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return str(paths[0]), str(paths[1])
