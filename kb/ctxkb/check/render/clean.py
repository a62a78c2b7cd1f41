"""What people and programs are shown is one line of visible characters, whatever stands in the repository."""

from __future__ import annotations

import os
import re
from urllib.parse import quote

from ctxkb.privacy.invisible import visible

_BREAKS = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BYTES = re.compile("[\udc80-\udcff]{2,}")
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Halves of characters, which stand for bytes that are no UTF-8, and what no XML may hold."""


def decoded(text: str) -> str:
    """`text` with names of files as UTF-8, as git hands them over, whatever the machine's own encoding made of them."""
    return _BYTES.sub(lambda found: os.fsencode(found[0]).decode("utf-8", "surrogateescape"), text)


def line(text: str) -> str:
    """`text` on one line, every character visible and valid in UTF-8 and XML."""
    shown = _NO_TEXT.sub(lambda found: f"\\u{ord(found[0]):04x}", visible(decoded(text)))
    return re.sub(r"[\n\r\t\u0085\u2028\u2029]", lambda found: _BREAKS.get(found[0], " "), shown)


def uri(path: str) -> str:
    """`path` as a relative reference of RFC 3986, the bytes of the file's name escaped."""
    return quote(os.fsencode(path), safe="/-._~!$&'()*+,;=@")
