"""Guides: prose in Markdown, MDX, reStructuredText and plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats import fields
from ctxkb.formats.criteria import with_criteria
from ctxkb.formats.decode import decode
from ctxkb.formats.frontmatter import FrontMatter, split
from ctxkb.formats.names import title_from_name
from ctxkb.formats.scope import stated_scope
from ctxkb.formats.sections import last_written, markdown_sections
from ctxkb.text.markdown import Anchors, slug
from ctxkb.types import Document, Kind, Parsed, Section, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

_MODULE = re.compile(r"(?:import\s+(?:[\w*{'\"]|type\b)|export\s+(?:const|let|var|default|function|async|class|\{|\*))")
_TAGS = re.compile(r"\s*(?:</?[A-Za-z][^<>]*>\s*)+|\s*</?>\s*|\s*\{/\*.*\*/\}\s*")
_UNDERLINE = re.compile(r"([=\-~*#^])\1{2,}\s*")


def parse_markdown(source: Source) -> Parsed:
    """Read a guide in Markdown; raises `SourceError` where the file is no text or empty."""
    front = split(decode(source.content), source.path)
    return _parsed(source, front, markdown_sections(front.body, front.first_body_line))


def parse_mdx(source: Source) -> Parsed:
    """Read a guide in MDX, its imports and components set aside; raises `SourceError` as `parse_markdown` does."""
    front = split(decode(source.content), source.path)
    return _parsed(source, front, markdown_sections(front.body, front.first_body_line, prose_of_mdx(front.body)))


def parse_rst(source: Source) -> Parsed:
    """Read a guide in reStructuredText; raises `SourceError` where the file is no text or empty."""
    from ctxkb.formats.rst import rst_sections

    front = split(decode(source.content), source.path)
    return _parsed(source, front, rst_sections(front.body, front.first_body_line))


def parse_asciidoc(source: Source) -> Parsed:
    """Read a guide in AsciiDoc; raises `SourceError` where the file is no text or empty."""
    from ctxkb.formats.asciidoc import asciidoc_sections

    front = split(decode(source.content), source.path)
    return _parsed(source, front, asciidoc_sections(front.body, front.first_body_line))


def parse_text(source: Source) -> Parsed:
    """Read a plain text, cut at lines that are underlined; raises `SourceError` where it is no text or empty."""
    text = decode(source.content)
    return _parsed(source, FrontMatter(body=text), text_sections(text))


def _parsed(source: Source, front: FrontMatter, sections: tuple[Section, ...]) -> Parsed:
    if not sections:
        if front.data:  # settings of whatever shows it, and nothing to read
            return Parsed()
        raise SourceError("the file is empty")
    if source.kind is Kind.SPEC and sections[0].syntax == "markdown":
        sections = with_criteria(sections)
    stated = fields.front_fields(front.data, front.lines)
    document = Document(
        id=source.path,
        kind=source.kind,
        path=source.path,
        title=_title(source.path, front, sections),
        format=source.format,
        sections=sections,
        date=fields.date_of(stated),
        owners=fields.owners_of(stated),
        tags=fields.tags_of(stated),
        scope=stated_scope(front.data),
    )
    return Parsed((document,), (front.problem,) if front.problem else ())


def _title(path: str, front: FrontMatter, sections: Sequence[Section]) -> str:
    """The first heading where it is of the first level, else what front matter says, else the first such heading."""
    headed = [section for section in sections if section.heading]
    top = [section.heading for section in headed if section.level == 1]
    if headed and headed[0].level == 1:
        return headed[0].heading
    stated = front.data.get("title")
    if isinstance(stated, str) and stated.strip():
        return re.sub(r"\s+", " ", stated).strip()
    return top[0] if top else title_from_name(path)


def prose_of_mdx(text: str) -> str:
    """`text` with imports, exports, comments and lines of nothing but tags made blank, line for line.

    Markdown would read a heading below `<Tab>` as part of an HTML block, where MDX reads a heading.
    """
    rows: list[str] = []
    fence, open_until = "", ""
    for row in text.split("\n"):
        mark = re.match(r"\s*(`{3,}|~{3,})", row)
        if fence:
            fence = "" if mark and mark[1].startswith(fence) else fence
            rows.append(row)
        elif open_until:
            open_until = "" if re.search(open_until, row) or not row.strip() else open_until
            rows.append("")
        elif mark:
            fence = mark[1]
            rows.append(row)
        else:
            open_until = _opens(row)
            rows.append("" if open_until or _MODULE.match(row) or _TAGS.fullmatch(row) else row)
    return "\n".join(rows)


def _opens(row: str) -> str:
    """A pattern for the line that ends what `row` begins and does not end; "" where it ends on `row` itself."""
    if _MODULE.match(row) and row.count("{") > row.count("}"):
        return r"^\s*\}"
    if re.fullmatch(r"\s*<[A-Z][\w.]*(?:\s[^<>]*)?", row):
        return r">\s*$"
    if re.match(r"\s*\{/\*", row) and "*/" not in row:
        return r"\*/\}"
    return ""


def text_sections(text: str) -> tuple[Section, ...]:
    """Cut plain `text` at every line that is underlined; without one, all of it is one section."""
    lines = text.split("\n")
    starts = [
        index
        for index in range(len(lines) - 1)
        if lines[index].strip()
        and not _UNDERLINE.fullmatch(lines[index])
        and _UNDERLINE.fullmatch(lines[index + 1])
        and (index == 0 or not lines[index - 1].strip())
    ]
    written = next((index for index, line in enumerate(lines) if line.strip()), None)
    if written is None:
        return ()
    anchors = Anchors()
    marks: dict[str, int] = {}
    bounds = starts if starts and starts[0] == written else [written, *starts]
    result = []
    trail: list[tuple[int, str]] = []
    for first, past in zip(bounds, [*bounds[1:], len(lines)], strict=True):
        heading = lines[first].strip() if first in starts else ""
        level = marks.setdefault(lines[first + 1][0], len(marks) + 1) if heading else 1
        last = last_written(lines, first + 1, past)
        trail = [entry for entry in trail if entry[0] < level]
        crumb = tuple(above for _, above in trail)
        anchor = anchors.take(slug(heading))
        result.append(
            Section(heading, anchor, first + 1, last, "\n".join(lines[first:last]), level, crumb, syntax="text")
        )
        if heading:
            trail.append((level, heading))
    return tuple(result)
