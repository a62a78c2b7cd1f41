from __future__ import annotations

import subprocess
import sys

import pytest

from ctxkb.text.count import count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hello world", 2), ("<|endoftext|>", 7), ("\n" * 10, 1), ("数据库", 1), ("\ud800", 1), ("\0", 1)],
)
def test_tokens_of_a_text(text: str, tokens: int) -> None:
    """Counted as o200k_base counts; special tokens are ordinary text, and no character is refused."""
    assert count_tokens(text) == tokens


def test_counting_needs_neither_the_network_nor_llama_index() -> None:
    """The encoding file is found inside llama-index-core without importing it."""
    code = (
        "import socket, sys; socket.socket.connect = None; from ctxkb.text.count import count_tokens; "
        "print(count_tokens('a b c'), 'llama_index.core' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "False"]
