"""Processes seen from outside: the children of this one, and how much memory and time one takes (Linux)."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of one process: resident now, its share of what it shares with others, the most it ever had."""

    rss: float
    pss: float
    peak: float
    private: float

    def __str__(self) -> str:
        return f"RSS {self.rss:.0f} MB, PSS {self.pss:.0f}, not shared {self.private:.0f}, at most {self.peak:.0f}"


def memory(pid: int) -> Memory:
    """What a process takes; 1 MB is 2**20 bytes."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    smaps = Path(f"/proc/{pid}/smaps_rollup").read_text("utf-8")
    return Memory(_mb(status, "VmRSS"), _mb(smaps, "Pss"), _mb(status, "VmHWM"), _mb(smaps, "Private_Dirty"))


def _mb(text: str, field: str) -> float:
    return int(re.findall(rf"{field}:\s*(\d+)", text)[0]) / 1024


def children() -> set[int]:
    """The processes that this one started and that still run."""
    found = (path.read_text("utf-8").split() for path in Path("/proc/self/task").glob("*/children"))
    return {int(pid) for pids in found for pid in pids}


def settle(pid: int, quiet: float = 1.5, most: float = 1800) -> None:
    """Waits until a process has done next to nothing for a while: its index is complete, its vectors are loaded."""
    end, since, before = time.monotonic() + most, time.monotonic(), _busy(pid)
    while time.monotonic() - since < quiet:
        time.sleep(0.25)
        now = _busy(pid)
        if now - before > 0.05:
            since = time.monotonic()
        before = now
        assert time.monotonic() < end, f"process {pid} does not come to rest"


def _busy(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
