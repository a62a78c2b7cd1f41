"""Files that a `CLAUDE.md` imports by `@path`: they are conventions too, and govern what the importer governs."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING

from ctxkb.formats.classify import classify, is_ignored
from ctxkb.types import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ctxkb.config import Sources
    from ctxkb.types import Document, Scope

DEPTH = 5
"""How far imports of imports are followed."""

IMPORTED = (Kind.CONVENTION, "claude")
"""What an imported file is, and what reads it: it may import in turn."""

RELATION = "imports"

_PROSE = frozenset({".md", ".markdown", ".mdx", ".mdc", ".txt"})


def imported_scopes(conventions: Iterable[Document], sources: Sources) -> dict[str, Scope]:
    """What each imported path governs: whatever any of the documents governs that lead to it.

    A file that is a decision, a contract, a spec or a convention by itself stays what it is, and so does a readme:
    it tells what a project is, not what to do. A path need not exist. Cycles end where they began.
    """
    by_path = {document.path: document for document in conventions}
    found: dict[str, Scope] = {}
    importing = (path for path in sorted(by_path) if _targets(by_path[path]))
    starts = [path for path in importing if _stands_alone(path, sources)]
    for start in starts:
        scope = by_path[start].scope
        for target in _reached(start, by_path, sources):
            found[target] = _joined(found[target], scope) if target in found else scope
    return found


def _reached(start: str, by_path: Mapping[str, Document], sources: Sources) -> list[str]:
    """The paths to which the imports of one document lead, each once."""
    level, seen = [start], dict.fromkeys([start])
    for _ in range(DEPTH):
        level = [target for path in level if path in by_path for target in _targets(by_path[path])]
        level = [target for target in dict.fromkeys(level) if target not in seen and _may_import(target, sources)]
        seen.update(dict.fromkeys(level))
    return [path for path in seen if path != start]


def _joined(one: Scope, other: Scope) -> Scope:
    """What either scope governs; one that binds nothing adds nothing."""
    binding = [scope for scope in (one, other) if scope.apply in {"always", "paths"}]
    if len(binding) < 2:
        return binding[0] if binding else one
    everywhere = next((scope for scope in binding if not scope.globs), None)
    return everywhere or replace(one, globs=tuple(dict.fromkeys((*one.globs, *other.globs))))


def _targets(document: Document) -> list[str]:
    """The paths that a document imports, as its parser resolved them, relative to the repository's root."""
    return [link.target for link in document.links if link.relation == RELATION]


def _stands_alone(path: str, sources: Sources) -> bool:
    """Whether a file is a convention by its own name, so that imports begin at it."""
    return (classify(path, None, sources) or (None,))[0] is Kind.CONVENTION


def _may_import(path: str, sources: Sources) -> bool:
    if posixpath.splitext(path)[1].lower() not in _PROSE or is_ignored(path, sources):
        return False
    if posixpath.basename(path).lower().startswith("readme"):
        return False
    return (classify(path, None, sources) or (Kind.GUIDE,))[0] is Kind.GUIDE
