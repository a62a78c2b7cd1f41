"""A process of its own that indexes, serves or reads a repository, for tests that kill it.

python index_worker.py index ROOT DELAY     one run of `kb index`, each chunk of texts DELAY seconds long
python index_worker.py serve ROOT DELAY     a server's seat, until standard input ends; "owner" once it has it
python index_worker.py read ROOT DELAY      reads until standard input ends; each document must be whole
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb_ingest.open import open_catalog
from ctxkb_ingest.report import report_json
from ctxkb_ingest.run import run_index
from ctxkb_ingest.seat import Seat
from support.embedders import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class SlowEmbedder(HashEmbedder):
    """Takes its time for each call."""

    def __init__(self, delay: float) -> None:
        super().__init__()
        self._delay = delay

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts`, after a while."""
        time.sleep(self._delay)
        return super().embed(texts)


def say(line: object) -> None:
    """Tells the test."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def index(root: Path, delay: float) -> None:
    """One run; says the report."""
    embedder = SlowEmbedder(delay)
    say("started")
    report = run_index(root, load_config(root), lambda: embedder, through="direct")
    say({**report_json(report), "texts": len(embedder.embedded)})


def serve(root: Path, delay: float) -> None:
    """A seat; says when it is the owner's."""
    embedder = SlowEmbedder(delay)
    seat = Seat(root, load_config(root), lambda: embedder, on_problem=say)
    seat.start()
    say("started")
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not seat.is_owner and not ended.wait(0.05):
        pass
    if seat.is_owner:
        say("owner")
    ended.wait()
    seat.close()


def read(root: Path, _delay: float) -> None:
    """Reads again and again: all units of a document are of one version, or there are none."""
    catalog = open_catalog(root)
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    say("started")
    seen: set[str] = set()
    while not ended.is_set():
        for document in ("docs/a.md", "docs/b.md"):
            rows = catalog.units_of([document])
            versions = {row.unit.text.split()[-1] for row in rows}
            if len(versions) > 1 or len(rows) not in {0, 3}:
                say(f"torn: {document} {versions} {len(rows)}")
                return
            seen |= versions
        time.sleep(0.002)
    say(len(seen))


if __name__ == "__main__":
    {"index": index, "serve": serve, "read": read}[sys.argv[1]](Path(sys.argv[2]), float(sys.argv[3]))
