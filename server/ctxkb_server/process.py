"""What a server does with its own process, over whatever transport it serves."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn

SWITCH_SECONDS = 0.0005
"""After which a thread at work lets another one go on: Python's own 5 ms are a third of an answer."""

GARBAGE = 10_000
"""So many more objects made than freed, and Python looks for those that only refer to each other."""


def settle() -> None:
    """Takes what has been loaded for permanent, and frees from now on what calls leave behind.

    A command that ends soon looks for garbage hardly ever; a server that did so would grow by megabytes. The second
    collection makes Python forget how much there was: it would wait for a quarter of that.
    """
    gc.collect()
    gc.freeze()
    gc.collect()
    gc.set_threshold(GARBAGE, 10, 10)


def end() -> NoReturn:
    """Ends at once: everything is closed, and native threads do not survive the interpreter's own end."""
    sys.stderr.flush()
    os._exit(0)


def tell(problem: str) -> None:
    """Tells whoever runs the server."""
    sys.stderr.write(f"kb: {problem}\n")
    sys.stderr.flush()
