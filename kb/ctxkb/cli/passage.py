"""Puts a passage at the end of a text that a person wrote, and takes it out again so that the same text is left."""

from __future__ import annotations

import re


def line_end(text: str) -> str:
    """How the lines of a text end; a text that mixes both counts as one with CRLF."""
    return "\r\n" if "\r\n" in text else "\n"


def append(text: str, passage: str) -> str:
    """`text`, an empty line, and the passage, a text of whole lines that end with a line feed.

    A text whose last line is not ended stays one, so that nothing has to be remembered to take the passage out.
    """
    end = line_end(text)
    passage = passage.replace("\n", end)
    if not text:
        return passage
    return text + end + passage if text.endswith("\n") else text + end * 2 + passage.removesuffix(end)


def cut(text: str, start: int, stop: int) -> str:
    """`text` without the passage between `start` and `stop`, and without the empty line that `append` put above."""
    lines = 1 if text[start:stop].endswith("\n") else 2
    above = re.sub(rf"(?:\r?\n){{1,{lines}}}\Z", "", text[:start])
    return above + text[stop:]
