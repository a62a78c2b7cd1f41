from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from ctxkb_server.slack import Slack, resident

SCRIPT = """
from ctxkb_server.slack import Slack, resident
held = [bytes(2000) for _ in range(50_000)]
del held[:-1]
full = resident()
slack = Slack()
slack.look()
emptied = resident()
kept = [bytes(2000) for _ in range(500)]
slack.look()
print(full - emptied > 50_000_000, resident() >= emptied)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can be told to give memory back")
def test_what_was_freed_goes_back_to_the_system() -> None:
    """A process that has grown gives back what lies free in it; one that has hardly grown is left alone."""
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "True True\n"


def test_a_look_is_always_possible() -> None:
    """Where the system knows no such call, nothing happens."""
    Slack().look()
    assert resident() >= 0
