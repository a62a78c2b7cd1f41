"""XML as elements with line numbers, read by expat; entities are plain text or refused, nothing outside is touched."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DEPTH = 100
"""How deep elements may be nested; schemas seen in the wild stay below 30."""

MAX_ELEMENTS = 500_000
"""How many elements a file may hold; a schema of 10 MB has about 100,000."""

MAX_ENTITIES = 100
"""How many entities a file may declare; W3C's schemas declare three."""

MAX_EXPANDED = 100_000
"""How many bytes all uses of an entity may come to."""

_UNREADABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(slots=True, eq=False)
class Element:
    """An element: `tag` without its prefix, `space` its namespace, `text` what is written directly in it.

    `first` and `last` are 1-based lines; `begin` and `end` are offsets in the UTF-8 bytes of the file. `told` holds
    the comments directly above, which begin on line `above` (`first` where there are none).
    """

    tag: str
    space: str
    attributes: dict[str, str]
    first: int
    begin: int
    above: int
    told: str = ""
    last: int = 0
    end: int = 0
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def all(self, *tags: str) -> list[Element]:
        """The children with one of these tags."""
        return [child for child in self.children if child.tag in tags]

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in the order of the file."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(reversed(element.children))

    def words(self) -> str:
        """All text in this element and below it, on one line."""
        return " ".join(" ".join(element.text for element in self.walk()).split())


@dataclass(frozen=True, slots=True)
class XmlTree:
    """A file's outermost element, the namespaces that its prefixes stand for, and how to show a part of it."""

    root: Element
    spaces: dict[str, str]
    lines: list[str]
    content: bytes

    def shown(self, element: Element) -> str:
        """What is to be shown where `element` shares its lines with others; "" where it has them for itself."""
        before = self.content[self.content.rfind(b"\n", 0, element.begin) + 1 : element.begin]
        past = self.content.find(b"\n", element.end)
        behind = self.content[element.end : past if past >= 0 else len(self.content)]
        if not before.strip() and (not behind.strip() or behind.lstrip().startswith(b"<!--")):
            return ""
        return self.content[element.begin : element.end].decode()


def load_xml(text: str) -> XmlTree:
    """Read decoded `text`; raises `SourceError` with the line where it is not XML, or an entity is no plain text.

    An entity can stand for more text than memory holds, or for a file of the machine: only short ones that name no
    other are read.
    """
    from xml.parsers import expat

    content = _UNREADABLE.sub("\ufffd", text).encode()
    reader = _Reader(content)
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    reader.listen(parser)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise SourceError(f"not XML: {expat.errors.messages[error.code]}", error.lineno) from error
    if reader.root is None:
        raise SourceError("not XML: it has no element", 1)
    return XmlTree(reader.root, reader.spaces, text.split("\n"), content)


class _Reader:
    """Puts the tree together from what expat reports."""

    def __init__(self, content: bytes) -> None:
        self.root: Element | None = None
        self.spaces: dict[str, str] = {}
        self._content = content
        self._open: list[Element] = []
        self._count = 0
        self._entities = 0
        # Comments since the last tag: first line, last line, words.
        self._comments: list[tuple[int, int, str]] = []

    def listen(self, parser: object) -> None:
        """Take what `parser` (an expat parser, whose type has no name) reports."""
        self._parser = parser
        for name, handler in {
            "StartElementHandler": self._start,
            "EndElementHandler": self._end,
            "CharacterDataHandler": self._text,
            "CommentHandler": self._comment,
            "StartNamespaceDeclHandler": self._space,
            "EntityDeclHandler": self._entity,
        }.items():
            setattr(parser, name, handler)

    @property
    def _line(self) -> int:
        return int(getattr(self._parser, "CurrentLineNumber"))  # noqa: B009 - the type of the parser has no name

    @property
    def _at(self) -> int:
        return int(getattr(self._parser, "CurrentByteIndex"))  # noqa: B009 - likewise

    def _entity(self, name: str, parameter: bool, value: str | None, *_: object) -> None:
        """Refuses what is no plain text, or would be too much of it; parameter entities are never expanded."""
        self._entities += 1
        if value is None or (not parameter and any(mark in value for mark in "&<")):
            raise SourceError(f"declares the entity {name!r}: only plain text is read for one", self._line)
        uses = 0 if parameter else self._content.count(f"&{name};".encode())
        if self._entities > MAX_ENTITIES or uses * len(value.encode()) > MAX_EXPANDED:
            raise SourceError(f"declares the entity {name!r}: too many, or too long for its uses", self._line)

    def _space(self, prefix: str | None, space: str | None) -> None:
        self.spaces.setdefault(prefix or "", space or "")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= MAX_DEPTH:
            raise SourceError(f"nested more than {MAX_DEPTH} levels deep", self._line)
        if self._count > MAX_ELEMENTS:
            raise SourceError(f"holds more than {MAX_ELEMENTS:,} elements", self._line)
        space, _, tag = name.rpartition(" ")
        above, told = self._told()
        element = Element(tag, space, attributes, self._line, self._at, above, told)
        if self._open:
            self._open[-1].children.append(element)
        elif self.root is None:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        element = self._open.pop()
        element.last = self._line
        closing = self._content.find(b">", self._at)
        # expat stands behind `<x/>` where it ends, but before `</x>`.
        empty = not (element.children or element.text) and self._content[self._at - 2 : self._at] == b"/>"
        element.end = self._at if empty or closing < 0 else closing + 1
        self._comments.clear()

    def _text(self, text: str) -> None:
        if text.strip() or self._open[-1].text:
            self._open[-1].text += text

    def _comment(self, text: str) -> None:
        first = self._line
        words = " ".join(re.sub(r"(?<!\w)[^\w\s]{2,}|(?<=\s)[-=*#]+(?=\s)", " ", text).split())
        self._comments.append((first, first + text.count("\n"), words))

    def _told(self) -> tuple[int, str]:
        """The first line and the words of the comments that end directly above the current line."""
        first, words = self._line, list[str]()
        for begin, end, text in reversed(self._comments):
            if end < first - 1:
                break
            first = begin
            words.append(text)
        self._comments.clear()
        return first, " ".join(filter(None, reversed(words)))
