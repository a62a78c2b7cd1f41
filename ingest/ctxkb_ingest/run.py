"""`kb index`: one run by whoever may do it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from ctxkb_ingest.folder import OwnerLock
from ctxkb_ingest.report import IndexReport, Silent, report_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb_ingest.index import Through
    from ctxkb_ingest.report import Progress

RETRY_SECONDS = 0.2


def run_index(
    root: Path,
    config: Config,
    embedder: Callable[[], Embedder | None],
    *,
    progress: Progress | None = None,
    full: bool = False,
    through: Through = "pipeline",
    on_problem: Callable[[str], None] | None = None,
) -> IndexReport:
    """Brings the index up to date: by itself where nobody owns it, else by asking the owner, whose progress it shows.

    While another `kb index` is at work it waits for it. Raises `StoreError` and `ConfigError` as `index_repository`.
    """
    told = progress or Silent()
    with OwnerLock(root) as lock:
        while not lock.acquire():
            from ctxkb_ingest.ask import ask_owner

            answer = ask_owner(root, "index", {"full": full}, lambda at: pass_on(at, told), timeout=None)
            if answer is not None:
                return report_of(answer)
            time.sleep(RETRY_SECONDS)
        return _index(root, config, embedder, told, full=full, through=through, on_problem=on_problem)


def _index(
    root: Path,
    config: Config,
    embedder: Callable[[], Embedder | None],
    progress: Progress,
    *,
    full: bool,
    through: Through,
    on_problem: Callable[[str], None] | None,
) -> IndexReport:
    from ctxkb_ingest.index import index_repository
    from ctxkb_ingest.repair import open_for_writing

    catalog = open_for_writing(root, on_problem)
    try:
        report = index_repository(root, config, catalog, embedder, progress=progress, full=full, through=through)
        if report.changed or report.removed or report.embedded:
            _leave_for_readers(catalog, config, embedder())
        return report
    finally:
        catalog.close()


def _leave_for_readers(catalog: Catalog, config: Config, embedder: Embedder | None) -> None:
    """What an owner that stays would do later: the snapshot, and the Chroma server's collection where there is one."""
    if embedder is None:
        return
    from ctxkb_ingest.scan import save_snapshot

    save_snapshot(catalog, embedder.name, always=True)
    if config.vectors.url:
        from ctxkb.vectors.server import open_chroma_server
        from ctxkb_ingest.keeper import identity

        stamp = catalog.meta("vectors")
        name, repository = embedder.name, identity(catalog)
        open_chroma_server(config.vectors.url, repository, name, lambda: [catalog.live_embeddings(name)], stamp).close()


def pass_on(told: dict[str, Any], progress: Progress) -> None:
    """Hands on what an owner tells of its progress: a phase with its total, or how many are done."""
    if "total" in told:
        progress.start(told["phase"], told["total"])
    else:
        progress.advance(told["phase"], told["done"])
