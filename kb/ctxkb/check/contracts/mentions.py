"""The operations that a document names, and the fields that it gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.check.contracts.plain import line_at, read
from ctxkb.formats.frontmatter import split
from ctxkb.formats.openapi_words import METHODS, items, table, text
from ctxkb.formats.yamltree import Table, Value
from ctxkb.text.markdown import plain, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from markdown_it.token import Token

_OPERATION = re.compile(
    r"(?<![\w/.-])(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\s+(/[A-Za-z0-9_{}:<>.~@%/-]*[A-Za-z0-9_}>/])(?![\w*])"
)
_NAMING = re.compile(
    r"(?:request |response |body |query |path )?(?:field|name|parameter|param|property|attribute|key)s?"
)
_NAME = re.compile(r"[A-Za-z_]\w*(?:(?:\[\])?\.[A-Za-z_]\w*)*(?:\[\])?")
_ENDS = ("input", "request", "output", "response")


@dataclass(frozen=True, slots=True)
class Mention:
    """One operation that a document names: where (1-based line), and which fields it has there with their lines."""

    method: str
    path: str
    line: int
    fields: tuple[tuple[str, int], ...] = ()

    @property
    def name(self) -> str:
        """The operation as people name it."""
        return f"{self.method} {self.path}"


@dataclass(slots=True)
class _Part:
    """A section of prose while it is read: the operations that it names, and what its tables of fields list."""

    found: list[tuple[str, str, int]] = field(default_factory=list)
    fields: list[tuple[str, int]] = field(default_factory=list)

    def mentions(self) -> Iterator[Mention]:
        """Its operations; the fields are those of the only one."""
        alone = len({(method, path) for method, path, _ in self.found}) == 1
        for number, (method, path, line) in enumerate(self.found):
            yield Mention(method, path, line, tuple(self.fields) if alone and not number else ())


def in_prose(markdown: str) -> list[Mention]:
    """The operations named in Markdown, code blocks aside, each section's tables of fields with its only one."""
    front = split(markdown)
    parts = [_Part()]
    stream = tokens(front.body)
    for index, token in enumerate(stream):
        line = (token.map[0] if token.map else 0) + front.first_body_line
        if token.type == "heading_open":
            parts.append(_Part())
        elif token.type == "inline":
            rows = enumerate(re.sub(r"[*`]", "", token.content).split("\n"), line)
            parts[-1].found += ((*pair, number) for number, row in rows for pair in named(row))
        elif token.type == "table_open":
            parts[-1].fields += _rows(stream[index:], front.first_body_line)
    return [mention for part in parts for mention in part.mentions()]


def named(words: str) -> list[tuple[str, str]]:
    """Method and path of each operation in `words`, its query string left out."""
    return [(match[1], match[2]) for match in _OPERATION.finditer(words)]


def _rows(stream: Sequence[Token], first_line: int) -> Iterator[tuple[str, int]]:
    """The names in the first column of the table that `stream` begins with, where its head says that they are names."""
    cell, fits = 0, False
    for index, token in enumerate(stream):
        if token.type == "table_close":
            return
        if token.type == "tr_open":
            cell = 0
        elif token.type in ("th_open", "td_open"):
            words = plain(stream[index + 1])
            if cell == 0 and token.type == "th_open":
                fits = bool(_NAMING.fullmatch(words.lower()))
            elif cell == 0 and fits and _NAME.fullmatch(words):
                yield words, (stream[index + 1].map or [0])[0] + first_line
            cell += 1


def in_service(path: str, content: bytes) -> list[Mention]:
    """The endpoints of a service spec that have a method and a path."""
    root = read(path, content)
    return list(_endpoints(root)) if root else []


def _endpoints(root: Table) -> Iterator[Mention]:
    holder = root.get("endpoints")
    entries: Iterable[tuple[str | int, Value]] = enumerate(items(holder))
    if isinstance(holder, Table):
        entries = list(holder.items())
    for key, value in entries:
        body = table(value)
        for method in (name for name in body if name in METHODS):
            yield _endpoint(root, method, str(key), table(body[method]), ("endpoints", key, method))
        if text(body.get("path")) and text(body.get("method")):
            yield _endpoint(root, text(body["method"]), text(body["path"]), body, ("endpoints", key))


def _endpoint(root: Table, method: str, path: str, body: Table, where: tuple[str | int, ...]) -> Mention:
    fields = [
        (name, line_at(root, (*where, end, key))) for end in _ENDS for name, key in _names(body.get(end)) if end in body
    ]
    return Mention(method.upper(), path, line_at(root, where), tuple(fields))


def _names(value: Value) -> Iterator[tuple[str, str | int]]:
    """The names of fields in what an endpoint takes or gives: keys, or items that begin with a name."""
    if isinstance(value, Table):
        yield from ((key, key) for key in value if _NAME.fullmatch(key))
    for number, item in enumerate(items(value)):
        name = text(table(item).get("name")) or re.split(r"[:\s(]", text(item))[0]
        # A sentence begins with a word, too: a name is followed by its type, or stands alone.
        if _NAME.fullmatch(name) and (isinstance(item, Table) or re.match(r"\w+(\s*[:(]|$)", text(item))):
            yield name, number
