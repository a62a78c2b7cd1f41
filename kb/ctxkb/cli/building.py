"""Opens the index of a repository for one answer, brought up to date first where that is quick or nothing is there."""

from __future__ import annotations

import threading
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING

from ctxkb.cli.output import note
from ctxkb.errors import KbError, StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb.knowledge import Knowledge
    from ctxkb_ingest.folder import OwnerLock
    from ctxkb_ingest.report import IndexReport, Progress

QUICK = 5_000
"""Texts that are embedded before an answer, at most: about half a minute's work; more are left to `kb index`."""

PATIENCE = 30.0
"""Seconds that a question waits for the first index which another process is building."""


def run_index(root: Path, progress: Progress, *, full: bool) -> IndexReport:
    """One run of the indexer, by this process or, where one keeps the index, by its owner."""
    from ctxkb.config import load_config
    from ctxkb_ingest.run import run_index as run

    config = load_config(root)
    return run(root, config, model(config), progress=progress, full=full, on_problem=note)


@contextmanager
def built(root: Path, *, warm: bool = False) -> Iterator[Knowledge]:
    """The knowledge base of `root` with its documents as they are now, for a process that does not stay.

    `warm` loads the model meanwhile, for a question that is sure to need it.
    """
    from ctxkb.config import load_config
    from ctxkb_ingest.open import open_knowledge

    config = load_config(root)
    embedder = model(config)
    with _loading(embedder) if warm else nullcontext():
        try:
            _bring_up_to_date(root, config, embedder)
        except StoreError as error:  # a read-only folder, a full disk
            if not _has_units(root):
                raise
            note(f"The index is not brought up to date, so this answer rests on it as it is: {error}")
        knowledge = open_knowledge(root, config, embedder)
        try:
            yield knowledge
        finally:
            knowledge.catalog.close()


def model(config: Config) -> Callable[[], Embedder]:
    """What opens the configured embedding model, once; it loads when it is first used."""
    from ctxkb_ingest.embedders import configured_embedder

    return configured_embedder(config, note)


@contextmanager
def _loading(embedder: Callable[[], Embedder]) -> Iterator[None]:
    """Loads the model on a thread of its own; whoever uses it waits for it."""

    def load() -> None:
        with suppress(KbError):  # raised again where the model is used
            embedder().embed(["warm"])

    thread = threading.Thread(target=load, name="kb-model", daemon=True)
    thread.start()
    try:
        yield
    finally:
        thread.join()  # an interpreter that ends while native code loads may crash


def _bring_up_to_date(root: Path, config: Config, embedder: Callable[[], Embedder]) -> None:
    """Indexes what changed, unless another process is at it: then what is there has to do, if there is something."""
    from ctxkb.cli.progress import Bar
    from ctxkb_ingest.folder import OwnerLock
    from ctxkb_ingest.index import index_repository
    from ctxkb_ingest.repair import open_for_writing

    with OwnerLock(root) as lock:
        if not _acquired(lock, root):
            return
        catalog = open_for_writing(root, note)
        try:
            with Bar() as bar:
                report = index_repository(root, config, catalog, lambda: _if_quick(catalog, embedder()), progress=bar)
        finally:
            catalog.close()
    if not report.complete:
        note("The index is not complete, so this answer rests on words alone: run kb index.")


def _acquired(lock: OwnerLock, root: Path) -> bool:
    """Takes the lock, waiting for it while another process builds the first index. False where one is there."""
    import time

    end = time.monotonic() + PATIENCE
    while not lock.acquire():
        if time.monotonic() > end or _is_complete(root):
            return False
        time.sleep(0.1)
    return True


def _is_complete(root: Path) -> bool:
    from ctxkb_ingest.open import open_catalog

    catalog = open_catalog(root)
    try:
        return bool(catalog.meta("complete"))
    finally:
        catalog.close()


def _has_units(root: Path) -> bool:
    """Whether there is an index that can be read, and something in it."""
    from ctxkb_ingest.open import open_catalog

    try:
        catalog = open_catalog(root)
        try:
            return catalog.unit_count() > 0
        finally:
            catalog.close()
    except StoreError:
        return False


def _if_quick(catalog: Catalog, embedder: Embedder) -> Embedder | None:
    return embedder if len(catalog.unembedded(embedder.name)) <= QUICK else None
