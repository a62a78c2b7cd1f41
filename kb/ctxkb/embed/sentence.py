"""Any sentence-transformers model, by folder or by its name on the Hugging Face hub."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from ctxkb.errors import ConfigError
from ctxkb.hub import Sort, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BATCH = 16
"""Texts in one run; larger batches are slower on CPUs because of their padding."""

_SORT = Sort("SentenceTransformer", "sentence-transformers", "embedding", '"default"')

_SAMPLE = 65536
"""Bytes read at the start, the middle and the end of a large file to tell weights apart."""


def open_sentence_embedder(model: str, threads: int | None = None) -> SentenceEmbedder:
    """The embedder for `model`. Raises `ConfigError` where it looks like a folder that is not there."""
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "config.json").is_file() and not (folder / "modules.json").is_file():
            raise ConfigError(f'[embedding] model "{model}" is a folder without config.json: no model lies in it')
        return SentenceEmbedder(str(folder.resolve()), threads, local=True)
    if model.startswith((".", "~", "/")) or model.count("/") > 1 or "\\" in model:
        raise ConfigError(
            f'[embedding] model "{model}" is not a folder here; give the path of a sentence-transformers model, '
            f'a name on the Hugging Face hub such as "BAAI/bge-small-en-v1.5", or "default"'
        )
    return SentenceEmbedder(model, threads, local=False)


class SentenceEmbedder:
    """A sentence-transformers model. It loads on first use (about 6 s); a hub model that is cached needs no network."""

    def __init__(self, model: str, threads: int | None = None, *, local: bool) -> None:
        self._path = model
        self._threads = threads
        self._local = local
        self._busy = Lock()

    @cached_property
    def name(self) -> str:
        """The model, and what tells its weights from others: a fingerprint of the folder, or the hub's revision."""
        if self._local:
            return f"{self._path}@{fingerprint(Path(self._path))}"
        return f"{self._path}@{_revision(self._model)}"

    @property
    def dimensions(self) -> int:
        """The length of each vector; loads the model."""
        return int(self._model.get_embedding_dimension())

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads; loads the model."""
        return int(self._model.max_seq_length or 512)

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of `texts` in their order: shape (len(texts), dimensions), float32, each of length 1.

        Raises `ConfigError` where the model cannot be loaded.
        """
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        clean = [text.encode("utf-8", "replace").decode("utf-8") for text in texts]
        model = self._model
        with self._busy:  # the library's tokenizers keep padding and truncation as state
            vectors = model.encode(clean, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)

    def token_lengths(self, texts: Sequence[str]) -> list[int]:
        """How many tokens each whole text has, start and end marks included."""
        tokenizer = self._model.tokenizer
        with self._busy:
            return [len(ids) for ids in tokenizer(list(texts), truncation=False, verbose=False)["input_ids"]]

    @cached_property
    def _model(self) -> Any:  # noqa: ANN401 - sentence-transformers is not followed by the type checker
        with self._busy:
            model = load_model(_SORT, self._path, local=self._local)
            if self._threads:
                import torch

                torch.set_num_threads(self._threads)
            return model


def fingerprint(folder: Path) -> str:
    """Twelve hex digits that tell a model's files from others': names, sizes, and samples of what they hold."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(folder).as_posix()}:{size}\n".encode())
        with path.open("rb") as file:
            for start in sorted({0, max(0, size // 2 - _SAMPLE // 2), max(0, size - _SAMPLE)}):
                file.seek(start)
                digest.update(file.read(_SAMPLE))
    return digest.hexdigest()[:12]


def _revision(model: Any) -> str:  # noqa: ANN401 - see above
    """The hub's revision that was loaded, "unknown" for a model that does not tell."""
    config = getattr(getattr(model[0], "auto_model", None), "config", None)
    return str(getattr(config, "_commit_hash", None) or "unknown")[:12]
