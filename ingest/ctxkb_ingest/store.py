"""The catalog as a store of vectors and units, for those who come to it from outside: the LlamaIndex pipeline."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ctxkb.catalog.write import text_hash
from ctxkb_ingest.embed import embed_texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder
    from ctxkb.types import Unit
    from ctxkb_ingest.report import Progress


class StoredEmbedder:
    """An embedder whose vectors land in the catalog: a text that has one is not embedded again."""

    def __init__(self, catalog: Catalog, embedder: Embedder, progress: Progress) -> None:
        self._catalog = catalog
        self._embedder = embedder
        self._progress = progress

    @property
    def name(self) -> str:
        """The name of the model behind it."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), dimensions), float32, each of length 1."""
        keys = [text_hash(text) for text in texts]
        known = self._catalog.vectors(self.name, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if missing:
            embed_texts(self._catalog, self._embedder, missing, self._progress)
            known |= self._catalog.vectors(self.name, missing)
        return np.stack([known[key] for key in keys]) if keys else np.zeros((0, self.dimensions), np.float32)

    def embed_rest(self) -> None:
        """Embeds the texts whose files changed or went since they were read into the catalog."""
        embed_texts(self._catalog, self._embedder, self._catalog.unembedded(self.name), self._progress)


def stored_units(catalog: Catalog, path: str) -> list[Unit]:
    """The units of a file as the catalog holds them, with the texts to embed."""
    rows = catalog.units_of_file(path)
    texts = catalog.passages(row.row for row in rows)
    return [replace(row.unit, embed=texts.get(row.row, ())) for row in rows]
