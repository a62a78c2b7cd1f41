"""What clients hold copies of: documents and prompts. Two looks tell what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import KbError
from ctxkb.types import Kind
from ctxkb_server.prompt_files import traces
from ctxkb_server.readings import document_of
from ctxkb_server.uris import parse_uri

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from ctxkb.formats.graph import Finder
    from ctxkb.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Look:
    """One document as a client may have seen it: `listed` is how it is listed, `sha256` is that of its file."""

    listed: tuple[str, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Watched:
    """The documents by id, at one generation of the catalog, and what tells the prompts' files apart.

    `finder` tells which decision a number names.
    """

    generation: int
    documents: Mapping[str, Look]
    finder: Finder
    prompts: frozenset[tuple[str, int, int]]

    def changed(self, before: Watched) -> frozenset[str]:
        """The ids of documents that came, went or differ."""
        known = self.documents.keys() | before.documents.keys()
        return frozenset(key for key in known if self.documents.get(key) != before.documents.get(key))

    def lists_alike(self, before: Watched) -> bool:
        """Whether the list of documents is the same as before."""
        return {key: look.listed for key, look in self.documents.items()} == {
            key: look.listed for key, look in before.documents.items()
        }


def watched(knowledge: Knowledge, before: Watched | None) -> Watched:
    """How it is now; what has not changed since `before` is not read again."""
    generation = knowledge.catalog.generation
    prompts = traces(knowledge.root)
    if before is not None and before.generation == generation:
        return Watched(generation, before.documents, before.finder, prompts)
    library = knowledge.library
    hashes = {path: state.sha256 for path, state in knowledge.catalog.files().items()}
    documents = {
        document.id: Look((document.title, document.status, *library.heirs(document.id)), hashes.get(document.path, ""))
        for document in library.documents.values()
    }
    return Watched(generation, documents, library.finder, prompts)


def document_at(uri: str, documents: Container[str], finder: Finder) -> str:
    """The document of an address, "" where it names none."""
    try:
        kind, identity = parse_uri(uri)
    except KbError:
        return ""
    called = finder.called(identity)[:1] if kind is Kind.DECISION else []
    return document_of(identity, documents) or "".join(each.id for each in called)
