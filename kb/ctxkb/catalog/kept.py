"""What was read before, kept until the catalog changes: the questions of one task come back to the same units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping

Key = TypeVar("Key")
Value = TypeVar("Value")

MOST = 4096
"""Values that are kept at once: 5 to 10 MB of units, 6 MB of vectors."""


class Kept(Generic[Key, Value]):
    """Values as they were read in one state of the catalog. Threads may share it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._held: tuple[Hashable, dict[Key, Value]] = (None, {})

    def get(
        self, state: Hashable, keys: Iterable[Key], read: Callable[[set[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """The values of some keys; `read` gives those that are not held yet. A key without a value is left out."""
        known, held = self._held
        if known != state:
            held = {}
        wanted = set(keys)
        found = {key: held[key] for key in wanted & held.keys()}
        if missing := wanted - found.keys():
            new = read(missing)
            found |= new
            self._held = (state, {**held, **new} if len(held) + len(new) <= self._most else dict(new))
        return found
