"""Memory that was freed and not given back: the C library keeps what loading a model or an indexer's run has left."""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from pathlib import Path

GROWN = 3 * 2**20
"""Bytes by which a process may grow before it is worth a look what lies free in it."""

_STATM = Path("/proc/self/statm")


class Slack:
    """Gives back what lies free, each time that the process has grown; nothing where the C library cannot."""

    def __init__(self) -> None:
        self._least = 0

    def look(self) -> None:
        """Takes microseconds where the process has not grown, else some milliseconds."""
        if resident() > self._least + GROWN:
            _give_back()
            self._least = resident()


def resident() -> int:
    """Bytes of this process in memory, 0 where the system does not tell."""
    try:
        return int(_STATM.read_text("ascii").split()[1]) * mmap.PAGESIZE
    except OSError:
        return 0


def _give_back() -> None:
    with suppress(AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
