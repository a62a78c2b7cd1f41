"""The bundled model at work: onnxruntime and tokenizers, no torch."""

from __future__ import annotations

import os
import unicodedata
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ctxkb.embed import bundled
from ctxkb.embed.exported import RECIPE, exported_model, forget
from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray


class BundledEmbedder:
    """all-MiniLM-L6-v2 in "int8" or "fp32". Loads on first use (0.1 s; 10 s once on a machine, to export it).

    Each text runs alone, so that its vector never depends on the texts it came with: int8 activations share one
    scale a run. Many texts run on `threads` threads, which is also faster than a batch on one session of many.
    """

    dimensions = bundled.DIMENSIONS
    max_tokens = bundled.MAX_TOKENS

    def __init__(
        self,
        cache: Path,
        precision: str = "int8",
        threads: int | None = None,
        on_export: Callable[[str], None] | None = None,
    ) -> None:
        self.name = f"{bundled.MODEL}-{precision}-{RECIPE}@{bundled.SHA256['model.safetensors'][:12]}"
        self._cache = cache
        self._precision = precision
        self._threads = threads or usable_cores()
        self._on_export = on_export
        self._loading = Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), 384), float32, each of length 1; 256 tokens are read.

        Raises `ConfigError` where the package's weights are missing or damaged, `StoreError` where the cache folder
        cannot be written.
        """
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        self._load()

        def one(at: int) -> None:
            vectors[at] = self._vector(texts[at])

        if len(texts) == 1 or self._threads == 1:
            for at in range(len(texts)):
                one(at)
        elif texts:
            from concurrent.futures import ThreadPoolExecutor

            with ThreadPoolExecutor(min(self._threads, len(texts))) as pool:
                for _ in pool.map(one, range(len(texts))):
                    pass
        return vectors

    def token_lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each whole text has, start and end marks included."""
        return [len(self._tokenizer.encode(_clean(text)).ids) for text in texts]

    def _load(self) -> None:
        with self._loading:
            _ = self._tokenizer, self._session

    def _vector(self, text: str) -> NDArray[np.float32]:
        ids = self._tokenizer.encode(_clean(text)).ids
        if len(ids) > self.max_tokens:
            ids = [*ids[: self.max_tokens - 1], ids[-1]]
        row = np.array([ids], np.int64)
        found = self._session.run(None, {"input_ids": row, "attention_mask": np.ones_like(row)})
        return np.asarray(found[0][0], np.float32)

    @cached_property
    def _tokenizer(self) -> Any:  # noqa: ANN401 - tokenizers has no types
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(bundled.model_folder() / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _session(self) -> Any:  # noqa: ANN401 - onnxruntime has no types
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        options.enable_cpu_mem_arena = False  # it keeps what the longest text needed, once a thread, and is no faster
        model = exported_model(self._precision, self._cache, self._on_export)
        try:
            return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's exceptions have no base class of their own
            forget(model)
            raise StoreError(
                f"the embedding model in {model} is damaged: {error}; start again, which prepares it anew"
            ) from error


def usable_cores() -> int:
    """How many cores this process may run on, at least one."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _clean(text: str) -> str:
    """`text` in NFC; halves of surrogate pairs, which no tokenizer takes, become question marks."""
    return unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode("utf-8"))
