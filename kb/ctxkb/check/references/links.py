"""The links that a file of prose holds, and the anchors to which links into it may lead."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from ctxkb.formats.frontmatter import split
from ctxkb.formats.mdx import prose_of_mdx
from ctxkb.text.markdown import headings, slug, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

MARKDOWN = (".md", ".mdx", ".markdown")
"""The endings of files whose headings have anchors that are known."""

_HTML = re.compile(r"""<(?:a|img|source|video)\b[^<>]*?\s(?:href|src)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
_RST = re.compile(
    r"`[^`<>]+<(?P<inline>[^<>`]+)>`__?|^\s*\.\.\s+_[^:`]+:\s+(?P<named>\S+)\s*$"
    r"|^\s*\.\.\s+(?:\|[^|]+\|\s+)?(?:image|figure|include|literalinclude)::\s+(?P<file>\S+)\s*$"
    r"|:(?P<role>doc|download):`(?:[^`<>]*<)?(?P<page>[^<>`]+)>?`"
)
_RAW = re.compile(
    rb"""\](?:\(|:)\s*<([^<>\n]*)>|\]\(\s*((?:\\.|\([^\s()]*\)|[^\s()>\\])+)|\]:\s*([^\s>]+)"""
    rb"""|(?:href|src)\s*=\s*["']([^"']+)|<([^<>`\s]+)>`_"""
    rb"""|::\s+(\S+)|(?m:^[ \t\r\f\v]*)\.\.\s+_[^:`\n]+:[ \t]+(\S+)|:(?:doc|download):`(?:[^`<>]*<)?([^<>`]+)"""
)
"""Whatever may be the target of a link, in the bytes of a file: more than there is, and never less."""

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ID = re.compile(r"""\b(?:id|name)\s*=\s*["']?([^"'\s>/]+)|\{:?\s*#([\w.:-]+)""")
_INCLUDES = re.compile(
    r"\{%|\{\{|--8<--|<!--\s*include|^[ \t]*!INCLUDE|\binclude::"
    r"|^import\s[^'\"\n]+from\s+['\"][^'\"\n]+\.mdx?['\"]|^:::\s*include",
    re.IGNORECASE | re.MULTILINE,
)
_ANCHORING = re.compile(
    r"^[ \t>*+-]*#{1,6}\s|^[ \t]*(?:=+|-+)[ \t\r]*$|<h\d|\b(?:id|name)\s*=|\{:?\s*#", re.IGNORECASE | re.MULTILINE
)
_NUMBERED = re.compile(r"[-_]\d+$")


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, as it is written but for escapes, and the 1-based line on which it stands."""

    target: str
    line: int


def links_in(path: str, text: str) -> list[Link]:
    """The links and images of a file in Markdown, MDX or reStructuredText, in order; none of another format."""
    if path.lower().endswith(MARKDOWN):
        front = split(text)
        body = prose_of_mdx(front.body) if path.lower().endswith(".mdx") else front.body
        return [Link(target, line + front.first_body_line) for target, line in _markdown(tokens(body))]
    return list(_rst(text)) if path.lower().endswith(".rst") else []


def _markdown(stream: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Target and 0-based line of each link."""
    row = 0
    for token in stream:
        row = token.map[0] if token.map else row
        if token.type == "html_block":
            for match in _HTML.finditer(token.content):
                yield match[1], row + token.content.count("\n", 0, match.start())
        line = row
        for child in token.children or ():
            line += child.type in {"softbreak", "hardbreak"}
            if child.type in {"link_open", "image"}:
                yield unquote(str(child.attrGet("href") or child.attrGet("src") or "")), line
            elif child.type == "html_inline":
                yield from ((match[1], line) for match in _HTML.finditer(child.content))


def _rst(text: str) -> Iterator[Link]:
    for number, row in enumerate(text.split("\n"), 1):
        for match in _RST.finditer(row):
            target = match["inline"] or match["named"] or match["file"] or match["page"]
            page = match["role"] == "doc" and "://" not in target
            yield Link(f"{target}.rst" if page and not target.endswith(".rst") else target, number)


def may_hold_anchors(text: str) -> bool:
    """Whether lines of a page may give it an anchor, told without parsing it."""
    return bool(_ANCHORING.search(text))


def raw_targets(content: bytes) -> Iterator[str]:
    """What may be targets of links in the bytes of a file of prose, told without parsing it."""
    for match in _RAW.finditer(content):
        written = match[match.lastindex or 0].decode("utf-8", "replace")
        yield unquote(written)
        if "\\" in written or "&" in written:
            yield unquote(html.unescape(_ESCAPE.sub(r"\1", written)))


@dataclass(frozen=True, slots=True)
class Anchors:
    """The places of a page that a link may name. `whole` is false where further ones come from elsewhere."""

    keys: frozenset[str]
    whole: bool

    def have(self, fragment: str) -> bool:
        """Whether `fragment` names one of them, by the rules of any site generator."""
        wanted = fragment.removeprefix("user-content-")
        return not self.keys.isdisjoint({anchor_key(wanted), anchor_key(_NUMBERED.sub("", wanted))})


def anchors_in(text: str) -> Anchors:
    """The anchors of a page in Markdown: its headings, and the names that its HTML and attributes give."""
    front = split(text)
    keys = {"", "top"}
    body = prose_of_mdx(front.body)
    rows = body.split("\n")
    for heading in headings(body):
        bare = re.sub(r"\{:?\s*#[^{}]*\}", "", heading.text)
        keys |= {anchor_key(slug(bare)), anchor_key(re.sub(r":[a-z0-9_+-]+:", "", bare)), anchor_key(bare)}
        # Some generators write "&mdash;" out as "mdash".
        keys.add(anchor_key(rows[heading.first - 1]))
    keys |= {anchor_key(match[1] or match[2]) for match in _ID.finditer(front.body)}
    return Anchors(frozenset(keys), not _INCLUDES.search(front.body))


def anchor_key(anchor: str) -> str:
    """What is the same however a site generator writes an anchor: its letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", unquote(anchor).lower())
