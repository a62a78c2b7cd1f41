"""Which names a change takes out of the repository's code, and which it brings in."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.check.references.endpoints import normal
from ctxkb.check.references.files import Files
from ctxkb.check.references.names import Name, may_name, names_in
from ctxkb.formats.classify import is_ignored
from ctxkb.text.languages import language_of
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.check.changes import Change
    from ctxkb.check.context import Context
    from ctxkb.check.references.names import NameKind

_TESTS = re.compile(
    r"(?:^|[/._-])(?:tests?|testing|specs?|__tests__|fixtures|testdata|mocks?|examples?|samples?|e2e|bench(?:marks?)?"
    r"|loadtest)(?:/|[._-]\w+$)",
    re.IGNORECASE,
)
_GENERATED = re.compile(rb"do not edit|@generated|code generated|auto-?generated", re.IGNORECASE)
TASK_FILES = frozenset({"Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "package.json"})
"""Files whose tasks people run by name."""

_AT_ONCE = 200
_HEAD = 1_000
"""Bytes at the beginning of a file in which it says that it was generated."""

_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class Offered:
    """What code offered before a change and offers after it, where the two differ.

    `files` gives each path that went with where it is now, "" where it is nowhere; `folders` those in which nothing is
    left. `gone` gives each name that no changed file offers any more with the file that did; `new` lists by file the
    names that no changed file offered before.
    """

    files: Mapping[str, str]
    folders: frozenset[str]
    gone: Mapping[tuple[NameKind, str], str]
    new: tuple[tuple[str, Name], ...]
    before: frozenset[str]
    """All paths at the base."""

    after: Files
    """The files at the head."""

    def names(self, kind: NameKind) -> dict[str, str]:
        """The names of one kind that went, with the files that offered them."""
        return {text: path for (each, text), path in self.gone.items() if each == kind}


def offered(context: Context) -> Offered:
    """Compare the names of every changed file at both ends; one that only moved to another file is neither."""
    after = Files(context.head.tree.paths())
    files = {
        change.old: change.path if change.kind == "R" else ""
        for change in context.changes.files
        if change.kind in "DR" and change.old not in after.paths
    }
    left = {parent for path in files for parent in _parents(path)}
    folders = left - after.folders if left else left
    then: dict[tuple[NameKind, str], str] = {}
    now: dict[tuple[NameKind, str], tuple[str, Name]] = {}
    for old, path, before, behind in _both(context):
        for name in before:
            then.setdefault((name.kind, name.text), old)
        for name in behind:
            now.setdefault((name.kind, name.text), (path, name))
    gone = {key: path for key, path in then.items() if key not in now}
    fresh = (found for key, found in now.items() if key not in then)
    new = tuple(sorted(fresh, key=lambda each: (each[0], each[1].line)))
    return Offered(files, frozenset(folders), gone, new, context.base.tree.paths(), after)


def _parents(path: str) -> Iterator[str]:
    while path := posixpath.dirname(path):
        yield path


def _both(context: Context) -> Iterator[tuple[str, str, list[Name], list[Name]]]:
    """Old path, new path, and the names at both ends, of each changed file that may offer any."""
    code = [change for change in context.changes.files if _is_code(change.path, context)]
    for start in range(0, len(code), _AT_ONCE):
        some = code[start : start + _AT_ONCE]
        before = dict(context.base.tree.read([each.old for each in some if each.old], _LARGEST))
        after = dict(context.head.tree.read([each.path for each in some if each.kind != "D"], _LARGEST))
        for change in some:
            then, now = before.get(change.old, b""), after.get(change.path, b"")
            if _may_differ(context, change, then, now):
                yield change.old, change.path, _names(change.old, then), _names(change.path, now)
    yield from _operations(context)


def _is_code(path: str, context: Context) -> bool:
    named = bool(language_of(path)) or path.endswith((".ex", ".exs")) or posixpath.basename(path) in TASK_FILES
    return named and not _TESTS.search(path) and not is_ignored(path, context.config.sources)


def _may_differ(context: Context, change: Change, then: bytes, now: bytes) -> bool:
    if _GENERATED.search(now[:_HEAD] or then[:_HEAD]):
        return False
    if then == now or posixpath.basename(change.path) in TASK_FILES:
        return then != now
    lines = context.lines(change.path)
    return may_name(change.old, then, lines.removed) or may_name(change.path, now, lines.added)


def _names(path: str, content: bytes) -> list[Name]:
    return names_in(path, content) if path and content else []


def _operations(context: Context) -> Iterator[tuple[str, str, list[Name], list[Name]]]:
    """The operations of the contracts that changed, as endpoints."""
    for change in context.changes.files:
        if not change.path.lower().endswith((".yaml", ".yml", ".json")):
            continue
        ends = [context.base.of(change.old) if change.old else (), context.head.of(change.path)]
        then, now = (
            [
                Name("endpoint", f"{method} {normal(route)}", section.first)
                for document in documents
                if document.kind is Kind.CONTRACT
                for section in document.sections
                if section.role == "operation"
                for method, _, route in [section.heading.partition(" ")]
                if route.startswith("/")
            ]
            for documents in ends
        )
        if then or now:
            yield change.old, change.path, then, now
