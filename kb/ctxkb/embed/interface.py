"""What an embedder is: the seam between the knowledge base and any model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


class Embedder(Protocol):
    """Turns texts into vectors of one model. Implementations are safe to call from several threads."""

    @property
    def name(self) -> str:
        """What identifies model, precision and weights: vectors of two names are never compared."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        ...

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), dimensions), float32, each of length 1.

        Raises `ConfigError` where the model cannot be loaded (what is missing, and what to do), `StoreError` where
        the cache folder cannot be written.
        """
        ...


@runtime_checkable
class TokenAware(Protocol):
    """An embedder that knows the tokens of its model, so that a long text can be cut where the model stops reading."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own start and end marks included."""
        ...

    def token_lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each whole text has, start and end marks included; may be more than `max_tokens`."""
        ...
