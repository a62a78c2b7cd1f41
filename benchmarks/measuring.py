"""What the benchmarks share: times taken in turns, percentiles, and the machine that they were taken on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import time
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

ROOT = Path(__file__).parents[1]
KB = str(Path(sys.executable).with_name("kb"))
"""The command line that belongs to this Python."""


def machine() -> str:
    """Date, commit, processor, cores, memory and load, in two lines: figures mean nothing without them."""
    model = re.findall(r"model name\s*: (.+)", _text("/proc/cpuinfo")) or [platform.processor() or "unknown processor"]
    memory = re.findall(r"MemTotal:\s*(\d+)", _text("/proc/meminfo"))
    size = f", {int(memory[0]) / 2**20:.0f} GB" if memory else ""
    commit = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short", "HEAD"], capture_output=True, text=True).stdout
    now = datetime.now().astimezone()
    return (
        f"{now:%Y-%m-%d %H:%M}, commit {commit.strip() or 'unknown'}, Python {platform.python_version()}\n"
        f"{model[0]}, {os.cpu_count()} cores{size}, {load()}"
    )


def load() -> str:
    """The load of the last one, five and fifteen minutes."""
    return "load " + " ".join(f"{part:.1f}" for part in os.getloadavg())


def _text(path: str) -> str:
    return Path(path).read_text("utf-8") if Path(path).exists() else ""


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(sides: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each side in each round; the sides take turns, so that the machine's load meets all alike."""
    times: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        for name, work in sides.items():
            times[name].append(timed(work))
    return times


def command(*words: str, cwd: Path | None = None) -> Callable[[], object]:
    """Runs a command as a process of its own, and stops the benchmark where it fails."""
    return lambda: subprocess.run(words, cwd=cwd, check=True, capture_output=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0..1) of them lie."""
    return sorted(values)[round(share * (len(values) - 1))]


def spread(seconds: Sequence[float]) -> str:
    """The median, the fastest and the slowest, in seconds."""
    return f"{median(seconds):8.3f} s   ({min(seconds):.3f} to {max(seconds):.3f})"


def verdict(value: float, reach: float, *, most: bool = True) -> str:
    """A ratio or figure beside what is to be reached: at most that, or at least."""
    good = value <= reach if most else value >= reach
    return f"{value:8.2f}     (reach: at {'most' if most else 'least'} {reach:g}) {'reached' if good else 'MISSED'}"
