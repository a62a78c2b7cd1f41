"""One run of the indexer: words first, then vectors."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from ctxkb_ingest.report import STALE, IndexReport, Silent
from ctxkb_ingest.words import Changes, fingerprint, update_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder
    from ctxkb_ingest.report import Progress

FEW = 500
"""With fewer new vectors than this, readers look beside the snapshot rather than having it written anew."""

Through = Literal["direct", "pipeline"]
"""What embeds: the embedder alone, or a LlamaIndex pipeline around it; the vectors are the same."""


def index_repository(
    root: Path,
    config: Config,
    catalog: Catalog,
    embedder: Callable[[], Embedder | None],
    *,
    progress: Progress | None = None,
    full: bool = False,
    paths: Sequence[str] | None = None,
    through: Through = "direct",
    pause: Callable[[], None] | None = None,
) -> IndexReport:
    """Brings the catalog up to date with the files of `root`. Only the owner may call it.

    `embedder` is asked for only where something may have to be embedded; while it gives None, the words are up to date
    and `complete` is false. `full` reads all files again, yet embeds no text twice. `paths` restricts the run to some
    files and folders. `pause` is called between two chunks of texts. Whatever ends a run, the next one goes on.

    Raises `StoreError` where the index cannot be written, `ConfigError` where the model cannot be loaded.
    """
    started = time.monotonic()
    told = progress or Silent()
    was_whole = _is_whole(catalog, config)
    changes = update_words(root, config, catalog, told, full=full, paths=paths)
    only = changes.changed if was_whole else None
    embedded = _update_vectors(config, catalog, embedder, told, through=through, pause=pause, only=only)
    return _report(catalog, changes, embedded, time.monotonic() - started)


def _is_whole(catalog: Catalog, config: Config) -> bool:
    """Whether every text has its vector of the configured model."""
    return bool(catalog.meta("complete")) and catalog.meta("model") == _model(config)


def _model(config: Config) -> int:
    return fingerprint(config.embedding.model_dump_json())


def _update_vectors(
    config: Config,
    catalog: Catalog,
    embedder: Callable[[], Embedder | None],
    progress: Progress,
    *,
    through: Through,
    pause: Callable[[], None] | None,
    only: Sequence[str] | None,
) -> int:
    """Embeds what has no vector yet, in all files or `only` in some; how many texts that were."""
    if _is_whole(catalog, config):
        return 0
    found = embedder()
    if found is None:
        return 0
    if through == "pipeline" and catalog.unembedded(found.name, only):
        from ctxkb_ingest.pipeline import embed_through_pipeline

        embedded = embed_through_pipeline(catalog, found, progress)
    else:
        from ctxkb_ingest.embed import embed_missing

        embedded = embed_missing(catalog, found, progress, pause, only)
    from ctxkb.catalog.write import put_subjects, set_meta, writing

    with writing(catalog) as connection:
        put_subjects(connection, found.name)
        set_meta(connection, {"complete": 1, "model": _model(config)})
    if embedded >= FEW:
        from ctxkb_ingest.scan import save_snapshot

        save_snapshot(catalog, found.name)
    return embedded


def _report(catalog: Catalog, changes: Changes, embedded: int, seconds: float) -> IndexReport:
    files, units, texts = catalog.totals()
    complete = bool(catalog.meta("complete"))
    told = catalog.problems()
    problems = [each for each in told if each.concern == "reading"]
    read = catalog.document_paths() if problems else set()
    remarks = tuple(each for each in problems if each.path in read and not each.reason.endswith(STALE))
    return IndexReport(
        files=files,
        units=units,
        changed=len(set(changes.changed)),  # what is imported is read twice
        removed=len(changes.removed),
        embedded=embedded,
        reused=texts - embedded,
        skipped=tuple(each for each in problems if each not in remarks),
        remarks=remarks,
        noted=tuple(each for each in told if each.concern != "reading"),
        seconds=seconds,
        complete=complete,
    )
