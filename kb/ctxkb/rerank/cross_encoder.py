"""Any sentence-transformers CrossEncoder, by folder or by its name on the Hugging Face hub."""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError
from ctxkb.hub import Sort, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.rerank.interface import Scorer

_SORT = Sort("CrossEncoder", "cross-encoder", "rerank", '""')

MOST_TOKENS = 256
"""How many tokens of question and text together are read: twice as many take twice the time."""

THREADS_SHARE = 2
"""One of so many cores is used: where others are at work, threads that wait for each other take ten times as long."""


def open_cross_encoder(model: str) -> Scorer:
    """The scorer of a CrossEncoder, loaded (about 6 s). A hub model that is cached needs no network.

    Raises `ConfigError` where there is no such model, where it cannot be loaded, and where it gives no single score.
    """
    folder = Path(model).expanduser()
    if not folder.is_dir() and (model.startswith((".", "~", "/")) or model.count("/") > 1 or "\\" in model):
        raise ConfigError(
            f'[rerank] model "{model}" is not a folder here; give the path of a sentence-transformers CrossEncoder, '
            f'a name on the Hugging Face hub such as "cross-encoder/ms-marco-MiniLM-L6-v2", or "" for none'
        )
    encoder = _load(str(folder.resolve()) if folder.is_dir() else model, local=folder.is_dir())
    if encoder.num_labels != 1:
        raise ConfigError(f'[rerank] model "{model}" gives {encoder.num_labels} scores a pair, so it cannot rank')
    busy = Lock()

    def score(question: str, texts: Sequence[str]) -> list[float]:
        pairs = [(_clean(question), _clean(text)) for text in texts]
        with busy:  # the library's tokenizers keep padding and truncation as state
            found = encoder.predict(pairs, batch_size=len(pairs), show_progress_bar=False)
        return [float(value) for value in found]

    return score


def _clean(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _load(model: str, *, local: bool) -> Any:  # noqa: ANN401 - sentence-transformers is not followed by the type checker
    encoder = load_model(_SORT, model, local=local)
    import torch

    torch.set_num_threads(max(1, torch.get_num_threads() // THREADS_SHARE))
    limit = "max_seq_length" if hasattr(encoder, "max_seq_length") else "max_length"  # its name before version 6
    setattr(encoder, limit, min(getattr(encoder, limit) or MOST_TOKENS, MOST_TOKENS))
    return encoder
