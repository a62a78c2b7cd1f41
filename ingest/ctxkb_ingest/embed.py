"""Gives each text of the catalog its vector, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.catalog.write import put_embeddings, raise_vectors, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder
    from ctxkb_ingest.report import Progress

CHUNK = 64
"""Texts between two commits: less than a second's work, which is all that a killed run loses."""


def embed_missing(
    catalog: Catalog,
    embedder: Embedder,
    progress: Progress,
    pause: Callable[[], None] | None = None,
    paths: Sequence[str] | None = None,
) -> int:
    """Embeds every text, of all files or of some, that has no vector of this model yet; how many there were."""
    missing = catalog.unembedded(embedder.name, paths)
    progress.start("embed", len(missing))
    embed_texts(catalog, embedder, missing, progress, pause)
    return len(missing)


def embed_texts(
    catalog: Catalog,
    embedder: Embedder,
    texts: Mapping[bytes, str],
    progress: Progress,
    pause: Callable[[], None] | None = None,
) -> None:
    """Embeds texts, given by their hashes, and commits each chunk of them; `pause` is called between chunks.

    They are taken sorted by length, over all documents, so that a batch wastes no time on padding.
    """
    ordered = sorted(texts.items(), key=lambda item: len(item[1]), reverse=True)
    for chunk in _chunks(ordered):
        vectors = embedder.embed([text for _, text in chunk])
        with writing(catalog) as connection:
            put_embeddings(connection, embedder.name, [key for key, _ in chunk], vectors)
            raise_vectors(connection)
        progress.advance("embed", len(chunk))
        if pause is not None:
            pause()


def _chunks(items: Sequence[tuple[bytes, str]]) -> Iterator[Sequence[tuple[bytes, str]]]:
    return (items[start : start + CHUNK] for start in range(0, len(items), CHUNK))
