"""`kb serve --http`: the server on a network, from the address that it listens on to the end that it comes to."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import re
import signal
import socket
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import uvicorn

from ctxkb.config import load_config
from ctxkb.errors import ConfigError, KbError
from ctxkb_ingest.folder import kb_folder
from ctxkb_server.caller import NOBODY, acting
from ctxkb_server.engine import Engine
from ctxkb_server.http.app import Network
from ctxkb_server.http.hosts import is_loopback
from ctxkb_server.http.patient import LARGEST_HEAD, PatientProtocol
from ctxkb_server.http.tokens import TokenFile
from ctxkb_server.process import SWITCH_SECONDS, end, tell

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.config import Config

DRAIN_SECONDS = 10
"""As long requests that are under way may take to end once the server is asked to."""

KEEP_ALIVE_SECONDS = 60
BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen; port 0 is any that is free. `certificate` and `key` are files for TLS."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None


def parse_address(text: str) -> tuple[str, int]:
    """The host and port of `HOST:PORT`, `[::1]:PORT` or a port alone, which is on loopback. Raises `ConfigError`."""
    match = re.fullmatch(r"(?:(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/@]+)?:)?(\d{1,5})", text)
    if match is None or int(match[2]) > 65_535:
        raise ConfigError(f'"{text[:80]}" is no address to listen on; write 127.0.0.1:8000, [::1]:8000 or 8000')
    return (match[1] or "127.0.0.1").strip("[]"), int(match[2])


def serve_http(root: Path, address: Address, *, allow_write: bool = False) -> NoReturn:
    """Serves the repository at `root` until a signal ends it. Raises `KbError` for a bad set-up.

    `allow_write` offers `propose` to callers with the scope to write.
    """
    logging.basicConfig(level=logging.WARNING, format="kb: %(message)s", stream=sys.stderr)
    sys.setswitchinterval(SWITCH_SECONDS)
    config = load_config(root)
    check(config, kb_folder(root), address.host)
    listening = _listen(address)
    engine = Engine(root, config, tell)
    with acting(NOBODY):
        asyncio.run(_serve(Network(root, config, engine, address.host, drafts=allow_write), address, listening))
    end()


def check(config: Config, folder: Path, host: str) -> None:
    """Raises `ConfigError` for a server that others could reach and nobody would have to be known to."""
    if is_loopback(host) or config.server.issuer:
        return
    now = datetime.now(UTC)
    if not any(token.state(now) == "active" for token in TokenFile(folder).read()):
        raise ConfigError(
            f"{host} can be reached from elsewhere and there is no token: make one with `kb token create --name NAME`, "
            "set [server] issuer, or listen on 127.0.0.1"
        )


def _listen(address: Address) -> socket.socket:
    try:
        found = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, place = found[0][0], found[0][4]
        listening = socket.create_server(place[:2], family=family, backlog=BACKLOG)
        listening.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )  # else a body waits 40 ms for its head to arrive
        return listening
    except OSError as error:
        where = f"{address.host}:{address.port}"
        raise ConfigError(f"cannot listen on {where}: {error.strerror or error}; choose another address") from error


class _Uvicorn(uvicorn.Server):
    """A server that ends once its requests are answered, and on SIGHUP reads its configuration again."""

    def __init__(self, config: uvicorn.Config, network: Network) -> None:
        super().__init__(config)
        self._network = network

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Uvicorn's own would end the process by the signal, after all was done well."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._stop))
        if hasattr(signal, "SIGHUP"):
            signal.signal(signal.SIGHUP, lambda *_: loop.call_soon_threadsafe(self._network.reload))
        yield

    def _stop(self) -> None:
        """Ends the streams and takes no more; asked again, it does not wait for anybody."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._network.stop()


async def _serve(network: Network, address: Address, listening: socket.socket) -> None:
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    settings = network.settings
    scheme = "https" if address.certificate else "http"
    PatientProtocol.most = settings.max_connections
    config = uvicorn.Config(
        network,
        http=PatientProtocol,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        h11_max_incomplete_event_size=LARGEST_HEAD,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        ssl_certfile=address.certificate,
        ssl_keyfile=address.key,
    )
    try:
        config.load()
    except (OSError, KbError) as error:
        raise ConfigError(f"the certificate or its key cannot be used: {error}") from error
    tell(f"serving MCP at {scheme}://{shown}:{port}/mcp")
    await _Uvicorn(config, network).serve([listening])
