"""The `@path` imports of CLAUDE.md, by the rules of https://code.claude.com/docs/en/memory."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.text.markdown import tokens
from ctxkb.types import Link

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

_IMPORT = re.compile(r"(?:^|(?<=[\s(]))@((?:[^\s\\]|\\ )+)")
_LEFT_OUT = {"code_inline", "html_inline", "image"}


def imports(text: str, path: str, first_line: int = 1) -> tuple[Link, ...]:
    """The files that the Markdown `text` of the file at `path` imports, each once, by their path in the repository.

    An import may stand in the middle of a line, not in code, comments or links. What would lie outside the repository
    (`~/`, an absolute path, too many `..`) is left out. Whether a file exists is not asked.
    """
    found: dict[str, Link] = {}
    for line, written in _written(text, first_line):
        for match in _IMPORT.finditer(written):
            target = _target(match[1], path)
            if target and target not in found:
                found[target] = Link("imports", target, line)
    return tuple(found.values())


def _written(text: str, first_line: int) -> Iterator[tuple[int, str]]:
    """Each line of prose with its number; code and links leave a gap."""
    first = 0
    for token in tokens(text):
        first = token.map[0] + first_line if token.map else first
        if token.type == "inline":
            yield from enumerate(_lines(token), first)


def _lines(inline: Token) -> list[str]:
    """The lines of an inline token as they were written, without its code, HTML and links."""
    lines = [""]
    inside_link = 0
    for child in inline.children or []:
        if child.type in {"link_open", "link_close"}:
            inside_link += child.nesting
        elif child.type in {"softbreak", "hardbreak"}:
            lines.append("")
        elif inside_link or child.type in _LEFT_OUT:
            lines[-1] += "`"
        else:
            lines[-1] += child.content or child.markup
    return lines


def _target(written: str, path: str) -> str:
    """The path in the repository that an import names, "" where it names none."""
    name = written.replace("\\ ", " ").partition("#")[0].rstrip(".,;:!?)\"'`*_")
    if not re.match(r"[\w.-]", name) or "://" in name:
        return ""
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
    return "" if target == "." or target == ".." or target.startswith("../") else target
