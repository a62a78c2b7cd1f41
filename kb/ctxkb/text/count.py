"""Token counts in o200k_base, from the encoding file that ships inside llama-index-core: nothing is downloaded."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from tiktoken import Encoding

TOKENIZER = "o200k_base"

LONG_LINE, LONGEST_LINE = 500, 4000
"""Characters of a line of which fewer are remembered, and of one that is not remembered."""

_LINE_END = re.compile(r"\n(?=[^\s/])")
"""A line's end after which a token always begins: the patterns of o200k_base hold nothing but white space or slashes
after a line's end. So counts of lines add up."""


def count_tokens(text: str) -> int:
    """How many o200k_base tokens `text` has; special tokens in it count as ordinary text.

    Lines are remembered: an answer is counted again and again while it is fitted into its budget.
    """
    *lines, last = _LINE_END.split(text)
    return sum(map(_count, [f"{line}\n" for line in lines])) + _count(last)


def _count(line: str) -> int:
    if len(line) < LONG_LINE:
        return _remembered(line)
    return _long_remembered(line) if len(line) < LONGEST_LINE else _encoded(line)


@lru_cache(maxsize=8192)
def _remembered(line: str) -> int:
    return _encoded(line)


@lru_cache(maxsize=1024)
def _long_remembered(line: str) -> int:
    return _encoded(line)


def _encoded(line: str) -> int:
    return len(_encoding().encode_ordinary(line))


@cache
def _encoding() -> Encoding:
    folder = _encoding_folder()
    if folder is not None:
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder))
    import tiktoken

    try:
        encoding = tiktoken.get_encoding(TOKENIZER)
    except OSError as error:
        raise StoreError(
            f"cannot load the {TOKENIZER} token encoding: {error}; reinstall llama-index-core, which carries it"
        ) from error
    encoding._mergeable_ranks = {}  # a second copy of its table, 26 MB, which only pickling reads
    return encoding


def _encoding_folder() -> Path | None:
    """Where llama-index-core keeps its encoding files, found without importing it (1.3 s)."""
    spec = find_spec("llama_index")
    for root in (spec.submodule_search_locations or []) if spec else []:
        folder = Path(root) / "core" / "_static" / "tiktoken_cache"
        if folder.is_dir():
            return folder
    return None
