"""Bytes to text, whatever wrote the file."""

from __future__ import annotations

import codecs

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats.decode import decode

BYTES = {
    "utf-8": ("é\n".encode(), "é\n"),
    "utf-8 with a mark": (codecs.BOM_UTF8 + "é".encode(), "é"),
    "utf-16 little endian": (codecs.BOM_UTF16_LE + "é\n".encode("utf-16-le"), "é\n"),
    "utf-16 big endian": (codecs.BOM_UTF16_BE + "é\n".encode("utf-16-be"), "é\n"),
    "latin-1": (b"caf\xe9", "café"),
    "crlf": (b"a\r\n\r\nb\rc\n", "a\n\nb\nc\n"),
    "line ends that only Python knows": ("a\u2028b\x0cc\x85d".encode(), "a b c d"),
}


@pytest.mark.parametrize(("content", "text"), BYTES.values(), ids=BYTES.keys())
def test_bytes_become_text(content: bytes, text: str) -> None:
    """Marks go, line ends become LF, and what is no UTF-8 is read as Latin-1."""
    assert decode(content) == text
    assert len(text.splitlines()) == len(text.removesuffix("\n").split("\n"))


def test_nul_bytes_are_refused() -> None:
    """A file with NUL bytes is binary, and says so."""
    with pytest.raises(SourceError) as caught:
        decode(b"PK\x00\x01")
    assert caught.value.reason == "looks binary: it contains NUL bytes"
