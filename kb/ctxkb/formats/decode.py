"""Bytes of a file to text, whatever wrote it."""

from __future__ import annotations

import codecs

from ctxkb.errors import SourceError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark is how this one begins
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Python takes these for line ends where Markdown, git and editors do not: left in, they would shift line numbers.
_NOT_LINE_ENDS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), " ")


def decode(content: bytes) -> str:
    """Read `content` as text with LF line ends and as many lines; raises `SourceError` where it is no text.

    A byte-order mark decides, then UTF-8, then Latin-1, which takes any byte. A mark in front is dropped.
    """
    text = _characters(content)
    if "\0" in text:
        raise SourceError("looks binary: it contains NUL bytes")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.translate(_NOT_LINE_ENDS).removeprefix("\ufeff")


def _characters(content: bytes) -> str:
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")
