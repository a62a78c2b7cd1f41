"""Which embedder a configured name means."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.embed.exported import cache_folder
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from ctxkb.embed.interface import Embedder

PRECISIONS: Mapping[str, str] = MappingProxyType({"default": "int8", "default-fp32": "fp32"})
"""The names of the bundled model, and the precision that each stands for."""

NO_LOADERS: Mapping[str, Callable[[str], Embedder]] = MappingProxyType({})


def open_embedder(
    model: str = "default",
    cache: Path | None = None,
    *,
    loaders: Mapping[str, Callable[[str], Embedder]] = NO_LOADERS,
    threads: int | None = None,
    on_export: Callable[[str], None] | None = None,
) -> Embedder:
    """The embedder that `model` names; it loads when it is first used.

    "default" and "default-fp32" are the bundled model. A name that starts with a key of `loaders` and a colon, such
    as "llama-index:module:Class", goes to that loader without its prefix. Anything else is a sentence-transformers
    model: a folder, or a name on the Hugging Face hub. Raises `ConfigError` where nothing can answer to the name.
    """
    if model in PRECISIONS:
        from ctxkb.embed.runtime import BundledEmbedder

        return BundledEmbedder(cache_folder(cache), PRECISIONS[model], threads, on_export)
    prefix, colon, rest = model.partition(":")
    if colon and prefix in loaders:
        return loaders[prefix](rest)
    if prefix == "llama-index":
        raise ConfigError(f'[embedding] model "{model}" is a LlamaIndex embedding, which cannot be loaded here')
    from ctxkb.embed.sentence import open_sentence_embedder

    return open_sentence_embedder(model, threads)
