"""Which executable rules are in force at one end of a change."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxkb.config.rule_ids import RULE_PREFIX
from ctxkb.formats import may_hold_rules
from ctxkb.formats.graph import build_graph, statuses
from ctxkb.retrieve.scope import governs, overridden
from ctxkb.text.globs import compile_globs
from ctxkb.types import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.documents import Documents, Read
    from ctxkb.types import Document, ExecutableRule

CARRIERS = frozenset({Kind.DECISION, Kind.CONVENTION})
"""The kinds of documents that may carry rules."""


@dataclass(frozen=True, slots=True)
class Held:
    """A rule and the document that carries it."""

    rule: ExecutableRule
    document: Document

    @property
    def name(self) -> str:
        """The id under which its findings, severities and waivers go."""
        return f"{RULE_PREFIX}{self.rule.id}"

    def governs(self, path: str) -> bool:
        """Whether the rule is about the file `path`: the document's scope, and the rule's own within it."""
        inside = not self.rule.when or compile_globs(self.rule.when).matches(path)
        return inside and path != self.document.path and governs(self.document.scope, path)

    def same(self, other: Held) -> bool:
        """Whether both ask the same of the same paths, wherever they are written."""
        unplaced = replace(self.rule, first=other.rule.first, last=other.rule.last, passes=(), fails=())
        return unplaced == replace(other.rule, passes=(), fails=()) and self.document.scope == other.document.scope


def carriers(documents: Documents) -> tuple[Document, ...]:
    """Every decision and convention that carries rules, in force or not, by path; templates left out."""
    found = (document for read in likely(documents).values() for document in read.parsed.documents)
    return tuple(document for document in found if document.rules and not document.template)


def likely(documents: Documents) -> dict[str, Read]:
    """The files that may carry rules, told at a glance, by path."""
    return documents.read(sorted(_likely(documents)))


def _likely(documents: Documents) -> Iterator[str]:
    read = documents.tree.read(documents.paths_of(CARRIERS), documents.limit)
    yield from (path for path, content in read if may_hold_rules(content))


def in_force(documents: Documents) -> tuple[Held, ...]:
    """The rules that bind: of accepted decisions that nothing replaced, and of conventions that apply by path."""
    found = carriers(documents)
    statuses_ = _statuses(documents) if any(document.kind is Kind.DECISION for document in found) else {}
    masked = overridden(path for path in documents.tree.paths() if path.endswith(".md")) if found else ()
    return tuple(
        Held(rule, document)
        for document in found
        if document.path not in masked and _binds(document, statuses_.get(document.id, ""))
        for rule in document.rules
    )


def _binds(document: Document, status: str) -> bool:
    if document.kind is Kind.DECISION:
        return status == Status.ACCEPTED
    return document.scope.apply in {"always", "paths"}


def _statuses(documents: Documents) -> dict[str, str]:
    known = {document.id: document for document in documents.decisions()}
    return statuses(known, build_graph(known.values()).successors())
