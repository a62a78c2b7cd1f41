"""HTTP/1.1 with an end to patience: clients that send or take too slowly are let go."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

LARGEST_HEAD = 32_768
"""Bytes of a request before its body."""

_SLOW = b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class PatientProtocol(H11Protocol):
    """A connection whose client has `seconds` to send the head of a request, and to take more of an answer.

    uvicorn itself waits for ever for both.
    """

    seconds: ClassVar[float] = 10.0
    on_slow: ClassVar[Callable[[str, str], None]] = staticmethod(lambda why, address: None)  # noqa: ARG005 - nobody asks

    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None
    _sent = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begins to wait for a request."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Takes what came; what belongs to a head does not begin the wait anew."""
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
        for timer in (self._head, self._taking):
            if timer is not None:
                timer.cancel()

    def _look(self) -> None:
        """Waits while no request is under way."""
        if self.cycle is None or self.cycle.response_complete:
            self._head = self._head or self.loop.call_later(self.seconds, self._refuse)
        elif self._head is not None:
            self._head.cancel()
            self._head = None

    def _refuse(self) -> None:
        """Ends a connection whose request did not come; one on which nothing was sent at all is no attempt."""
        if self._sent:
            self._tell("too slow a request")
        if not self.transport.is_closing():
            self.transport.write(_SLOW)
            self.transport.close()

    def _give_up(self) -> None:
        """Ends a connection whose client takes nothing, without waiting for it to take the rest."""
        self._tell("too slow a reader")
        self.transport.abort()

    def _tell(self, why: str) -> None:
        type(self).on_slow(why, f"{self.client[0]}" if self.client else "")
