"""Conventions: the rule files that agents load, and the prose that people write for each other."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats import convention_scope as scopes
from ctxkb.formats import fields
from ctxkb.formats.convention_imports import imports
from ctxkb.formats.decision_status import known_status
from ctxkb.formats.decode import decode
from ctxkb.formats.frontmatter import FrontMatter, split
from ctxkb.formats.mdx import markdown_of
from ctxkb.formats.names import title_from_name
from ctxkb.formats.sections import markdown_sections
from ctxkb.types import Document, Kind, Link, Parsed, Problem, Scope, Section, Source, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    ScopeOf = Callable[[str, Mapping[str, object]], Scope]

_SCOPE_KEYS = frozenset({"scope", "paths", "globs", "alwaysApply", "applyTo", "description"})
_SELF = re.compile(r"(?:agents|claude|gemini|cursor|copilot|rule)(?:\.override)?(?:\.md)?", re.IGNORECASE)
_LONGEST_TITLE = 120
_OURS = re.compile(r"<!-- ctxkb:(sync:)?begin -->.*?<!-- ctxkb:\1?end -->", re.DOTALL)


def parse_agents(source: Source) -> Parsed:
    """Read an AGENTS.md, which governs its folder; raises `SourceError` where the file is no text or empty."""
    return _read(source, scopes.agents_scope)


def parse_claude(source: Source) -> Parsed:
    """Read a CLAUDE.md or a file of `.claude/rules`, with its imports as links; raises as `parse_agents` does."""
    front = _front(source)
    return _parsed(source, front, scopes.claude_scope, imports(front.body, source.path, front.first_body_line))


def parse_cursor(source: Source) -> Parsed:
    """Read a Cursor rule (`.mdc`, `.cursorrules`); raises as `parse_agents` does."""
    return _read(source, scopes.cursor_scope)


def parse_copilot(source: Source) -> Parsed:
    """Read Copilot instructions; raises as `parse_agents` does."""
    return _read(source, scopes.copilot_scope)


def parse_rules(source: Source) -> Parsed:
    """Read CONTRIBUTING, a style guide or a checklist, in any markup of prose; raises as `parse_agents` does."""
    return _read(source, scopes.prose_scope)


def _read(source: Source, scope_of: ScopeOf) -> Parsed:
    return _parsed(source, _front(source), scope_of)


def _front(source: Source) -> FrontMatter:
    """The front matter and body, without what `kb init` and `kb sync` wrote: it stands elsewhere, or is known here."""
    written = decode(source.content)
    return split(_OURS.sub(lambda block: "\n" * block[0].count("\n"), written), source.path)


def _parsed(source: Source, front: FrontMatter, scope_of: ScopeOf, links: tuple[Link, ...] = ()) -> Parsed:
    sections = _sections(source.path, front)
    if not sections:
        if front.data or _OURS.search(decode(source.content)):
            return Parsed()
        raise SourceError("the file is empty")
    scope, faults = scopes.usable(scopes.written_scope(front.data) or scope_of(source.path, front.data))
    stated = fields.front_fields(front.data, front.lines)
    status = _status(front)
    document = Document(
        id=source.path,
        kind=Kind.CONVENTION,
        path=source.path,
        title=_title(source, front, sections),
        format=source.format,
        sections=sections,
        status=status,
        status_text=status and str(front.data["status"]),
        date=fields.date_of(stated),
        owners=fields.owners_of(stated),
        tags=fields.tags_of(stated),
        scope=replace(scope, apply="manual") if status else scope,
        links=links,
    )
    return Parsed((document,), _problems(source.path, front, faults))


def _status(front: FrontMatter) -> str:
    """The status that the front matter states where it says that the rules are not, or no longer, in force; else ""."""
    written = front.data.get("status")
    status = known_status(written) if isinstance(written, str) else None
    return "" if status in {None, Status.ACCEPTED} else str(status)


def _problems(path: str, front: FrontMatter, faults: Sequence[str]) -> tuple[Problem, ...]:
    """Globs that cannot be used, and front matter that says nothing usable.

    Rule files are not held to strict YAML: their tools read `globs: **/*.ts` too, and so does `split`.
    """
    line = next((front.lines[key] for key in front.lines if key in _SCOPE_KEYS - {"description"}), 1)
    problems = tuple(Problem(path, line, fault) for fault in faults)
    if front.problem and not _SCOPE_KEYS & front.data.keys():
        return (front.problem, *problems)
    return problems


def _sections(path: str, front: FrontMatter) -> tuple[Section, ...]:
    suffix = path[path.rfind(".") :].lower() if "." in path.rpartition("/")[2] else ".txt"
    if suffix == ".rst":
        from ctxkb.formats.rst import rst_sections

        return rst_sections(front.body, front.first_body_line)
    if suffix in (".adoc", ".asciidoc"):
        from ctxkb.formats.asciidoc import asciidoc_sections

        return asciidoc_sections(front.body, front.first_body_line)
    return markdown_sections(markdown_of(path, front.body), front.first_body_line)


def _title(source: Source, front: FrontMatter, sections: Sequence[Section]) -> str:
    """The first heading of the first level, else what the front matter says, else the words of the name.

    The names of rule files say nothing: many files are called "CLAUDE.md", and the path tells which.
    """
    top = next((section.heading for section in sections if section.level == 1 and section.heading), "")
    if top and not _SELF.fullmatch(top.strip()):
        return top
    stated = (front.data.get(key) for key in ("title", "name", "description"))
    words = (" ".join(value.split()) for value in stated if isinstance(value, str))
    named = title_from_name(source.path) if source.format == "rules" else source.path
    return next((text for text in words if 0 < len(text) <= _LONGEST_TITLE), named)
