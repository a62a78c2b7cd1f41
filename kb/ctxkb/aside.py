"""Work on a thread of its own, for what waits for others: another process, the disk, code without Python's lock."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Value = TypeVar("Value")


class Aside(Generic[Value]):
    """Begins `work` at once; what it returns or raises comes when it is asked for."""

    def __init__(self, work: Callable[[], Value], name: str) -> None:
        self._work = work
        self._found: list[Value] = []
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def result(self) -> Value:
        """Waits for what comes of it. Raises what the work raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._found[0]

    def _run(self) -> None:
        try:
            self._found.append(self._work())
        except BaseException as error:  # noqa: BLE001 - raised in the thread that asks for it
            self._error = error
