"""HTTP/1.1 with an end to patience: clients that send or take too slowly, or no HTTP, are let go."""

from __future__ import annotations

import sys
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from ctxkb_server.http.refused import Refused

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from starlette.types import ASGIApp, Scope

LARGEST_HEAD = 32_768
"""Bytes of a request before its body."""

LINGER_SECONDS = 2.0
"""As long a client that is turned away may go on sending: closed before, it would lose the answer."""

TOO_LARGE = 431


def check_head(scope: Scope) -> None:
    """Raises `Refused` for a request whose head is too large: h11 bounds only one that has not come to its end."""
    held = sum(len(name) + len(value) + 4 for name, value in scope["headers"])
    if len(scope["raw_path"]) + len(scope["query_string"]) + held > LARGEST_HEAD:
        raise _too_large()


def _too_large() -> Refused:
    told = f"a request's head may have {LARGEST_HEAD} bytes; send less"
    return Refused(TOO_LARGE, "too large a head", told, {"Connection": "close"})


class PatientProtocol(H11Protocol):
    """A connection whose client has `seconds` to send the head of a request, and to take more of an answer.

    uvicorn itself waits for ever for both. Of `most` connections those that are too many are answered by `crowded`.
    """

    seconds: ClassVar[float] = 10.0
    most: ClassVar[int | None] = None
    crowded: ClassVar[ASGIApp]
    on_refused: ClassVar[Callable[[int, str, str], None]] = staticmethod(lambda status, why, address: None)  # noqa: ARG005 - nobody asks

    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _ending: asyncio.TimerHandle | None = None
    _sent = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        if self.most is not None and len(self.connections) > self.most:
            self.app = type(self).crowded
        self._look()

    def data_received(self, data: bytes) -> None:
        """Takes what came; what belongs to a head does not begin the wait anew."""
        if self._ending is not None:
            return  # it has been turned away
        self._sent = True
        super().data_received(data)
        self._look()

    def pause_writing(self) -> None:
        """Begins to wait until the client takes more."""
        super().pause_writing()
        if self._taking is None:
            self._taking = self.loop.call_later(self.seconds, self._give_up)

    def resume_writing(self) -> None:
        """The client took more."""
        super().resume_writing()
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def connection_lost(self, exc: Exception | None) -> None:
        """Stops waiting."""
        super().connection_lost(exc)
        for timer in (self._head, self._taking, self._ending):
            if timer is not None:
                timer.cancel()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn has one text for everything
        """Answers what h11 could not read; it tells by the status that it would take what was too large."""
        large = getattr(sys.exception(), "error_status_hint", 400) == TOO_LARGE
        refused = _too_large() if large else Refused(400, "no HTTP", "this is no request of HTTP/1.1; send one")
        self._tell(refused.status, refused.why)
        self._turn_away(refused)

    def _look(self) -> None:
        """Waits while no request is under way."""
        if self._ending is not None:
            return
        if self.cycle is None or self.cycle.response_complete:
            self._head = self._head or self.loop.call_later(self.seconds, self._refuse)
        elif self._head is not None:
            self._head.cancel()
            self._head = None

    def _refuse(self) -> None:
        """Ends a connection whose request did not come; one on which nothing was sent at all is no attempt."""
        refused = Refused(408, "too slow a request", "the request came too slowly; send it at once")
        if self._sent:
            self._tell(refused.status, refused.why)
        self._turn_away(refused)

    def _turn_away(self, refused: Refused) -> None:
        """Answers, save where an answer is under way, and closes the connection once the client had time to read it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.is_closing() or self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            self.transport.close()
            return
        self.transport.write(_answer(refused))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self.flow.resume_reading()
        self._ending = self.loop.call_later(LINGER_SECONDS, self.transport.close)

    def _give_up(self) -> None:
        """Ends a connection whose client takes nothing, without waiting for it to take the rest."""
        self._tell(408, "too slow a reader")
        self.transport.abort()

    def _tell(self, status: int, why: str) -> None:
        type(self).on_refused(status, why, f"{self.client[0]}" if self.client else "")


def _answer(refused: Refused) -> bytes:
    """A refusal in bytes, after which the connection ends."""
    head = (
        f"HTTP/1.1 {refused.status} {HTTPStatus(refused.status).phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(refused.body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + refused.body
