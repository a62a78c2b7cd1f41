"""Guides: prose in Markdown, MDX, reStructuredText and plain text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats import fields
from ctxkb.formats.criteria import with_criteria
from ctxkb.formats.decode import decode
from ctxkb.formats.frontmatter import FrontMatter, split
from ctxkb.formats.mdx import prose_of_mdx
from ctxkb.formats.names import title_from_name
from ctxkb.formats.scope import stated_scope
from ctxkb.formats.sections import last_written, markdown_sections
from ctxkb.text.markdown import Anchors, slug
from ctxkb.types import Document, Kind, Parsed, Section, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNDERLINE = re.compile(r"([=\-~*#^])\1{2,}\s*")


def parse_markdown(source: Source) -> Parsed:
    """Read a guide in Markdown; raises `SourceError` where the file is no text or empty."""
    front = split(decode(source.content), source.path)
    return _parsed(source, front, markdown_sections(front.body, front.first_body_line))


def parse_mdx(source: Source) -> Parsed:
    """Read the prose of a guide in MDX, none where it holds nothing else; raises `SourceError` as `parse_markdown`."""
    front = split(decode(source.content), source.path)
    sections = markdown_sections(prose_of_mdx(front.body), front.first_body_line)
    return _parsed(source, front, sections) if sections or not front.body.strip() else Parsed()


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
