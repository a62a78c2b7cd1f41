"""An index that is right at once, over one that is slow to change: what is pending is searched beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError
from ctxkb.vectors.exact import ExactIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from ctxkb.vectors.interface import VectorIndex


@dataclass(frozen=True, slots=True)
class _Pending:
    """What the base does not know yet: a vector for each added id, None for each removed one; and a scan of them."""

    changes: Mapping[int, NDArray[np.float32] | None]
    added: ExactIndex


_NOTHING: Mapping[int, None] = {}

Spare = Callable[[StoreError], "VectorIndex"]
"""Gives the base that takes the place of one that failed with this error."""


class FreshIndex:
    """Answers from `base` (Chroma, or an exact scan while Chroma is rebuilt) as if every update had reached it.

    `update` only notes; `catch_up` brings what was noted into the base, in a thread of the caller's choice.
    """

    def __init__(self, base: VectorIndex) -> None:
        self._base = base
        self._pending = _pending(_NOTHING)
        self._spare: Spare | None = None
        self._changing = Lock()
        self._catching_up = Lock()

    def query(self, vector: NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """At most `limit` (id, cosine similarity) pairs, the nearest first."""
        while True:
            with self._changing:
                base, pending = self._base, self._pending
            try:
                found = _without(base, vector, limit, pending.changes)
            except StoreError as error:
                if not self._left(base, error):
                    raise
                continue
            if base is self._base:  # else it was closed meanwhile, and may have answered with nothing
                found += pending.added.query(vector, limit)
                return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:limit]

    def update(self, add: Sequence[tuple[int, NDArray[np.float32]]], remove: Sequence[int]) -> None:
        """Notes what to add and to remove; the next query sees it."""
        with self._changing:
            self._pending = _pending({**self._pending.changes, **dict.fromkeys(remove), **dict(add)})

    @property
    def pending(self) -> int:
        """How many changes the base does not know yet."""
        return len(self._pending.changes)

    def catch_up(self) -> None:
        """Brings what is pending into the base. Queries go on; one caller at a time."""
        with self._catching_up:
            with self._changing:
                base, done = self._base, self._pending.changes
            if not done:
                return
            added = [(key, vector) for key, vector in done.items() if vector is not None]
            try:
                base.update(added, [key for key, vector in done.items() if vector is None])
            except StoreError as error:
                if not self._left(base, error):
                    raise
                return  # what was pending is in the spare base, and hidden by itself
            with self._changing:
                left = {
                    key: now for key, now in self._pending.changes.items() if key not in done or now is not done[key]
                }
                self._pending = _pending(left)

    def rebase(self, base: VectorIndex, spare: Spare | None = None) -> None:
        """Goes on with another base, such as a Chroma that was rebuilt; closes the old one.

        The new base must hold at least what the old one held; what is pending stays pending. Should it fail, `spare`
        is told why and gives the one that takes its place; without a spare its errors are the caller's.
        """
        with self._catching_up, self._changing:
            old, self._base, self._spare = self._base, base, spare
        old.close()

    def _left(self, base: VectorIndex, error: StoreError) -> bool:
        """Whether a base that failed is no longer the one that is asked."""
        with self._changing:
            if self._base is not base:
                return True
            if self._spare is None:
                return False
            self._base, self._spare = self._spare(error), None
        base.close()
        return True

    def close(self) -> None:
        """Brings what is pending into the base and closes it."""
        try:
            self.catch_up()
        finally:
            self._base.close()


def _pending(changes: Mapping[int, NDArray[np.float32] | None]) -> _Pending:
    added = ExactIndex()
    added.update([(key, vector) for key, vector in changes.items() if vector is not None], ())
    return _Pending(changes, added)


def _without(
    base: VectorIndex, vector: NDArray[np.float32], limit: int, hidden: Mapping[int, object]
) -> list[tuple[int, float]]:
    """The base's nearest without the `hidden` ids: asks for more as long as too few are left."""
    ask = limit + min(len(hidden), limit)
    while True:
        found = base.query(vector, ask)
        kept = [pair for pair in found if pair[0] not in hidden]
        if len(kept) >= limit or len(found) < ask or ask >= limit + len(hidden):
            return kept[:limit]
        ask = min(4 * ask, limit + len(hidden))
