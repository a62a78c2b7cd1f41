"""AsciiDoc as sections and lines; includes, conditions and macros are left as they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.formats.badges import badge
from ctxkb.formats.lines import Line, LineKind, link, table_lines, tidy
from ctxkb.formats.sections import titled_sections
from ctxkb.text.pieces import ASCIIDOC_FENCE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.types import Section

_HEADING = re.compile(r"(={1,6}|#{1,6})\s+(\S.*?)(?:\s+\1)?\s*")
_UNDERLINES = "=-~^+"
_ANCHOR = re.compile(r"\[(?:\[[^\]]+\]|#[^\]]+|discrete|float|appendix|abstract|preface)\]\s*|//(?!/).*")
_ATTRIBUTE = re.compile(r":(!?[\w-]+!?):(?:\s+(.*))?")
_REVISION = re.compile(r"v?[\d.]*\w*,?\s*(\d{4}-\d\d?-\d\d?|\d{1,2} \w+ \d{4}|\w+ \d{1,2}, \d{4})\s*(?::.*)?")
_AUTHOR = re.compile(r"(?:[^\W\d_][\w.'-]*)(?:\s+[^\W\d_][\w.'-]*){0,3}(?:\s+<[^<>]+>)?")
_ITEM = re.compile(r"\s*(?P<mark>\*{1,6}|-|\.{1,6}|\d+\.)\s+(?P<text>\S.*)")
_TERM = re.compile(r"\s*(?P<term>[^:\s][^:]*?)(?P<mark>:{2,4}|;;)(?:\s+(?P<text>.*))?")
_SILENT = ("----", "....", "++++", "////", "```")
"""Beginnings of fences that hold no prose."""


def asciidoc_sections(text: str, first_line: int = 1) -> tuple[Section, ...]:
    """Cut `text` into sections, one a title, and one with anchor "top" for what precedes the first title.

    Lines count from `first_line`, where `text` begins in its file; every line that is not blank is in one section.
    """
    lines = text.split("\n")
    return titled_sections(lines, list(_titles(lines)), "asciidoc", first_line)


def _titles(lines: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """First line (the anchor above a title included), level and words of each title outside blocks."""
    fence = ""
    for number, line in enumerate(lines, 1):
        bare = line.rstrip()
        heading = None if fence else _heading(lines, number)
        if heading:
            first = number
            while first > 1 and _ANCHOR.fullmatch(lines[first - 2].rstrip()):
                first -= 1
            yield first, *heading
        elif fence:
            fence = "" if bare == fence else fence
        elif ASCIIDOC_FENCE.fullmatch(bare) and not _is_underline(lines, number):
            fence = "```" if bare.startswith("```") else bare


def _heading(lines: Sequence[str], number: int) -> tuple[int, str] | None:
    """Level and words of the title on a line, one with an underline too."""
    line = lines[number - 1]
    match = _HEADING.fullmatch(line)
    if match:
        return len(match[1]), tidy(_words(match[2]))
    if number < len(lines) and _is_underline(lines, number + 1):
        return _UNDERLINES.index(lines[number][0]) + 1, tidy(_words(line))
    return None


def _is_underline(lines: Sequence[str], number: int) -> bool:
    """Whether a line underlines the title above it: about as long, and with nothing directly above the title."""
    line, title = lines[number - 1].rstrip(), lines[number - 2].rstrip() if number > 1 else ""
    if len(line) < 3 or line[0] not in _UNDERLINES or line.strip(line[0]) or not re.match(r"\w", title):
        return False
    above = lines[number - 3].strip() if number > 2 else ""
    return abs(len(line) - len(title)) <= 1 and (not above or bool(_ANCHOR.fullmatch(above)))


def asciidoc_lines(text: str, first_line: int = 1) -> list[Line]:
    """All lines of `text` outside listings and comments, in order; attributes read "name: value"."""
    return [line for line in _lines(text.split("\n"), first_line - 1) if line.text]


def _lines(lines: Sequence[str], shift: int) -> Iterator[Line]:
    fence = ""
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, 1):
        bare = line.rstrip()
        if fence and bare == fence:
            if rows:
                yield from table_lines(_whole(rows))
            fence, rows = "", []
        elif fence.startswith(_SILENT) or bare.startswith("//"):
            fence = fence or (bare if bare.startswith("////") else "")
        elif fence.endswith("==="):
            _take_row(rows, bare, number + shift)
        elif ASCIIDOC_FENCE.fullmatch(bare) and not _is_underline(lines, number):
            # An example, a sidebar or a quote holds prose like any other.
            silent = bare.startswith(_SILENT) or bare.endswith("|===")
            fence = "```" if bare.startswith("```") else bare if silent else ""
        elif not _is_underline(lines, number):
            yield from _line(lines, number, shift)


def _line(lines: Sequence[str], number: int, shift: int) -> Iterator[Line]:
    """What one written line says; the lines below the document's title are its author and revision."""
    line = lines[number - 1]
    heading = _heading(lines, number)
    kind: LineKind = "paragraph"
    depth = 0
    if heading:
        yield Line(number + shift, heading[1], "heading")
        return
    if attribute := _ATTRIBUTE.fullmatch(line.rstrip()):
        if attribute[2] and "!" not in attribute[1]:
            yield Line(number + shift, f"{attribute[1]}: {tidy(_words(attribute[2]))}")
        return
    if field := _header(lines, number):
        yield Line(number + shift, field)
        return
    if match := _ITEM.fullmatch(line):
        kind, depth = "item", len(match["mark"]) if match["mark"][0] in "*." else 1
        line = match["text"]
    elif (match := _TERM.fullmatch(line)) and not line.startswith("include::"):
        line = f"{match['term']}: {match['text'] or ''}".rstrip()
    yield Line(number + shift, tidy(_words(line.removesuffix(" +"))), kind, depth)


def _header(lines: Sequence[str], number: int) -> str:
    """The author and the date directly below the document's title, as fields; "" elsewhere."""
    above = next((at for at in (number - 2, number - 3) if at >= 0 and re.match(r"=\s", lines[at])), None)
    if above is None or any(not lines[at].strip() for at in range(above, number)):
        return ""
    line = lines[number - 1].strip()
    if match := _REVISION.fullmatch(line):
        return f"date: {match[1]}"
    authors = [author.strip() for author in line.split(";")]
    if number - 2 == above and all(_AUTHOR.fullmatch(author) for author in authors):
        return "authors: " + ", ".join(re.sub(r"\s*<.*", "", author) for author in authors)
    return ""


def _take_row(rows: list[tuple[int, list[str]]], line: str, number: int) -> None:
    """Add the cells of a table's line; a blank line, or a line of several cells, begins a row."""
    cells = [tidy(_words(cell)) for cell in re.split(r"(?<!\\)(?:\d*[.+]?\d*[<^>]?[aehlmdsv]?)?\|", line)[1:]]
    if not line.strip():
        rows.append((number + 1, []))
    elif cells and (not rows or len(cells) > 1 or not rows[-1][1]):
        rows.append((number, cells))
    elif cells:
        rows[-1][1].extend(cells)
    elif rows and rows[-1][1]:
        rows[-1][1][-1] = f"{rows[-1][1][-1]} {tidy(_words(line))}".strip()


def _whole(rows: Sequence[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in rows if cells]


_LONGEST = 4_000
"""Characters of a line whose marks are read: longer ones are data, and marks without an end cost their square."""

_INLINE = re.compile(
    r"(?:link|xref):(?P<target>[^\s\[\]]+)\[(?P<shown>[^\]]*)\]"
    r"|<<(?P<cross>[^<>,]+)(?:,\s*(?P<name>[^<>]*))?>>"
    r"|(?P<url>https?://[^\s\[\]]+)\[(?P<words>[^\]]*)\]"
    r"|image::?(?P<image>[^\s\[\]]+)\[(?P<alt>[^\],]*)[^\]]*\]"
)


def _words(text: str) -> str:
    """`text` without anchors and marks of emphasis, its links as `lines.LINK` has them, struck-out words left out."""
    if len(text) > _LONGEST:
        return text
    bare = re.sub(r"\[\.?line-through\]#[^#]*#|(?<!\w)\[\[[A-Za-z_:][\w:.-]*(?:,[^\[\]]*)?\]\]", "", text)
    bare = re.sub(r"(?<![\w`*_])(\*\*?|__?|``?|##?)(?=\S)(.+?)(?<=\S)\1(?![\w`*_])", r"\2", bare)
    return _INLINE.sub(_linked, bare)


def _linked(match: re.Match[str]) -> str:
    if match["image"]:
        return badge(match["image"], match["alt"]) or match["alt"]
    target = match["target"] or match["url"] or match["cross"]
    target = target.removesuffix("#") if match["cross"] else target
    shown = (match["shown"] or match["name"] or match["words"] or target).rstrip("^")
    return link(shown, target)
