"""All documents of one state of the catalog: what holds, what replaced what, and what governs a path."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ctxkb.formats.graph import Finder, build_graph, statuses
from ctxkb.retrieve.scope import governs, overridden, specificity
from ctxkb.retrieve.standing import overtaken
from ctxkb.text.languages import language_of
from ctxkb.types import SETTLED, Kind, Scope, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.types import Document, ExecutableRule


@dataclass(frozen=True, slots=True)
class Library:
    """The documents by id, without their sections, each with its status in effect."""

    generation: int
    documents: dict[str, Document]
    successors: dict[str, tuple[str, ...]]
    finder: Finder
    masked: frozenset[str] = frozenset()
    """Paths of files that another one replaces."""
    overtaken: frozenset[str] = frozenset()
    """Proposals that were left behind."""
    state: str = ""
    """What names the content of all documents: `Catalog.state`."""

    def only(self, documents: Iterable[str], state: str) -> Library:
        """The library of some of these documents, of which the others go on telling whether they hold."""
        seen = set(documents)
        kept = {key: document for key, document in self.documents.items() if key in seen}
        return replace(self, documents=kept, finder=Finder(kept.values()), state=state)

    def holds(self, identity: str) -> bool:
        """False for a document that is superseded, deprecated or rejected."""
        document = self.documents.get(identity)
        return document is not None and document.status not in SETTLED

    def heirs(self, identity: str) -> tuple[str, ...]:
        """The documents in force that took the place of `identity`, over any number of supersessions.

        None where it holds: a successor that is only proposed, or was rejected, replaces nothing.
        """
        if self.holds(identity):
            return ()
        found: dict[str, None] = {}
        seen = {identity}
        waiting = list(self.successors.get(identity, ()))
        while waiting:
            current = waiting.pop(0)
            if current in seen:
                continue
            seen.add(current)
            if self.holds(current):
                found[current] = None
            else:
                waiting.extend(self.successors.get(current, ()))
        return tuple(found)

    def binds(self, document: Document) -> bool:
        """True for what must be obeyed where its scope matches: an accepted decision, a convention, a contract."""
        if document.kind is Kind.DECISION:
            return document.status == Status.ACCEPTED
        if document.kind is Kind.CONVENTION:
            return document.scope.apply in {"always", "paths"}
        return document.kind is Kind.CONTRACT

    def binds_on(self, document: Document, paths: Sequence[str]) -> bool:
        """True where a document binds work on any of `paths`, or on anything where none are given."""
        if not self.binds(document) or document.path in self.masked:
            return False
        return not paths or any(governs(document.scope, path) for path in paths)

    def governing(self, paths: Sequence[str]) -> list[tuple[Document, int]]:
        """The binding documents that govern any of `paths` and how near they are, the nearest first.

        Conventions count with whatever scope they have; decisions and contracts only where they, or the package they
        lie in, name the paths: otherwise every decision of a repository would bind every file in it.
        """
        if not paths:
            return []
        found = []
        for document in self.documents.values():
            if document.path in self.masked or not self.binds(document):
                continue
            if document.kind is not Kind.CONVENTION and not (document.scope.stated and document.scope.globs):
                continue
            near = [specificity(document.scope, path) for path in paths if governs(document.scope, path)]
            if near:
                found.append((document, max(near)))
        return sorted(found, key=lambda pair: (-pair[1], pair[0].kind is not Kind.CONVENTION, pair[0].id))

    def enforced(self, paths: Sequence[str]) -> dict[str, dict[str, int]]:
        """The rules that `kb check` enforces on any of `paths`: by document, their ids and how near each is."""
        found = {}
        for document in self.documents.values():
            if document.rules and document.path not in self.masked and self.binds(document):
                near = {rule.id: _nearness(document, rule, paths) for rule in document.rules}
                found[document.id] = {key: value for key, value in near.items() if value is not None}
        return found


def _nearness(document: Document, rule: ExecutableRule, paths: Sequence[str]) -> int | None:
    """How near a rule is to the nearest of `paths`, None where it is about none of them."""
    own = Scope(rule.when, "paths") if rule.when else document.scope
    near = (
        specificity(own, path)
        for path in paths
        if not rule.languages or not language_of(path) or language_of(path) in rule.languages
        if governs(document.scope, path) and governs(own, path)
    )
    return max(near, default=None)


def load_library(catalog: Catalog) -> Library:
    """The library of the catalog's present state."""
    return library_of(catalog.documents(), catalog.generation, catalog.state())


def library_of(found: Iterable[Document], generation: int = 0, state: str = "") -> Library:
    """The library of some documents; templates are left out."""
    documents = {document.id: document for document in found if not document.template}
    graph = build_graph(documents.values())
    successors = graph.successors()
    effective = statuses(documents, successors)
    held = {key: replace(document, status=effective[key]) for key, document in documents.items()}
    masked = overridden([document.path for document in held.values()])
    return Library(generation, held, successors, Finder(held.values()), masked, overtaken(held.values()), state)
