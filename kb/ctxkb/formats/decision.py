"""Decisions (ADRs) of every common form: MADR 2 to 4, Nygard and adr-tools, log4brains, tables, badges, and rst."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats import decision_links, decision_status, fields, names, placeholders
from ctxkb.formats.dates import find_date
from ctxkb.formats.decision_outcome import with_outcome
from ctxkb.formats.decision_roles import role_of, with_roles
from ctxkb.formats.decode import decode
from ctxkb.formats.frontmatter import FrontMatter, split
from ctxkb.formats.lines import Line, markdown_lines
from ctxkb.formats.mdx import markdown_of
from ctxkb.formats.scope import decision_scope
from ctxkb.formats.sections import markdown_sections
from ctxkb.types import SETTLED, Document, Link, Parsed, Section, Source, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_SUMMARY = re.compile(r"(?:executive )?summary|abstract|introduction|overview|tl;?dr", re.IGNORECASE)
_LOG = re.compile(r"(?:change ?log|(?:decision |revision )?(?:log|history))")


@dataclass(frozen=True, slots=True)
class _Written:
    """A decision as its file holds it, whatever the markup."""

    path: str
    front: FrontMatter
    sections: tuple[Section, ...]
    lines: list[Line]


def parse_decision(source: Source) -> Parsed:
    """Read a decision written in Markdown; raises `SourceError` where the file is no text or empty."""
    front = split(decode(source.content), source.path)
    body = markdown_of(source.path, front.body)
    sections = markdown_sections(body, front.first_body_line)
    lines = markdown_lines(body, front.first_body_line)
    return _parsed(source, _Written(source.path, front, sections, lines))


def parse_decision_rst(source: Source) -> Parsed:
    """Read a decision written in reStructuredText; raises `SourceError` where the file is no text or empty."""
    from ctxkb.formats.rst import rst_lines, rst_sections

    front = split(decode(source.content), source.path)
    sections = rst_sections(front.body, front.first_body_line)
    return _parsed(source, _Written(source.path, front, sections, rst_lines(front.body, front.first_body_line)))


def parse_decision_asciidoc(source: Source) -> Parsed:
    """Read a decision written in AsciiDoc; raises `SourceError` where the file is no text or empty."""
    from ctxkb.formats.asciidoc import asciidoc_lines, asciidoc_sections

    front = split(decode(source.content), source.path)
    sections = asciidoc_sections(front.body, front.first_body_line)
    lines = asciidoc_lines(front.body, front.first_body_line)
    return _parsed(source, _Written(source.path, front, sections, lines))


def _parsed(source: Source, written: _Written) -> Parsed:
    if not written.sections and not written.front.data:
        raise SourceError("the file is empty")
    heading = _title_section(written)
    sections = with_outcome(with_roles(written.sections, heading))
    written = _Written(written.path, written.front, sections, written.lines)
    own = fields.front_fields(written.front.data, written.front.lines)
    own += fields.fields_in(_head(written, heading.heading if heading else "")) + list(_headed_fields(written))
    title = heading.heading if heading else _title(written)
    number = _number(source.path, own, title)
    series = _series(source.path, own, title, number)
    links = decision_links.merged(_links(written, own), source.path, series)
    status_text = _status_text(written, own, title)
    template = _is_template(source.path, title, written)
    # The text of an enhancement proposal leaves its status to the kep.yaml beside it.
    unsaid = source.format == "decision-kep"
    document = Document(
        id=source.path,
        kind=source.kind,
        path=source.path,
        title=names.without_number(title, number),
        format=source.format,
        sections=sections,
        status="" if template or (unsaid and not status_text) else _status(status_text, links),
        status_text=status_text,
        number=number,
        series=series,
        date=fields.date_of(own) or find_date(status_text) or names.date_in_name(source.path),
        owners=fields.owners_of(own),
        tags=fields.tags_of(own),
        scope=decision_scope(source.path, written.front.data),
        links=links,
        template=template,
    )
    return Parsed((document,), (written.front.problem,) if written.front.problem else ())


def _title_section(written: _Written) -> Section | None:
    """The section whose heading is the decision's title.

    That is the first heading where it is an H1, unless it names a part ("Context") in a file that writes all its
    parts as H1; else any other H1 that names no part, where front matter has no title; else the first heading. Where
    the parts that are H1 begin with a summary, as in the RFCs of Rust, there is none.
    """
    headed = [section for section in written.sections if section.heading]
    if not headed:
        return None
    first, *others = headed
    top = [section for section in others if section.level == 1]
    if first.level == 1 and _SUMMARY.fullmatch(first.heading) and any(role_of(section.heading) for section in top):
        return None
    if first.level == 1 and (not role_of(first.heading) or not (top or _front_title(written.front))):
        return first
    if _front_title(written.front):
        return None
    named = [section for section in (*top, first) if not role_of(section.heading)]
    return named[0] if named else None


def _front_title(front: FrontMatter) -> str:
    value = front.data.get("title") or front.data.get("name")
    return re.sub(r"\s+", " ", value).strip() if isinstance(value, str) else ""


def _title(written: _Written) -> str:
    return _front_title(written.front) or names.title_from_name(written.path)


def _head(written: _Written, title: str) -> list[Line]:
    """The lines before the first section that is a part of the decision: where it speaks of itself."""
    end = None
    for index, section in enumerate(written.sections):
        about = section.role in {"preamble", "status"} or (
            index > 0 and (section.heading in {title, "Metadata"} or fields.is_field(fields.key_of(section.heading)))
        )
        if section.heading and not about:
            end = section.first
            break
    return [line for line in written.lines if end is None or line.number < end]


def _headed_fields(written: _Written) -> Iterator[fields.Field]:
    """Fields that are sections of their own: "## Date", "## Deciders", "## Supersedes"."""
    for section in written.sections:
        key = fields.key_of(section.heading)
        if section.role == "" and fields.is_field(key):
            below = [line.text for line in _within(written, section)]
            yield fields.Field(key, ", ".join(below), section.first)


def _within(written: _Written, section: Section) -> Iterator[Line]:
    """The lines of `section`, its heading left out."""
    for line in written.lines:
        if section.first <= line.number <= section.last and line.kind != "heading":
            yield line


def _in_role(written: _Written, role: str) -> Iterator[Line]:
    """The lines of the sections that play `role`, their headings left out."""
    for section in written.sections:
        if section.role == role:
            yield from _within(written, section)


def _status_lines(written: _Written) -> list[str]:
    """What the status sections say, a status that stands in their heading first ("Status: Accepted")."""
    sections = [section for section in written.sections if section.role == "status"]
    said = [match[1] for section in sections if (match := re.search(r"[:–—-]\s*(.*\w.*)$", section.heading))]
    for section in sections:
        lines = [re.sub(r"^status\s*:\s*", "", line.text, flags=re.I) for line in _within(written, section)]
        said += [own for line in lines if (own := decision_status.of_itself(line))] if _is_worldly(section) else lines
    return said


def _is_worldly(section: Section) -> bool:
    """Whether a section, as "Current status", may be about the world: only what speaks of the decision counts there."""
    headings = (*section.breadcrumb, section.heading)
    return any("current" in heading.lower() and role_of(heading) == "status" for heading in headings)


def _status_text(written: _Written, own: Sequence[fields.Field], title: str) -> str:
    """What the file writes as its status, from the place that speaks most plainly; "" where it says nothing."""
    return next(filter(None, _status_texts(written, own, title)), "")


def _status_texts(written: _Written, own: Sequence[fields.Field], title: str) -> Iterator[str]:
    """What each place says, the plainest first: title, head, status section, opening, changelog, any field, tags."""
    yield decision_status.status_in_title(names.without_number(title))
    yield from (decision_status.clean_status(field.value) for field in own if field.key in fields.STATUS)
    yield decision_status.deciding(_status_lines(written))
    opening = [line.text for line in _head(written, title) if line.kind in {"paragraph", "quote"}]
    yield from (decision_status.bare_status(text) for text in opening[:2])
    logs = [section for section in written.sections if _LOG.fullmatch(section.heading.lower())]
    changes = [line.text for section in logs for line in _within(written, section) if find_date(line.words)]
    yield _if_known(decision_status.deciding(changes))
    elsewhere = [field.value for field in fields.fields_in(written.lines) if field.key in fields.STATUS]
    yield from (decision_status.of_itself(value) for value in elsewhere if len(value) < 80)
    yield decision_status.status_in_tags(fields.tags_of(own))


def _if_known(text: str) -> str:
    return text if decision_status.known_status(text) else ""


def _status(text: str, links: Sequence[Link]) -> str:
    """The status that `text` tells; a decision that says what superseded it is superseded, one without is accepted."""
    status = decision_status.status_of(text) if text else Status.ACCEPTED.value
    replaced = any(link.relation == "superseded-by" for link in links)
    return Status.SUPERSEDED.value if replaced and status not in SETTLED else status


def _number(path: str, own: Sequence[fields.Field], title: str) -> str:
    """The number by the file's name, else by the title, else by front matter."""
    number = names.number_in_name(path) or names.number_in_title(title)
    stated = fields.first_value(own, fields.NUMBER) if not number else None
    match = re.fullmatch(r"(?:[a-z]+[\s_-]*)?0*(\d{1,6})", stated.value.strip(), re.IGNORECASE) if stated else None
    return number or (match[1] if match else "")


def _series(path: str, own: Sequence[fields.Field], title: str, number: str) -> str:
    """The series that counts the decision: by the file's name, else by the title, the folder, or front matter."""
    numbered = [field for field in own if field.key in fields.NUMBER]
    said = (
        names.series_in_path(posixpath.basename(path)),
        names.series_in_title(title) if names.number_in_title(title) == number else None,
        names.series_in_path(path),
        *(names.series_in_title(f"{field.key} {field.value}") for field in numbered),
        *(names.series_in_title(field.value) for field in numbered),
    )
    return next((series for series in said if series is not None), "")


def _links(written: _Written, own: Sequence[fields.Field]) -> Iterator[Link]:
    for field in own:
        relation = decision_links.field_relation(field.key)
        if relation and not placeholders.is_placeholder(field.value):
            yield from decision_links.field_links(relation, field.value, field.line)
        elif field.key in fields.STATUS and decision_status.clean_status(field.value):
            yield from decision_links.stated_links(Line(field.line, field.value), free=True)
    stated = [section for section in written.sections if section.role == "status" and not _is_worldly(section)]
    for line in (line for section in stated for line in _within(written, section)):
        if not placeholders.is_placeholder(line.words):
            yield from decision_links.stated_links(line, free=True)
    for line in [line for line in written.lines if line.kind == "heading"][:1]:
        yield from decision_links.titled_links(line)
    for line in written.lines:
        if line.kind != "heading":
            yield from decision_links.stated_links(line)
    for line in _in_role(written, "more"):
        yield from decision_links.listed_links(line)


def _is_template(path: str, title: str, written: _Written) -> bool:
    if placeholders.is_template_name(path) or placeholders.is_template_title(title):
        return True
    return placeholders.is_unfilled(line.words for line in written.lines)
