"""Asks the owner of a repository's index, from another process on the same machine. Imports next to nothing."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError, KbError, SourceError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

CONNECT_SECONDS = 2.0
LARGEST = 16_000_000
"""How many bytes one message may have, in either direction."""

_ERRORS: dict[str, type[KbError]] = {kind.__name__: kind for kind in (KbError, ConfigError, SourceError, StoreError)}


def ask_owner(
    root: Path,
    op: str,
    payload: Mapping[str, Any],
    on_progress: Callable[[dict[str, Any]], None] | None = None,
    timeout: float | None = 10.0,
) -> dict[str, Any] | None:
    """The owner's answer to `op`, or None where there is no owner that answers.

    None also stands for an owner that ends, or is silent for `timeout` seconds, before it has answered; whoever gets
    it does the work himself. `on_progress` gets each progress message before the answer. Raises the `KbError` that
    the owner's handler raised.
    """
    address = _address(root)
    if address is None:
        return None
    try:
        with connect(address["address"]) as link:
            link.settimeout(timeout)
            request = {"token": address["token"], "op": op, "payload": payload}
            link.sendall(json.dumps(request).encode() + b"\n")
            return _answer(messages(link), on_progress)
    except OSError:  # refused, reset, timed out: what a dead or busy owner looks like
        return None


def _address(root: Path) -> dict[str, Any] | None:
    try:
        found = json.loads((root / ".kb" / "owner.json").read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) and {"address", "token"} <= found.keys() else None


def connect(address: str | list[Any]) -> socket.socket:
    """A connection to an owner: a path is a Unix socket, a list is a host and a port of this machine."""
    if isinstance(address, str):
        link = socket.socket(socket.AF_UNIX)
        link.settimeout(CONNECT_SECONDS)
        try:
            link.connect(address)
        except OSError:
            link.close()
            raise
        return link
    return socket.create_connection((str(address[0]), int(address[1])), CONNECT_SECONDS)


def messages(link: socket.socket, largest: int = LARGEST) -> Iterator[dict[str, Any]]:
    """The JSON objects that arrive, one a line, until the other side ends.

    Raises `ConnectionError` for what is no such message or is too large.
    """
    with link.makefile("rb") as lines:
        while line := lines.readline(largest + 1):
            if len(line) > largest or not line.endswith(b"\n"):
                raise ConnectionError("a message is cut off or too large")
            try:
                message = json.loads(line)
            except ValueError as error:
                raise ConnectionError("a message is not JSON") from error
            if not isinstance(message, dict):
                raise ConnectionError("a message is not a JSON object")
            yield message


def _answer(
    arriving: Iterator[dict[str, Any]], on_progress: Callable[[dict[str, Any]], None] | None
) -> dict[str, Any] | None:
    for message in arriving:
        if "error" in message:
            raise _ERRORS.get(message.get("type", ""), KbError)(str(message["error"]))
        if "result" in message:
            result: dict[str, Any] = message["result"]
            return result
        if on_progress is not None and "progress" in message:
            on_progress(message["progress"])
    return None
