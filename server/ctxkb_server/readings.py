"""A unit or document as it is shown whole, with its links to others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb.formats.graph import build_graph

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from ctxkb.knowledge import Reading
    from ctxkb.retrieve.library import Library

WORDS = {
    "supersedes": ("supersedes", "superseded by"),
    "amends": ("amends", "amended by"),
    "relates": ("relates to", "relates to"),
}
"""How a relation reads from its source, and from its target."""


@dataclass(frozen=True, slots=True)
class Linked:
    """What a document has to do with another one, whichever of the two says so."""

    relation: str
    id: str
    title: str
    status: str


def links_of(library: Library, reading: Reading) -> list[Linked]:
    """The links of the document that a reading is of, or is a part of."""
    documents = library.documents
    identity = document_of(reading.id, documents)
    found: dict[tuple[str, str], Linked] = {}
    for edge in build_graph(documents.values()).edges:
        forth, back = WORDS.get(edge.relation, (edge.relation, f"{edge.relation} of"))
        for relation, own, other in ((forth, edge.source, edge.target), (back, edge.target, edge.source)):
            if own == identity and other in documents:
                document = documents[other]
                found[relation, other] = Linked(relation, other, document.title, document.status)
    return list(found.values())


def document_of(identity: str, documents: Container[str]) -> str:
    """The id among those of `documents` that `identity` is, or is a part of; "" where there is none."""
    while identity not in documents and "#" in identity:
        identity = identity.rpartition("#")[0]
    return identity if identity in documents else ""


def cited(reading: Reading) -> str:
    """A reading below the line that says what it is and where it stands, and above how to get the rest."""
    return _joined(_head(reading), reading.text, _rest(reading))


def whole_text(reading: Reading, links: Sequence[Linked]) -> str:
    """A reading with its links, for a person."""
    return _joined(_head(reading), "\n".join(_link_line(link) for link in links), reading.text, _rest(reading))


def reading_json(reading: Reading, links: Sequence[Linked]) -> dict[str, Any]:
    """The shape of `kb show --json`."""
    return {
        "id": reading.id,
        "title": reading.title,
        "status": reading.status,
        "path": reading.path,
        "lines": list(reading.lines),
        "tokens": reading.tokens,
        "links": [
            {"relation": link.relation, "id": link.id, "title": link.title, "status": link.status} for link in links
        ],
        "text": reading.text,
        "more": reading.more,
    }


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def _head(reading: Reading) -> str:
    first, last = reading.lines
    status = f" [{reading.status}]" if reading.status else ""
    return f"{reading.title}{status}, {reading.path}:{first}-{last}"


def _rest(reading: Reading) -> str:
    return f"({reading.more})" if reading.more else ""


def _link_line(link: Linked) -> str:
    status = f" [{link.status}]" if link.status else ""
    return f"{link.relation} {link.title}{status}, {link.id}"
