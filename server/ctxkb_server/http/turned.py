"""What the SDK turns away by itself becomes a refusal like any other: in one line that says what to do, and logged."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ctxkb_server.caller import current
from ctxkb_server.http.refused import INVALID_REQUEST, Refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

ERROR = 400
"""The least status of an answer that turns its request away."""

PARSE_ERROR, INVALID_PARAMS = -32700, -32602
KEPT = frozenset({"allow", "retry-after", "www-authenticate"})
"""The headers of the SDK's answer that its sender needs."""


@dataclass(frozen=True, slots=True)
class Turned:
    """Why a request is turned away, for the log, and what its sender can do about it."""

    why: str
    fix: str


_WORDED = MappingProxyType(
    {
        "Invalid Content-Type": Turned("a wrong content type", "send Content-Type: application/json"),
        "Missing session ID": Turned(
            "no session", "begin a session with initialize, and send its Mcp-Session-Id with every other request"
        ),
        "Validation error": Turned(
            "no message of JSON-RPC",
            "the body is no message of JSON-RPC; send one request or notification as an object",
        ),
        "Too many open sessions": Turned("too many sessions", "the server holds too many sessions open; try again"),
    }
)
"""By how the SDK's text begins or goes on, for statuses and codes that stand for several things."""

_BY_STATUS = MappingProxyType(
    {
        404: Turned(
            "an unknown session", "there is no such session for you, or it has ended; begin one with initialize"
        ),
        405: Turned("a wrong method", "use POST, or GET and DELETE within a session"),
        406: Turned(
            "a wrong Accept", "let Accept name application/json and text/event-stream, for GET text/event-stream"
        ),
    }
)
_BY_CODE = MappingProxyType(
    {
        PARSE_ERROR: Turned("no JSON", "the body is no JSON; send one message of JSON-RPC in UTF-8"),
        -32601: Turned("an unknown method", "server/discover or initialize tells what is offered"),
        INVALID_PARAMS: Turned("wrong parameters", "see this method in the specification of MCP"),
        -32020: Turned(
            "headers that contradict the body", "send the body's own method, name and version in the headers"
        ),
    }
)
_OTHER = Turned("an invalid request", "send one message of JSON-RPC as the specification of MCP has it")


class Turning:
    """Passes on the answers of `app`, and raises `Refused` for those that turn their request away."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request. Raises `Refused`."""
        held: list[Message] = []

        async def holding(message: Message) -> None:
            if held or (message["type"] == "http.response.start" and message["status"] >= ERROR):
                held.append(message)
            else:
                await send(message)

        await self._app(scope, receive, holding)
        if not held:
            return
        body = b"".join(message.get("body", b"") for message in held[1:])
        answer = _json_rpc(body)
        if _is_of_a_handler(answer):
            for message in held:
                await send(message)
            return
        raise _refused(held[0], answer, body.decode("utf-8", "replace"))


def _json_rpc(body: bytes) -> dict[str, Any]:
    """An error of JSON-RPC, empty where an answer is none."""
    try:
        answer = json.loads(body)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) and isinstance(answer.get("error"), dict) else {}


def _is_of_a_handler(answer: Mapping[str, Any]) -> bool:
    """Whether a request was answered here, by an error that names what was asked for: its call is logged."""
    error = answer.get("error", {})
    return error.get("code") == INVALID_PARAMS and isinstance(error.get("data"), dict)


def _refused(start: Message, answer: Mapping[str, Any], text: str) -> Refused:
    """The refusal for an answer of the SDK, which keeps its code, its data and the id of the request."""
    status, error = start["status"], answer.get("error", {})
    said, request = " ".join(f"{error.get('message', text)}".split()), answer.get("id")
    turned = _turned(status, error.get("code", INVALID_REQUEST), said, known=request is not None)
    told = turned.fix if request is None else f"{said}; {turned.fix}"
    headers = {key.decode(): value.decode("latin-1") for key, value in start["headers"] if key.decode() in KEPT}
    whole = {"jsonrpc": "2.0", "id": request, "error": {**error, "message": told}} if error else None
    return Refused(status, turned.why, told, headers, current().name, whole)


def _turned(status: int, code: int, said: str, *, known: bool) -> Turned:
    """Why, by the status of a request whose id is not `known`, else by the code of the error."""
    worded = next((turned for words, turned in _WORDED.items() if words in said), None)
    by_status = None if known else _BY_STATUS.get(status)
    return worded or by_status or _BY_CODE.get(code) or _OTHER
