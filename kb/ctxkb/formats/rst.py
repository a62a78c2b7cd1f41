"""reStructuredText as sections and lines, read by docutils; no directive that touches a file or runs is left to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.formats.lines import Line, LineKind, link, table_lines, tidy
from ctxkb.formats.sections import titled_sections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from docutils import nodes

    from ctxkb.types import Section

# Only what holds prose. All else ("include", "raw", "figure", Sphinx's own) becomes a comment of as many lines.
_KEPT = (
    "list-table|table|note|warning|important|tip|caution|danger|error|hint|attention|admonition|container|topic|sidebar"
)
_DIRECTIVE = re.compile(rf"^(\s*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?(?!(?:{_KEPT})::)[\w:+.-]*?\w)[ \t]?::", re.MULTILINE)
_ROLE = re.compile(r":[\w:+-]+:`([^`<]*?)\s*(?:<([^<>`]*)>)?`")
_UNDERLINE = re.compile(r"([!-/:-@\[-`{-~])\1*\s*")


def rst_sections(text: str, first_line: int = 1) -> tuple[Section, ...]:
    """Cut `text` into sections, one a title, and one with anchor "top" for what precedes the first title.

    Lines count from `first_line`, where `text` begins in its file; every line that is not blank is in one section.
    """
    lines = text.split("\n")
    return titled_sections(lines, _starts(_document(text), lines), "rst", first_line)


def _document(text: str) -> nodes.document:
    """The parsed tree of `text`: no transforms, nothing read but `text`, nothing written to any stream."""
    from docutils.frontend import get_default_settings
    from docutils.parsers.rst import Parser
    from docutils.utils import new_document

    settings = get_default_settings(Parser)
    settings.report_level = settings.halt_level = 5
    settings.warning_stream = False
    settings.file_insertion_enabled = settings.raw_enabled = False
    document = new_document("", settings)
    Parser().parse(_DIRECTIVE.sub(r"\1", text), document)
    return document


def _starts(document: nodes.document, lines: Sequence[str]) -> list[tuple[int, int, str]]:
    """Line, level and words of each title, in order; a line above it that is all one character belongs to it."""
    from docutils import nodes

    found: list[tuple[int, int, str]] = []
    position = 0
    for title in document.findall(nodes.title):
        if not isinstance(title.parent, nodes.section):
            continue
        index = _underlined(lines, position, title.rawsource.strip())
        if index is None:
            continue
        over = (
            index > position and _UNDERLINE.fullmatch(lines[index - 1]) and lines[index - 1][0] == lines[index + 1][0]
        )
        found.append((index if over else index + 1, _level(title), tidy(title.astext())))
        position = index + 2
    return found


def _underlined(lines: Sequence[str], position: int, title: str) -> int | None:
    """The index of the next line from `position` that is `title` with an underline below it."""
    for index in range(position, len(lines) - 1):
        if lines[index].strip() == title and _UNDERLINE.fullmatch(lines[index + 1]):
            return index
    return None


def _level(title: nodes.title) -> int:
    level, node = 0, title.parent
    while node is not None and node.tagname == "section":
        level, node = level + 1, node.parent
    return level


def rst_lines(text: str, first_line: int = 1) -> list[Line]:
    """All lines of `text` outside literal blocks, in order, as `ctxkb.formats.lines` has them."""
    shift = first_line - 1
    found = list(_walk(_document(text), 0, "paragraph"))
    return [Line(line.number + shift, line.text, line.kind, line.depth) for line in found if line.text]


def _walk(node: nodes.Element, depth: int, kind: LineKind) -> Iterator[Line]:
    from docutils import nodes

    for child in node.children:
        if isinstance(child, (nodes.Text, nodes.comment, nodes.literal_block)):
            continue
        if isinstance(child, nodes.system_message):
            yield from table_lines(_misdrawn(child))
            continue
        if isinstance(child, (nodes.list_item, nodes.block_quote, nodes.Admonition)):
            yield from _walk(child, depth + 1, "item" if isinstance(child, nodes.list_item) else "quote")
        elif isinstance(child, (nodes.title, nodes.paragraph, nodes.line)):
            yield from _written(child, depth, "heading" if isinstance(child, nodes.title) else kind)
        elif isinstance(child, (nodes.field, nodes.definition_list_item)):
            yield from _pair(child, depth)
        elif isinstance(child, nodes.table):
            yield from table_lines([_row(row) for row in child.findall(nodes.row)])
        elif isinstance(child, nodes.Element):
            yield from _walk(child, depth, kind)


def _written(node: nodes.Element, depth: int, kind: LineKind) -> Iterator[Line]:
    """The lines of a paragraph or title; docutils gives a title the line of its underline."""
    first = max(_line(node) - (kind == "heading"), 1)
    for offset, written in enumerate(_inline(node).split("\n")):
        yield Line(first + offset, tidy(written), kind, depth)


def _pair(node: nodes.Element, depth: int) -> Iterator[Line]:
    """A field or a defined term as one line "name: value"."""
    name, *rest = node.children
    value = " ".join(part for child in rest for part in _paragraphs(child))
    yield Line(_line(node), f"{tidy(name.astext())}: {value}", "paragraph", depth)


def _row(row: nodes.Element) -> tuple[int, list[str]]:
    cells = [" ".join(_paragraphs(entry)) for entry in row.children]
    return _line(row), cells


def _misdrawn(message: nodes.system_message) -> list[tuple[int, list[str]]]:
    """The rows of a grid table that docutils refuses for a border out of place."""
    drawn = message.children[-1].astext().split("\n")
    if not re.match(r"\+[-=+]+$", drawn[0]):
        return []
    cells = ([tidy(cell) for cell in row.strip().strip("|").split("|")] for row in drawn if row.startswith("|"))
    return [(_line(message), row) for row in cells]


def _paragraphs(node: nodes.Node) -> list[str]:
    from docutils import nodes

    written = (each for each in node.findall(nodes.paragraph) if not isinstance(each.parent, nodes.system_message))
    return [tidy(_inline(paragraph)) for paragraph in written]


def _line(node: nodes.Node) -> int:
    """The line of `node`, or of the first node inside it that knows its line."""
    return next((child.line for child in node.findall() if child.line), 1)


def _inline(node: nodes.Node) -> str:
    """The words of `node`, its references and Sphinx roles as links."""
    from docutils import nodes

    if isinstance(node, nodes.problematic):
        return _ROLE.sub(lambda match: link(match[1] or match[2] or "", match[2] or match[1]), node.astext())
    if isinstance(node, nodes.reference):
        return link(node.astext(), str(node.get("refuri") or node.get("refname") or ""))
    if isinstance(node, nodes.Text):
        return str(node)
    if isinstance(node, nodes.target):
        return ""
    return "".join(_inline(child) for child in node.children)
