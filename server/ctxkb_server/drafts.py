"""Drafts of decisions and conventions: where they go, what they look like, and that nothing in them is in force."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

from ctxkb.adr.decide import begin
from ctxkb.adr.shelf import read_decisions
from ctxkb.adr.style import folder_of_glob, slug_of
from ctxkb.errors import KbError
from ctxkb.formats import parse
from ctxkb.formats.classify import classify
from ctxkb.formats.decision_status import bare_status
from ctxkb.formats.fields import STATUS, fields_in, front_fields, key_of
from ctxkb.formats.frontmatter import split
from ctxkb.formats.lines import markdown_lines, shown
from ctxkb.text.markdown import headings
from ctxkb.types import Kind, Source, Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from ctxkb.adr.decide import Begun
    from ctxkb.knowledge import Knowledge

CONVENTIONS = "docs/conventions"
"""Where the first convention of a repository goes."""

OWN_STATUS = "the text must not state a status of its own; leave that out, a person decides it"

_HEADED = frozenset(STATUS) - {"state"}
"""A section "State" is about a machine as often as about a decision."""
_OTHER_MARKUP = re.compile(r"^[ \t]*(?::status:|=+[ \t]+status[ \t]*$)", re.IGNORECASE | re.MULTILINE)
"""A field or a section of reStructuredText and AsciiDoc."""

_RULE = """\
---
status: proposed # delete this line to put it in force
{scope}---

# {title}

{text}
"""


def decision_draft(knowledge: Knowledge, title: str, day: date, text: str = "") -> tuple[Begun, str]:
    """A proposed decision in the style of those that exist, with `text` in it: its path, number and content.

    A text with headings takes the place of the template's sections. Raises `KbError` for a title without words.
    """
    root, decisions = knowledge.root, knowledge.config.sources.decisions
    known = [document for document in knowledge.library.documents.values() if document.kind is Kind.DECISION]
    existing = read_decisions(root, {(document.path, document.format) for document in known})
    usual = folder_of_glob(decisions[0]) if decisions else "docs/adr"
    has_sections = bool(headings(text))

    def fields(template: str) -> Mapping[str, str | Sequence[str]]:
        if template in {"nygard", "y-statement"}:
            return {"decision": text}
        return {"options": [title], "outcome": title, "reason": text}

    known_fields = fields if text and not has_sections else None
    begun, content = begin(root, existing, title, day, usual=usual, fields=known_fields)
    return begun, _head(content) + re.sub(r"\A# .*\n+", "", text) + "\n" if has_sections else content


def _head(content: str) -> str:
    """A drafted decision up to the first section that is not its status."""
    found = re.search(r"^##[ \t]+(?!Status[ \t]*$)", content, re.MULTILINE)
    return content[: found.start()] if found else f"{content}\n"


def rule_draft(knowledge: Knowledge, title: str, text: str, scope: Sequence[str]) -> tuple[str, str]:
    """A convention that is not in force yet: its path and content. Raises `KbError` where no folder is meant for it."""
    sources = knowledge.config.sources
    folders = [*dict.fromkeys((*map(folder_of_glob, sources.conventions), CONVENTIONS))]
    paths = [posixpath.join(folder, f"{slug_of(title)}.md") for folder in folders]
    content = _RULE.format(title=title, text=text, scope=_scope_line(scope))
    for path in paths:
        if (found := classify(path, content.encode(), sources)) and found[0] is Kind.CONVENTION:
            return path, content
    raise KbError(f"{paths[-1]} would be no convention; name a folder for them in [sources] conventions of kb.toml")


def scoped(content: str, scope: Sequence[str]) -> str:
    """A drafted decision whose front matter says which paths it governs."""
    if not scope:
        return content
    if content.startswith("---\n"):
        return content.replace("---\n", f"---\n{_scope_line(scope)}", 1)
    return f"---\n{_scope_line(scope)}---\n\n{content}"


def _scope_line(scope: Sequence[str]) -> str:
    return f"scope: {json.dumps(list(scope), ensure_ascii=False)}\n" if scope else ""


def check_draft(knowledge: Knowledge, kind: Kind, path: str, content: str) -> None:
    """Raises `KbError` unless the file would be read as a proposed document of that kind, whatever its text says."""
    data = content.encode()
    found = classify(path, data, knowledge.config.sources)
    if found is None or found[0] is not kind:
        raise KbError(f"{path} would be no {kind}; name its folder in [sources] {kind}s of kb.toml")
    documents = parse(Source(path, data, *found)).documents
    if [document.status for document in documents] != [Status.PROPOSED]:
        raise KbError(OWN_STATUS)


def check_text(text: str) -> None:
    """Raises `KbError` for a text that states a status: in front matter, a section, or a field such as a bullet."""
    front = split(text.lstrip(), "the text")
    lines = markdown_lines(front.body)
    headed = (key_of(line.words.lstrip("0123456789. ").partition(":")[0]) for line in lines if line.kind == "heading")
    stated = (each for each in fields_in(lines) if each.key in STATUS and bare_status(shown(each.value)))
    first = (each for each in front_fields(front.data, front.lines) if each.key in STATUS)
    if any(key in _HEADED for key in headed) or any(stated) or any(first) or _OTHER_MARKUP.search(text):
        raise KbError(OWN_STATUS)
