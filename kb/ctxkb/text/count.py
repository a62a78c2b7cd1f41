"""Token counts in o200k_base, from the encoding file that ships inside llama-index-core: nothing is downloaded."""

from __future__ import annotations

import os
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from tiktoken import Encoding

TOKENIZER = "o200k_base"


def count_tokens(text: str) -> int:
    """How many o200k_base tokens `text` has; special tokens in it count as ordinary text."""
    return len(_encoding().encode_ordinary(text))


@cache
def _encoding() -> Encoding:
    folder = _encoding_folder()
    if folder is not None:
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
    import tiktoken

    try:
        return tiktoken.get_encoding(TOKENIZER)
    except OSError as error:
        raise StoreError(
            f"cannot load the {TOKENIZER} token encoding: {error}; reinstall llama-index-core, which carries it"
        ) from error


def _encoding_folder() -> Path | None:
    """Where llama-index-core keeps its encoding files, found without importing it (1.3 s)."""
    spec = find_spec("llama_index")
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "core" / "_static" / "tiktoken_cache"
        if folder.is_dir():
            return folder
    return None
