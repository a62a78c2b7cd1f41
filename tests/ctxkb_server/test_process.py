from __future__ import annotations

import subprocess
import sys

CODE = """
import gc
from ctxkb_server.process import GARBAGE, settle

class Ring:
    alive = 0
    def __init__(self):
        self.own = self
        self.much = [[] for _ in range(20)]
        Ring.alive += 1
    def __del__(self):
        Ring.alive -= 1

gc.set_threshold(200_000, 20, 20)
settle()
most = 0
for _ in range(5_000):
    Ring()
    most = max(most, Ring.alive)
print(most <= GARBAGE // 20, gc.get_freeze_count() > 1000)
"""


def test_what_calls_leave_behind_is_freed_soon() -> None:
    """Objects that refer to each other do not gather, whatever the command line has set for short commands."""
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("True True\n", "")
