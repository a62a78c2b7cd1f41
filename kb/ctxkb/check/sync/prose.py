"""The prose of a convention as it stands in a file that lies elsewhere."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.text.markdown import blocks, headings

if TYPE_CHECKING:
    from ctxkb.types import Document

_LINK = re.compile(r"(\]\(\s*<?)([^)\s>#]+)")
_DEFINED = re.compile(r"^(\s{0,3}\[[^\]]+\]:\s*<?)([^\s>#]+)")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|/|mailto:", re.IGNORECASE)
_LOWEST = 6


def body(document: Document) -> str:
    """The text of a document without its front matter and its title."""
    text = "\n\n".join(section.text.strip("\n") for section in document.sections)
    first = next(iter(headings(text)), None)
    if first is not None and first.level == 1 and first.text == document.title:
        lines = text.split("\n")
        text = "\n".join([*lines[: first.first - 1], *lines[first.last :]])
    return text.strip("\n")


def moved(text: str, old: str, new: str) -> str:
    """`text` of the file `old` as it reads in the file `new`: relative links lead to where they led."""
    code = {line for block in blocks(text) if block.kind == "code" for line in range(block.first, block.last + 1)}
    shown = [line if number in code else _moved(line, old, new) for number, line in enumerate(text.split("\n"), 1)]
    return "\n".join(shown)


def _moved(line: str, old: str, new: str) -> str:
    def there(link: re.Match[str]) -> str:
        if _ELSEWHERE.match(link[2]):
            return link[0]
        target = posixpath.normpath(posixpath.join(posixpath.dirname(old), link[2]))
        return link[1] + posixpath.relpath(target, posixpath.dirname(new) or ".")

    return _DEFINED.sub(there, _LINK.sub(there, line))


def lowered(text: str, levels: int) -> str:
    """`text` with its headings so many levels further down, at most six."""
    lines = text.split("\n")
    for heading in headings(text):
        line = lines[heading.first - 1]
        if line.startswith("#"):
            lines[heading.first - 1] = "#" * min(levels, _LOWEST - heading.level) + line
    return "\n".join(lines)
