from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from ctxkb.config import Config
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.seat import Seat
from support.embedders import HashEmbedder
from support.indexed import found_paths
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


def test_an_index_is_looked_at_once_every_file_was(tmp_path: Path) -> None:
    """An owner that begins with the index of an earlier one tells until when it may be out of date."""
    repo, embedder, loaded = Repo(tmp_path).write({"docs/a.md": "# A\n\nwalrus\n"}), HashEmbedder(), threading.Event()

    def slowly() -> HashEmbedder:
        loaded.wait(10)
        return embedder

    seat = Seat(tmp_path, Config(), slowly)
    index_repository(tmp_path, Config(), seat.catalog, lambda: embedder)
    repo.write({"docs/b.md": "# B\n\notter\n"})
    seat.start()
    try:
        assert seat.is_owner
        assert not seat.looked()
        loaded.set()
        end = time.monotonic() + 10
        while not seat.looked():
            assert time.monotonic() < end
            time.sleep(0.01)
        assert found_paths(seat.catalog, "otter") == ["docs/b.md"]
    finally:
        loaded.set()
        seat.close()


def test_a_reader_trusts_the_owner(tmp_path: Path) -> None:
    """Beside a process that keeps the index nothing has to be looked at."""
    Repo(tmp_path).write({"docs/a.md": "# A\n"})
    owner, reader = (Seat(tmp_path, Config(), HashEmbedder) for _ in range(2))
    owner.start()
    reader.start()
    try:
        assert (owner.is_owner, reader.is_owner, reader.looked()) == (True, False, True)
    finally:
        reader.close()
        owner.close()
