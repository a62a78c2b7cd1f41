"""`kb serve`: MCP over standard input and output, as long as its client is there."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

import anyio

from ctxkb.config import load_config
from ctxkb_server.audit import MEGABYTE, Audit
from ctxkb_server.engine import Engine
from ctxkb_server.process import SWITCH_SECONDS, end, tell
from ctxkb_server.server import create_server
from ctxkb_server.tools import Served

if TYPE_CHECKING:
    from pathlib import Path

PARENT_SECONDS = 1.0
"""Between two looks whether the client's process is still there."""

LONGEST_END_SECONDS = 5.0
"""After which the process ends even where a call is still at work."""


def serve(root: Path, *, allow_write: bool = False) -> NoReturn:
    """Serves the repository at `root` until its client ends, and ends the process. Raises `KbError` for a bad set-up.

    `allow_write` offers `propose`. The SDK sends whatever else is printed to standard error while it serves; nothing
    runs before that.
    """
    logging.basicConfig(level=logging.WARNING, format="kb: %(message)s", stream=sys.stderr)
    sys.setswitchinterval(SWITCH_SECONDS)
    config = load_config(root)
    engine = Engine(root, config, tell)
    audit = None
    if config.server.audit:
        largest = MEGABYTE * config.server.audit_mb
        audit = Audit(engine.catalog.folder, largest, lambda: engine.knowledge.config.privacy)
    served = Served(lambda: engine.knowledge, root, config.budget.default, audit, drafts=allow_write)
    server = create_server(served, engine.lifespan)
    _end_with_the_client(engine)
    anyio.run(server.run_stdio)
    end()


def _end_with_the_client(engine: Engine) -> None:
    """Ends the process on a signal, and when its parent is gone: a thread that waits for input cannot be woken."""
    asked = threading.Event()
    parent = os.getppid()

    def wait() -> None:
        while not asked.wait(PARENT_SECONDS) and os.getppid() == parent:
            pass
        _end_soon()
        engine.close()
        end()

    for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
        signal.signal(number, lambda *_: asked.set())
    threading.Thread(target=wait, name="kb-parent", daemon=True).start()


def _end_soon() -> None:
    """Ends the process after a while, whatever still runs."""
    timer = threading.Timer(LONGEST_END_SECONDS, os._exit, (0,))
    timer.daemon = True
    timer.start()
