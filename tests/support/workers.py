"""Starts `index_worker` processes, and makes sure that none outlives its test."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, Queue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRIPT = Path(__file__).with_name("index_worker.py")


class Worker:
    """A process and the lines that it says."""

    def __init__(self, mode: str, root: Path, delay: float = 0) -> None:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        self.process = subprocess.Popen(
            [sys.executable, str(SCRIPT), mode, str(root), str(delay)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self._lines: Queue[str] = Queue()
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))

    def hears(self, seconds: float = 30) -> str:
        """The next line that it says; fails where there is none in time."""
        try:
            return self._lines.get(timeout=seconds)
        except Empty:
            self.process.kill()
            errors = self.process.stderr.read() if self.process.stderr else ""
            raise AssertionError(f"nothing was said within {seconds} s; stderr: {errors}") from None

    def kill(self) -> None:
        """Kill -9."""
        self.process.kill()
        self.process.wait(10)

    def end(self) -> str:
        """Ends its standard input and waits; gives what it wrote to standard error."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)
        self._thread.join(5)
        return self.process.stderr.read() if self.process.stderr else ""


@contextmanager
def worker(mode: str, root: Path, delay: float = 0) -> Iterator[Worker]:
    """A worker that has started."""
    made = Worker(mode, root, delay)
    try:
        assert made.hears() == "started"
        yield made
    finally:
        made.process.kill()
        made.process.wait(10)
        for pipe in (made.process.stdin, made.process.stdout, made.process.stderr):
            if pipe is not None:
                pipe.close()
