"""Opens an index for a process that only reads it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from ctxkb.catalog.read import Catalog
from ctxkb.errors import StoreError
from ctxkb_ingest.folder import kb_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.knowledge import Knowledge
    from ctxkb.vectors.interface import VectorIndex

RETRY_SECONDS = 30.0
"""Between two tries to reach a Chroma server that did not answer."""


def open_catalog(root: Path) -> Catalog:
    """The catalog of `root`; it is opened when it is first read. Raises `StoreError` where there can be no `.kb/`."""
    return Catalog(kb_folder(root))


def open_knowledge(root: Path, config: Config, embedder: Callable[[], Embedder | None]) -> Knowledge:
    """The knowledge base of `root`, for a process that does not own its index. Close its `catalog` when done."""
    from ctxkb.knowledge import Knowledge

    catalog = open_catalog(root)
    return Knowledge(root, config, catalog, embedder, reader_vectors(catalog, config.vectors.url, embedder))


def reader_vectors(
    catalog: Catalog, url: str, embedder: Callable[[], Embedder | None]
) -> Callable[[], VectorIndex | None]:
    """What gives a reader's vectors at any time: the Chroma server's at `url`, else an exact scan.

    While the server cannot be reached the scan answers.
    """
    from ctxkb_ingest.scan import Scan

    scan = Scan(catalog, embedder)
    if not url:
        return scan.current
    server: VectorIndex | None = None
    again = 0.0

    def current() -> VectorIndex | None:
        nonlocal server, again
        model = embedder()
        if model is None or server is not None:
            return server
        if time.monotonic() < again:
            return scan.current()
        from ctxkb.vectors.server import open_chroma_server

        try:
            server = open_chroma_server(url, f"{catalog.meta('identity')}", model.name)
        except StoreError:  # the scan answers as well, only more slowly where there is very much
            again = time.monotonic() + RETRY_SECONDS
            return scan.current()
        return server

    return current
