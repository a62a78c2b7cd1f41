"""The configured embedding model, of whichever kind, without importing what it does not need."""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.config import Config
    from ctxkb.embed.interface import Embedder


def configured_embedder(config: Config, on_export: Callable[[str], None] | None = None) -> Callable[[], Embedder]:
    """What opens the model of `[embedding]`, once, whatever thread asks; it loads when it is first used.

    `on_export` is told where the bundled model has to be exported first. The call raises `ConfigError` where nothing
    can answer to the name.
    """
    opening = Lock()

    @cache
    def opened() -> Embedder:
        from ctxkb.embed.registry import open_embedder

        return open_embedder(config.embedding.model, loaders={"llama-index": _load_llama}, on_export=on_export)

    def once() -> Embedder:
        with opening:
            return opened()

    return once


def _load_llama(name: str) -> Embedder:
    """A LlamaIndex embedding; only here is LlamaIndex imported for serving, because the configuration names it."""
    from ctxkb_ingest.pipeline import load_llama_embedding

    return load_llama_embedding(name)
