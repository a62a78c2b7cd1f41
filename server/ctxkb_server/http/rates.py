"""How much one caller may ask, and how much all of them together."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ctxkb_server.http.refused import later

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_CALLERS = 10_000
"""So many callers' buckets are remembered; whose was longest unused begins with a full one."""


class Rates:
    """A token bucket for each caller: `burst` at once, `rate` a second over time."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._burst = burst
        self._clock = clock
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> float:
        """Takes one of a caller's; the seconds until there is one where there is none, else 0."""
        now = self._clock()
        left, at = self._held.pop(key, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._rate)
        wait = 0.0 if left >= 1 else (1 - left) / self._rate
        self._held[key] = (left if wait else left - 1, now)
        if len(self._held) > MOST_CALLERS:
            self._held.popitem(last=False)
        return wait


class Room:
    """Places for requests: `places` are worked on at once, `waiting` more may wait for one."""

    def __init__(self, places: int, waiting: int) -> None:
        self._free = asyncio.Semaphore(places)
        self._most = places + waiting
        self.inside = 0

    @contextmanager
    def entered(self, caller: str) -> Iterator[None]:
        """Counts a request as inside, from before its body is read. Raises `Refused` where it is full."""
        if self.inside >= self._most:
            raise later(503, "too much to do", "the server has too much to do; try again", 1, caller)
        self.inside += 1
        try:
            yield
        finally:
            self.inside -= 1

    async def take(self) -> None:
        """Waits for a place, first come first served."""
        await self._free.acquire()

    def give(self) -> None:
        """Frees a place."""
        self._free.release()
