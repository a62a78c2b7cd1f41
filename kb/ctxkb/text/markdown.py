"""Markdown as a tree of sections and blocks with line numbers, read by markdown-it-py."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

BlockKind = Literal["heading", "paragraph", "item", "code", "table", "quote", "html", "rule"]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level (1 to 6), its words without markup, and its 1-based first and last line."""

    level: int
    text: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of Markdown that may be kept or left out as a whole, with its 1-based, inclusive lines."""

    kind: BlockKind
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Span:
    """A heading with all lines up to the next heading; `heading` is None for what precedes the first one."""

    heading: Heading | None
    breadcrumb: tuple[str, ...]
    anchor: str
    first: int
    last: int


@cache
def _parser(*without: str) -> MarkdownIt:
    from markdown_it import MarkdownIt  # 20 ms, and most answers cut nothing

    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable(without)


@lru_cache(maxsize=4)
def _structure(text: str) -> tuple[tuple[Token, ...], dict[str, Any]]:
    """The tokens of `text` with paragraphs and headings left as they are, and its link definitions.

    That takes half the time of all tokens. Whoever reads a document wants its headings, then its lines.
    """
    links: dict[str, Any] = {}
    return tuple(_parser("inline", "text_join").parse(text, links)), links


def tokens(text: str) -> Sequence[Token]:
    """The markdown-it tokens of `text`; `Token.map` holds 0-based [first, past-last) lines."""
    from markdown_it.rules_core import StateCore

    stream, links = _structure(text)
    own = [token.copy(children=[]) if token.type == "inline" else token for token in stream]
    state = StateCore(text, _parser("normalize", "block"), links, own)
    state.md.core.process(state)
    return state.tokens


def plain(token: Token) -> str:
    """The words of an inline token, markup removed and HTML entities resolved."""
    parts: list[str] = []
    for child in token.children or []:
        if child.type in {"text", "code_inline"}:
            parts.append(child.content)
        elif child.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
    return re.sub(r"\s+", " ", html.unescape("".join(parts))).strip()


_HTML_HEADING = re.compile(r"<h([1-6])\b[^>]{0,500}>(.{0,1000}?)</h\1>", re.IGNORECASE | re.DOTALL)
"""Bounded, since many headings that are never closed would otherwise take quadratic time."""


def headings(text: str) -> list[Heading]:
    """All headings in order: ATX, setext and HTML ones, in lists and quotes too; never one inside a code block."""
    found: list[Heading] = []
    stream, links = _structure(text)
    for index, token in enumerate(stream):
        if token.type == "heading_open" and token.map:
            words = plain(_parser().parseInline(stream[index + 1].content, links)[0])
            found.append(Heading(int(token.tag[1]), words, token.map[0] + 1, token.map[1]))
        elif token.type == "html_block" and token.map:
            for match in _HTML_HEADING.finditer(token.content):
                words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", match[2])).strip()
                line = token.map[0] + 1 + token.content.count("\n", 0, match.start())
                found.append(Heading(int(match[1]), html.unescape(words), line, line + match[0].count("\n")))
    return [heading for heading in found if heading.text]


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading, before it is made unique."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


class Anchors:
    """Hands out anchors that are unique in one document, the way GitHub numbers repeated headings."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """`wanted`, or with "-1", "-2" ... behind it where it is taken."""
        base = wanted or "top"
        count = self._seen.get(base)
        if count is None:
            self._seen[base] = 0
            return base
        while f"{base}-{count + 1}" in self._seen:
            count += 1
        self._seen[base] = count + 1
        self._seen[f"{base}-{count + 1}"] = 0
        return f"{base}-{count + 1}"


def spans(text: str) -> list[Span]:
    """`text` cut at every heading; the pieces cover all lines from the first that is not blank, none twice."""
    lines = text.splitlines()
    found = headings(text)
    anchors = Anchors()
    result: list[Span] = []
    opening = found[0].first - 1 if found else len(lines)
    if any(line.strip() for line in lines[:opening]):
        result.append(Span(None, (), anchors.take("top"), 1, _trim(lines, 1, opening)))
    trail: list[Heading] = []
    for index, heading in enumerate(found):
        while trail and trail[-1].level >= heading.level:
            trail.pop()
        end = found[index + 1].first - 1 if index + 1 < len(found) else len(lines)
        crumb = tuple(parent.text for parent in trail)
        last = _trim(lines, heading.first, max(end, heading.last))
        result.append(Span(heading, crumb, anchors.take(slug(heading.text)), heading.first, last))
        trail.append(heading)
    return result


def _trim(lines: Sequence[str], first: int, last: int) -> int:
    """The last line of `first`..`last` that is not blank."""
    while last > first and not lines[last - 1].strip():
        last -= 1
    return last


_LEAF: dict[str, BlockKind] = {
    "fence": "code",
    "code_block": "code",
    "html_block": "html",
    "hr": "rule",
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "table_open": "table",
    "blockquote_open": "quote",
    "list_item_open": "item",
}


def blocks(text: str) -> list[Block]:
    """The pieces at which `text` may be cut, in order; list items one by one, with all they hold inside."""
    return list(_blocks(_structure(text)[0]))


def _blocks(stream: Sequence[Token]) -> Iterator[Block]:
    past = 0
    for token in stream:
        kind = _LEAF.get(token.type)
        if kind is None or token.map is None or token.map[0] < past or token.level > 1:
            continue
        first, past = token.map[0] + 1, token.map[1]
        yield Block(kind, first, past)
