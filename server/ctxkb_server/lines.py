"""Standard input line by line: what cannot be read as a message is answered too, so that no client waits for ever."""

from __future__ import annotations

import json
import os
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.stdio import stdio_server
from mcp.shared.message import SessionMessage
from mcp.types import INVALID_REQUEST, PARSE_ERROR, ErrorData, JSONRPCError, JSONRPCNotification
from mcp.types import jsonrpc_message_adapter as messages
from pydantic import ValidationError

from ctxkb_server.process import tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mcp.shared._stream_protocols import ReadStream, WriteStream

    Streams = tuple[ReadStream[SessionMessage | Exception], WriteStream[SessionMessage]]

NO_JSON = "the line is no JSON; write one message of JSON-RPC a line, in UTF-8"
NO_MESSAGE = (
    'this is no message of JSON-RPC: a request has "jsonrpc": "2.0", an id (a string or a whole number), a method, and '
    "params that are an object; write one a line"
)


class Lines(anyio.AsyncFile[str]):
    """The lines of a file that hold messages; the others are answered to whom `answers` leads, once it is set."""

    def __init__(self) -> None:
        super().__init__(_claimed())
        self._ready = anyio.Event()

    def answer_to(self, answers: WriteStream[SessionMessage]) -> None:
        """Where answers go; nothing is read before that is known."""
        self._answers = answers
        self._ready.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        """The lines that hold a message, half characters (lone surrogates) in them replaced."""
        await self._ready.wait()
        while line := await self.readline():
            message, faults = understood(line)
            for fault in faults:
                await self._answers.send(SessionMessage(fault))
            if message:
                yield message


@asynccontextmanager
async def standard_streams() -> AsyncIterator[Streams]:
    """What comes from and goes to the client over standard input and output."""
    lines = Lines()
    async with stdio_server(stdin=lines) as (read, write):
        lines.answer_to(write)
        yield read, write


def understood(line: str) -> tuple[str, list[JSONRPCError]]:
    """The line as it can be read, "" where it cannot, and how that is answered; whoever runs the server is told."""
    if not line.strip() or _is_message(line):
        return line.strip(), []
    try:
        value = json.loads(line)
        whole = json.dumps(value, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    except (ValueError, RecursionError):
        tell("a line from the client is no JSON, and was answered with an error")
        return "", [_error(None, PARSE_ERROR, NO_JSON)]
    if _is_message(whole):
        tell("a message from the client holds half a character (a lone surrogate), which was replaced")
        return whole, []
    tell("a line from the client is no message of JSON-RPC")
    said = json.loads(whole)
    parts = said if isinstance(said, list) and said else [said]
    return "", [_error(_id(part), INVALID_REQUEST, NO_MESSAGE) for part in parts if _waits(part)]


def _is_message(line: str) -> bool:
    """Whether the SDK can read a line; it takes a request whose id is of a wrong type for a notification."""
    try:
        message = messages.validate_json(line, by_name=False)
    except ValidationError:
        return False
    return not (isinstance(message, JSONRPCNotification) and "id" in json.loads(line))


def _waits(message: object) -> bool:
    """Whether the sender of what is no message may wait for an answer: not where it was a notification or an answer."""
    if not isinstance(message, dict):
        return True
    return "id" in message if "method" in message else not {"result", "error"} & set(message)


def _id(message: object) -> str | int | None:
    found = message.get("id") if isinstance(message, dict) else None
    return found if isinstance(found, str | int) and not isinstance(found, bool) else None


def _error(number: str | int | None, code: int, told: str) -> JSONRPCError:
    return JSONRPCError(jsonrpc="2.0", id=number, error=ErrorData(code=code, message=told))


def _claimed() -> Any:  # noqa: ANN401 - a text file, whose class is nobody's business
    """Standard input for this process alone: whatever it starts finds an empty one."""
    own, nothing = os.dup(0), os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return os.fdopen(own, encoding="utf-8", errors="replace", closefd=False)  # a thread may still wait for it
