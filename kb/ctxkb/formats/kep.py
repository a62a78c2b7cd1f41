"""The `kep.yaml` of an enhancement proposal: its status, people, dates and links, beside the text in README.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_parts import Part, sections
from ctxkb.formats.contract_text import clip, listing, summarise
from ctxkb.formats.dates import find_date
from ctxkb.formats.decision_status import status_of
from ctxkb.formats.decode import decode
from ctxkb.formats.items import words_of
from ctxkb.formats.names import number_in_name, title_from_name
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.formats.placeholders import is_template_name
from ctxkb.formats.sections import last_written
from ctxkb.formats.yamlsafe import load_yaml
from ctxkb.formats.yamltree import Table
from ctxkb.types import Document, Kind, Link, Parsed, Problem, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from ctxkb.types import Source

_LINKS = {"replaces": "supersedes", "superseded-by": "superseded-by", "see-also": "relates"}
_PEOPLE = ("authors", "owners", "approvers")
_TAGS = ("owning-sig", "participating-sigs", "stage", "latest-milestone")
_STATES = {"deferred": Status.PROPOSED, "implementable": Status.ACCEPTED, "provisional": Status.PROPOSED}


def parse_kep(source: Source) -> Parsed:
    """Read a `kep.yaml`; raises `SourceError` with the line where it is no YAML mapping."""
    written = decode(source.content)
    tree = load_yaml(written)
    root = tree.root
    if not isinstance(root, Table) or not root:
        raise SourceError("not the description of a proposal: it is no mapping", 1)
    title = " ".join(text(root.get("title")).split()) or title_from_name(source.path)
    said = text(root.get("status"))
    number = text(root.get("kep-number")).lstrip("0") or number_in_name(source.path.rpartition("/")[0])
    lines = written.split("\n")
    document = Document(
        id=source.path,
        kind=Kind.DECISION,
        path=source.path,
        title=title,
        format=source.format,
        sections=sections([_part(root, title, number, last_written(lines, 1, len(lines)))], lines, "yaml"),
        status=str(_STATES.get(said.lower(), "")) or (status_of(said) if said else ""),
        status_text=said,
        date=_date(root),
        owners=tuple(dict.fromkeys(name for key in _PEOPLE for name in _texts(root, key))),
        tags=tuple(dict.fromkeys(name for key in _TAGS for name in _texts(root, key))),
        links=tuple(_links(root)),
        template=is_template_name(source.path) or "template" in source.path.lower().rpartition("/")[0],
    )
    return Parsed((document,), tuple(Problem(source.path, line, reason) for line, reason in tree.notes))


def _part(root: Table, title: str, number: str, last: int) -> Part:
    """All of the file as one section, called after the proposal."""
    summary = summarise(
        [
            f"KEP {number} {title}".replace("  ", " "),
            listing("status", [text(root.get("status"))], 40),
            listing("stage", [text(root.get("stage"))], 40),
            listing("group", [text(root.get("owning-sig"))], 60),
            listing("milestones", (f"{key} {text(value)}" for key, value in table(root.get("milestone")).items()), 150),
            clip(f"feature gates {words_of(root.get('feature-gates'))}", 300) if root.get("feature-gates") else "",
        ]
    )
    return Part(title, "preamble", 1, last, summary, "kep")


def _texts(root: Table, key: str) -> list[str]:
    value = root.get(key)
    return [found for item in (items(value) or [value]) if (found := text(item)) and "TBD" not in found]


def _date(root: Table) -> date | None:
    """When it was last changed, else when it began."""
    days = (find_date(text(root.get(key))) for key in ("last-updated", "creation-date"))
    return next((day for day in days if day), None)


def _links(root: Table) -> Iterator[Link]:
    for key, relation in _LINKS.items():
        for target in _texts(root, key):
            if "://" not in target and "/" in target:
                yield Link(relation, target, root.spans[key].first)
