"""The decisions of a repository, and how a person names one of them."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError
from ctxkb.formats import parse
from ctxkb.formats.graph import Finder
from ctxkb.formats.placeholders import is_template_name
from ctxkb.privacy.invisible import visible
from ctxkb.types import Kind, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ctxkb.types import Document

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A decision in a list. `date` is YYYY-MM-DD or ""; `number` is "" where the decision has none."""

    number: str
    status: str
    date: str
    title: str
    path: str


def read_decisions(root: Path, files: Iterable[tuple[str, str]]) -> tuple[Document, ...]:
    """The decisions in `files` (path and format), by path; templates and what cannot be read are left out.

    A draft that is still full of template text is a decision all the same: its name has a number or a date.
    """
    found = []
    for path, format_ in sorted(files):
        parsed = parse(Source(path, (root / path).read_bytes(), Kind.DECISION, format_))
        found += [document for document in parsed.documents if not document.template or _is_draft(path)]
    return tuple(found)


def _is_draft(path: str) -> bool:
    return bool(re.search(r"\d*[1-9]", posixpath.basename(path))) and not is_template_name(path)


def rows(documents: Iterable[Document]) -> list[Row]:
    """One row a decision, folder by folder, by number where there is one, else by name."""
    ordered = sorted(documents, key=_order)
    return [
        Row(each.number, each.status, each.date.isoformat() if each.date else "", visible(each.title), each.path)
        for each in ordered
    ]


def _order(document: Document) -> tuple[str, int, str]:
    number = int(document.number) if document.number.isdecimal() else 0
    return posixpath.dirname(document.path), number, document.path


def pick(documents: Sequence[Document], name: str) -> Document:
    """The decision that a person calls `name`: by path, file name, number ("5", "ADR-0005", "RFC 2") or slug.

    Raises `ConfigError` where none or several are called so.
    """
    wanted = name.strip().removeprefix("./")
    exact = [document for document in documents if wanted in _names(document)]
    found = exact or Finder(documents).called(wanted)
    if len(found) == 1:
        return found[0]
    if found:
        raise ConfigError(f'"{name}" is the name of {_listed(found)}; give the path of the one you mean')
    raise ConfigError(f'there is no decision "{name}"; give its number or path, see `kb adr list`')


def _names(document: Document) -> set[str]:
    base = posixpath.basename(document.path)
    return {document.path, base, posixpath.splitext(base)[0]}


def _listed(documents: Sequence[Document]) -> str:
    paths = [document.path for document in documents]
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
