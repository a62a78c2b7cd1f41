"""How many sessions each caller has open: one that never ends any must not take those of all others."""

from __future__ import annotations

import time
from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb_server.http.refused import later

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_SHARE = 10
"""So many sessions any caller may have, however few there may be in all."""

PARTS = 10
"""One caller may have a tenth of all sessions."""


class Sessions:
    """The sessions of each caller, as far as they were used within `idle` seconds; `most` may be open in all."""

    def __init__(self, most: int, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._share = max(LEAST_SHARE, most // PARTS)
        self._idle = idle
        self._clock = clock
        self._held: dict[str, dict[str, float]] = defaultdict(dict)

    def check(self, key: str, name: str) -> None:
        """Raises `Refused` where a caller has as many as it may have."""
        limit = self._clock() - self._idle
        held = {one: at for one, at in self._held.pop(key, {}).items() if at > limit}
        if held:
            self._held[key] = held
        if len(held) >= self._share:
            raise later(503, "too many sessions of one caller", "end sessions (DELETE) before you begin more", 60, name)

    def used(self, key: str, session: str) -> None:
        """Notes that a caller has begun or used a session."""
        self._held[key][session] = self._clock()

    def ended(self, key: str, session: str) -> None:
        """Notes that a caller has ended one."""
        self._held[key].pop(session, None)
