"""A seeded stand-in for the slow embedder: the same texts give the same vectors in every process, without a model."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WORD = re.compile(r"[^\W_]+")


class HashEmbedder:
    """Bags of hashed words: texts that share words get vectors that point the same way. Counts what it embedded."""

    def __init__(self, dimensions: int = 64, seed: int = 0) -> None:
        self.dimensions = dimensions
        self.name = f"hash-{dimensions}-{seed}"
        self.embedded: list[str] = []
        self._seed = seed

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), dimensions), float32, each of length 1."""
        self.embedded.extend(texts)
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._vector(text) for text in texts])

    def token_lengths(self, texts: Sequence[str]) -> list[int]:
        """How many words each text has."""
        return [len(_WORD.findall(text)) for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        words = _WORD.findall(text.lower()) or [""]
        total = np.sum([self._direction(word) for word in words], axis=0)
        return (total / np.linalg.norm(total)).astype(np.float32)

    def _direction(self, word: str) -> NDArray[np.float64]:
        digest = blake2b(word.encode(), digest_size=8, key=str(self._seed).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest)).standard_normal(self.dimensions)
