from __future__ import annotations

import numpy as np
import pytest

from ctxkb.errors import StoreError
from ctxkb.retrieve.asked import Asked
from ctxkb.vectors.exact import ExactIndex
from support.embedders import HashEmbedder


def test_the_nearest_embeddings_are_found_with_their_cosines() -> None:
    """A question's meaning is its vector, the nearest ids, and how near each is."""
    embedder = HashEmbedder()
    vectors = embedder.embed(["fonts are here", "queues hold messages", "fonts"])
    index = ExactIndex(None, np.arange(3), vectors)
    found = Asked("fonts", embedder, index, 2).nearest()
    assert found.vector.tolist() == vectors[2].tolist()
    assert found.near == {0: pytest.approx(float(vectors[0] @ vectors[2])), 2: pytest.approx(1.0)}


def test_what_fails_on_the_way_is_raised_to_who_asks() -> None:
    """Looking happens on another thread, yet its error is the caller's."""

    class Closed(ExactIndex):
        def query(self, vector: object, limit: int) -> list[tuple[int, float]]:  # type: ignore[override]  # noqa: ARG002 - what every index takes
            raise StoreError("closed")

    asked = Asked("fonts", HashEmbedder(), Closed(), 2)
    for _ in range(2):
        with pytest.raises(StoreError, match="closed"):
            asked.nearest()
