from __future__ import annotations

import random
import subprocess
import sys

import pytest
import tiktoken

from ctxkb.text.count import count_tokens


@pytest.mark.parametrize(
    ("text", "tokens"),
    [("", 0), ("hello world", 2), ("<|endoftext|>", 7), ("\n" * 10, 1), ("数据库", 1), ("\ud800", 1), ("\0", 1)],
)
def test_tokens_of_a_text(text: str, tokens: int) -> None:
    """Counted as o200k_base counts; special tokens are ordinary text, and no character is refused."""
    assert count_tokens(text) == tokens


def test_the_lines_of_a_text_add_up_to_the_whole() -> None:
    """Wherever lines end and whatever stands around it, a text has as many tokens as if it were counted at once."""
    draw = random.Random(1)  # noqa: S311 - the same texts in each run
    parts = [
        "\n",
        "\r\n",
        " ",
        "\t",
        "/",
        "a",
        "Bc",
        "12",
        "'s",
        "#",
        "- ",
        "...",
        "é",
        "数",
        "\u00a0",
        "\x85",
        "x" * 600,
    ]
    texts = ["".join(draw.choices(parts, k=draw.randint(1, 16))) for _ in range(5000)]
    counted = {text: count_tokens(text) for text in texts}
    whole = tiktoken.get_encoding("o200k_base")
    assert counted == {text: len(whole.encode_ordinary(text)) for text in texts}


def test_counting_needs_neither_the_network_nor_llama_index() -> None:
    """The encoding file is found inside llama-index-core without importing it."""
    code = (
        "import socket, sys; socket.socket.connect = None; from ctxkb.text.count import count_tokens; "
        "print(count_tokens('a b c'), 'llama_index.core' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["3", "False"]
