"""Any sentence-transformers CrossEncoder, by folder or by its name on the Hugging Face hub."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.rerank.interface import Scorer

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
    import torch
    from huggingface_hub.utils.tqdm import disable_progress_bars
    from sentence_transformers import CrossEncoder
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bars()
    disable_progress_bar()  # type: ignore[no-untyped-call]
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    try:
        encoder = CrossEncoder(model, device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        if local:
            raise ConfigError(f'[rerank] the model in folder "{model}" cannot be loaded: {_said(error)}') from error
        encoder = _download(model)
    torch.set_num_threads(max(1, torch.get_num_threads() // THREADS_SHARE))
    limit = "max_seq_length" if hasattr(encoder, "max_seq_length") else "max_length"  # its name before version 6
    setattr(encoder, limit, min(getattr(encoder, limit) or MOST_TOKENS, MOST_TOKENS))
    return encoder


def _download(name: str) -> Any:  # noqa: ANN401 - see above
    from sentence_transformers import CrossEncoder

    try:
        return CrossEncoder(name, device="cpu")
    except (OSError, ValueError) as error:
        raise ConfigError(
            f'[rerank] model "{name}" is neither a folder nor in the Hugging Face cache, and cannot be downloaded: '
            f'{_said(error)}; check the name, download it where there is a network, or use model = ""'
        ) from error


def _said(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
