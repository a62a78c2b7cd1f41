"""`kb serve --http` as a process of its own, an issuer of tokens beside it, and requests to both."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import httpx2
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from support.sample import KB, kb, sample

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TASK = "outgoing calls with httpx and a timeout of five seconds"
HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "old", "version": "3"}},
}
SMALL = """
[server]
max_body_kb = 20
slow_seconds = 1
public_url = "https://kb.example.com/mcp"
"""
HEAD = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
MODERN = "2026-07-28"


@dataclass
class Served:
    """A running server: its process, its address without a path, its repository."""

    process: subprocess.Popen[str]
    url: str
    root: Path
    said: list[str]

    @property
    def mcp(self) -> str:
        """Where MCP is."""
        return f"{self.url}/mcp"

    @property
    def port(self) -> int:
        """Its port."""
        return int(self.url.rpartition(":")[2])

    def post(self, message: object, token: str = "", **headers: str) -> httpx2.Response:
        """One POST to MCP."""
        content = message if isinstance(message, bytes) else json.dumps(message).encode()
        return httpx2.post(self.mcp, content=content, headers={**HEAD, **bearer(token), **headers}, timeout=30)

    def get(self, path: str, token: str = "", **headers: str) -> httpx2.Response:
        """One GET."""
        return httpx2.get(f"{self.url}{path}", headers={**bearer(token), **headers}, timeout=30)

    def call(self, tool: str, token: str = "", **arguments: object) -> dict[str, Any]:
        """The result of a call of a tool, without a session."""
        answer = self.post(tool_call(tool, **arguments), token, **modern("tools/call", tool))
        assert answer.status_code == 200, answer.text
        return result_of(answer)

    def log(self) -> list[dict[str, Any]]:
        """What the audit log holds."""
        path = self.root / ".kb" / "audit.jsonl"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    def refusals(self) -> list[str]:
        """Why requests were refused, in order."""
        return [entry["refused"] for entry in self.log() if "refused" in entry]

    def ended(self, number: signal.Signals = signal.SIGTERM, seconds: float = 15) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


def bearer(token: str) -> dict[str, str]:
    """The header of a token, none without one."""
    return {"Authorization": f"Bearer {token}"} if token else {}


def modern(method: str, name: str = "") -> dict[str, str]:
    """The headers of a request without a session."""
    return {"MCP-Protocol-Version": MODERN, "Mcp-Method": method, **({"Mcp-Name": name} if name else {})}


def message(method: str, **params: object) -> dict[str, Any]:
    """A request without a session."""
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1.0"},
    }
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


def tool_call(tool: str, **arguments: object) -> dict[str, Any]:
    """A call of a tool without a session."""
    return message("tools/call", name=tool, arguments=arguments)


def result_of(answer: httpx2.Response) -> dict[str, Any]:
    """The result in an answer, whether it came as JSON or as a stream."""
    text = answer.text
    if answer.headers["content-type"].startswith("text/event-stream"):
        text = [line for line in text.splitlines() if line.startswith("data: {")][-1].removeprefix("data: ")
    held: dict[str, Any] = json.loads(text)
    assert "result" in held, held
    result: dict[str, Any] = held["result"]
    return result


def new_token(root: Path, name: str, *scopes: str, expires: str = "1h") -> str:
    """A token, made by the command line's own functions."""
    from datetime import UTC, datetime

    from ctxkb_ingest.folder import kb_folder
    from ctxkb_server.http.scopes import checked
    from ctxkb_server.http.tokens import TokenFile, expiry

    end = expiry(expires, datetime.now(UTC))
    return TokenFile(kb_folder(root)).create(name, checked(scopes or ("read",)), end)[1]


@contextmanager
def network(root: Path, *options: str, host: str = "127.0.0.1") -> Iterator[Served]:
    """A server at a free port, once it answers; killed at the end if it still runs."""
    command = [KB[0], "-c", KB[2], "serve", "--http", f"{host}:0", *options]
    with subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        said: list[str] = []
        listening = threading.Thread(target=lambda: said.extend(process.stderr or ()), daemon=True)
        try:
            assert process.stderr is not None
            for line in process.stderr:
                said.append(line)
                if "serving MCP at" in line:
                    break
            else:
                raise AssertionError("".join(said))
            listening.start()
            scheme, _, port = said[-1].split()[-1].removesuffix("/mcp").split(":")
            server = Served(process, f"{scheme}://127.0.0.1:{port}", root, said)
            if scheme == "http":
                until(lambda: _answers(server))
            yield server
        finally:
            process.kill()
            if listening.ident:
                listening.join(10)  # before the pipe is closed under it


Guarded = tuple[Served, dict[str, str]]
"""A server that wants tokens, and tokens by their names."""


@contextmanager
def guarded_network(root: Path) -> Iterator[Guarded]:
    """A server over the sample that wants tokens, and tokens of every sort by their names."""
    sample(root).write({"kb.toml": SMALL})
    tokens = {
        "all": new_token(root, "all", "read", "metrics"),
        "decisions": new_token(root, "decisions", "read:decision"),
        "guides": new_token(root, "guides", "read", "path:docs/guides/**"),
        "figures": new_token(root, "figures", "metrics"),
        "short": new_token(root, "short"),
        "gone": new_token(root, "gone"),
    }
    assert kb(root, "token", "revoke", "gone").returncode == 0
    path = root / ".kb" / "tokens.json"
    held = json.loads(path.read_text())
    held["tokens"][4]["expires"] = "2020-01-01T00:00:00+00:00"
    path.write_text(json.dumps(held))
    with network(root) as server:
        yield server, tokens


def raw(server: Served, request: bytes) -> bytes:
    """What comes back for bytes that no client library would send."""
    with socket.create_connection(("127.0.0.1", server.port), 10) as line:
        line.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer and (part := line.recv(4096)):
            answer += part
        return answer


def _answers(server: Served) -> bool:
    with contextlib.suppress(httpx2.HTTPError):
        return server.get("/readyz").json() == {"ready": True, "index": "complete"}
    return False


def until(happens: Any, seconds: float = 30) -> None:  # noqa: ANN401 - anything that can be asked
    """Waits until `happens()` is true; fails after a while."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


class Issuing:
    """An OAuth issuer on this machine: publishes its keys, and signs what it is asked to."""

    def __init__(self) -> None:
        self.keys = {"first": rsa.generate_private_key(65_537, 2048)}
        self.fetched = 0
        issuing = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuing.fetched += self.path == "/keys"
                told = issuing.told(self.path)
                self.send_response(200 if told is not None else 404)
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Says nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def name(self) -> str:
        """The issuer's name, which is its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def told(self, path: str) -> object:
        """What it publishes at a path."""
        if path == "/.well-known/openid-configuration":
            return {"issuer": self.name, "jwks_uri": f"{self.name}/keys"}
        if path != "/keys":
            return None
        algorithm = jwt.algorithms.RSAAlgorithm
        entries = [
            {**json.loads(algorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
            for kid, key in self.keys.items()
        ]
        return {"keys": entries}

    def token(self, *, kid: str = "first", algorithm: str = "RS256", key: Any = None, **claims: object) -> str:  # noqa: ANN401 - any key
        """A token for an hour, with these claims in the place of its own."""
        now = int(time.time())
        own = {
            "iss": self.name,
            "sub": "bob",
            "aud": "http://kb.test/mcp",
            "iat": now,
            "exp": now + 3600,
            "scope": "read",
        }
        held = {name: value for name, value in {**own, **claims}.items() if value is not None}
        return jwt.encode(held, self.keys[kid] if key is None else key, algorithm, headers={"kid": kid})

    def close(self) -> None:
        """Ends it."""
        self._server.shutdown()
        self._server.server_close()
