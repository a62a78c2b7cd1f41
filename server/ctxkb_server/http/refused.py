"""A request that is turned away: with which status, what its sender is told, and what the log says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

INVALID_REQUEST, INTERNAL = -32600, -32603
"""The error codes of JSON-RPC for what the client, and what the server, can do something about."""


class Refused(Exception):  # noqa: N818 - it is no error of this program
    """Ends the way of a request. `why` is for the log, `told` for its sender; neither holds a secret.

    `answer` is the error of JSON-RPC to send, where there is one already.
    """

    def __init__(
        self,
        status: int,
        why: str,
        told: str,
        headers: Mapping[str, str] | None = None,
        caller: str = "",
        answer: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(why)
        self.status = status
        self.why = why
        self.told = told
        self.headers = dict(headers or {})
        self.caller = caller
        self._answer = answer

    @property
    def body(self) -> bytes:
        """An error of JSON-RPC, that belongs to no request where no answer was given, as MCP wants it."""
        code = INTERNAL if self.status >= 500 else INVALID_REQUEST
        answer = self._answer or {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": self.told}}
        return json.dumps(answer).encode()


def later(status: int, why: str, told: str, seconds: float, caller: str = "") -> Refused:
    """A refusal of what may be tried again after some seconds."""
    return Refused(status, why, told, {"Retry-After": f"{max(1, round(seconds + 0.5))}"}, caller)
