"""GraphQL: a section a type, and one a field of the root types; in files of operations one an operation or fragment."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import untitled_contract
from ctxkb.formats.contract_text import excerpt
from ctxkb.formats.decode import decode
from ctxkb.formats.graphql_words import (
    asked_fields,
    field_summary,
    name_of,
    operation_summary,
    type_summary,
    used_names,
)
from ctxkb.formats.stray_comments import with_comments
from ctxkb.formats.targets import REPEATED, SCHEMA_WIDE
from ctxkb.text.markdown import Anchors
from ctxkb.types import Parsed, Section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from graphql import DocumentNode, Node

    from ctxkb.types import Source

SHOWN_WHOLE = 40
"""A root type of so many lines or fewer is shown whole, a longer one up to its first field: each has a section."""

_ROOTS = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}
_BUILT_IN = frozenset({"String", "Int", "Float", "Boolean", "ID", "@deprecated", "@include", "@skip", "@specifiedBy"})
_WORDS = {
    "object": "type",
    "interface": "interface",
    "union": "union",
    "enum": "enum",
    "scalar": "scalar",
    "input_object": "input",
}


@dataclass(frozen=True, slots=True)
class _Part:
    """What becomes a section: where it stands, what it is called, and the names by which others refer to it.

    `extended` is what an extension of it would be called; `text` is what is shown where its lines hold more.
    """

    node: Node
    heading: str
    role: str
    first: int
    last: int
    summary: str
    names: tuple[str, ...] = ()
    breadcrumb: tuple[str, ...] = ()
    extended: str = ""
    text: str = ""


def parse_graphql(source: Source) -> Parsed:
    """Read a schema, or a file of operations; raises `SourceError` with the line where it does not parse."""
    text = decode(source.content)
    tree = _tree(text)
    parts = list(_Reader(text, source.path).parts(tree)) if tree else []
    lines = text.split("\n")
    notes = ((number, number) for number, line in enumerate(lines, 1) if line.lstrip().startswith("#"))
    return Parsed((untitled_contract(source, with_comments(_sections(parts, lines), notes, lines, "graphql")),))


def _tree(text: str) -> DocumentNode | None:
    """The syntax tree, None where there is nothing but blank lines and comments."""
    from graphql import GraphQLSyntaxError, parse

    if all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n")):
        return None
    try:
        return parse(text)
    except GraphQLSyntaxError as error:
        line = error.locations[0].line if error.locations else 0
        raise SourceError(f"not GraphQL: {error.message}", line) from error
    except RecursionError as error:
        raise SourceError("nested too deeply") from error


class _Reader:
    """Finds the parts of one file and their lines."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._breaks = [index for index, character in enumerate(text) if character == "\n"]
        self._stem = path.rsplit("/", 1)[-1].rsplit(".", 1)[0]

    def parts(self, tree: DocumentNode) -> Iterator[_Part]:
        """The parts in the order of the file."""
        roots = _roots(tree)
        for index, node in enumerate(tree.definitions):
            first, last = self._span(node, opens_file=index == 0)
            kind = node.kind
            if kind in ("operation_definition", "fragment_definition"):
                yield self._operation(node, first, last)
            elif kind.startswith("schema_"):
                yield _Part(node, "schema", "info", first, last, type_summary(node, "schema"))
            elif kind.startswith("directive_"):
                heading = f"@{name_of(node)}"
                yield _Part(node, heading, "type", first, last, type_summary(node, "directive"), (heading,))
            else:
                yield from self._type(node, first, last, roots)

    def _span(self, node: Node, *, opens_file: bool = False) -> tuple[int, int]:
        """First and last line of `node`, with the comments directly above it; a file's first part has all above it."""
        if node.loc is None:
            return 1, len(self._lines)
        first = bisect_left(self._breaks, node.loc.start) + 1
        last = bisect_left(self._breaks, node.loc.end - 1) + 1
        above = first - 1
        while above and (self._comment(above) or (opens_file and not self._lines[above - 1].strip())):
            above -= 1
        while not self._lines[above].strip():
            above += 1
        return above + 1, last

    def _shared(self, node: Node) -> str:
        """The text of `node` where something else stands on its lines, else ""."""
        if node.loc is None:
            return ""
        before = self._text[self._text.rfind("\n", 0, node.loc.start) + 1 : node.loc.start]
        past = self._text.find("\n", node.loc.end)
        behind = self._text[node.loc.end : past if past >= 0 else None].partition("#")[0]
        return self._text[node.loc.start : node.loc.end] if before.strip() or behind.strip(" \t\r,") else ""

    def _comment(self, line: int) -> bool:
        return self._lines[line - 1].lstrip().startswith("#")

    def _told(self, first: int, last: int) -> str:
        """The words of the comments from `first` on, before what they stand above."""
        told: list[str] = []
        for line in self._lines[first - 1 : last]:
            if line.strip() and not line.lstrip().startswith("#"):
                break
            told.append(line.strip(" \t#"))
        return " ".join(filter(None, told))

    def _operation(self, node: Node, first: int, last: int) -> _Part:
        fragment = node.kind == "fragment_definition"
        word = "fragment" if fragment else getattr(node, "operation").value  # noqa: B009 -- only this kind of node has it
        heading = f"{word} {name_of(node) or self._stem}"
        summary = operation_summary(node, heading, self._told(first, last))
        names = (f"...{name_of(node)}",) if fragment else ()
        return _Part(node, heading, "component" if fragment else "operation", first, last, summary, names)

    def _type(self, node: Node, first: int, last: int, roots: set[str]) -> Iterator[_Part]:
        family, _, form = node.kind.partition("_type_")
        name, word = name_of(node), _WORDS.get(family, family)
        extends = form == "extension"
        extended = f"extend {word} {name}"
        heading = extended if extends else name
        fields = list(getattr(node, "fields", None) or ()) if name in roots and family == "object" else []
        if fields and last - first >= SHOWN_WHOLE:
            last = max(first, self._span(fields[0])[0] - 1)
        summary = type_summary(node, f"extend {word}" if extends else word)
        role = "enum" if family == "enum" else "type"
        names, extended = ((), "") if extends else ((name,), extended)
        yield _Part(node, heading, role, first, last, summary, names, extended=extended)
        for field in fields:
            begin, end = self._span(field)
            summary = field_summary(field, name)
            own = self._shared(field)
            yield _Part(
                field, f"{name}.{name_of(field)}", "field", max(begin, first), end, summary, (), (name,), text=own
            )


def _roots(tree: DocumentNode) -> set[str]:
    """Names of the root types: what a `schema { ... }` in this file says, else the usual ones."""
    schemas = [node for node in tree.definitions if node.kind.startswith("schema_")]
    named = {
        entry.operation.value: entry.type.name.value
        for node in schemas
        for entry in getattr(node, "operation_types", None) or ()
    }
    return (
        set(named.values())
        if any(node.kind == "schema_definition" for node in schemas)
        else {
            *_ROOTS.values(),
            *named.values(),
        }
    )


def _sections(parts: Sequence[_Part], lines: Sequence[str]) -> tuple[Section, ...]:
    """The parts as sections; all anchors are known before the first reference is named."""
    anchors = Anchors()
    taken = [anchors.take(part.heading) for part in parts]
    known = {name: anchor for part, anchor in zip(reversed(parts), reversed(taken), strict=True) for name in part.names}
    known |= {anchor: anchor for anchor in taken if anchor.startswith("extend ")}
    return tuple(
        Section(
            heading=part.heading,
            anchor=anchor,
            first=part.first,
            last=part.last,
            text=part.text or excerpt(lines, part.first, part.last),
            level=2 if part.breadcrumb else 1,
            breadcrumb=part.breadcrumb,
            role=part.role,
            syntax="graphql",
            refs=_refs(part, anchor, known),
            summary=part.summary,
        )
        for part, anchor in zip(parts, taken, strict=True)
    )


def _refs(part: _Part, anchor: str, known: dict[str, str]) -> tuple[str, ...]:
    """Anchors of what the part names: types, directives, fragments of this file, then what other files define.

    Behind them come its extensions, of which other files may hold more.

    What other files define is named with `SCHEMA_WIDE` before it; the field of the root type that an operation asks
    for is among it.
    """
    used = dict.fromkeys(used_names(part.node))
    extensions = [part.extended + number for number in REPEATED] if part.extended else []
    here = dict.fromkeys(known[name] for name in (*used, *extensions) if name in known)
    asked = (name for name in asked_fields(part.node) if name not in known)
    named = [*asked, *(name.replace("...", "fragment ") for name in used if name not in known), *extensions[:1]]
    elsewhere = dict.fromkeys(f"{SCHEMA_WIDE}{name}" for name in named if name not in _BUILT_IN)
    return tuple(ref for ref in (*here, *elsewhere) if ref != anchor)
