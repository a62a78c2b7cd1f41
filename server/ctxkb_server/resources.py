"""The documents as MCP resources: listed page by page, found by a template, and read as `kb show` prints them."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    Completion,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from ctxkb.errors import KbError
from ctxkb.types import Kind
from ctxkb_server import arguments
from ctxkb_server.readings import document_of, links_of, whole_text
from ctxkb_server.tools import perhaps_later
from ctxkb_server.uris import kind_of_template, parse_uri, template_of, uri_of

if TYPE_CHECKING:
    from collections.abc import Set

    from ctxkb.knowledge import Knowledge
    from ctxkb.retrieve.library import Library
    from ctxkb.types import Document
    from ctxkb_server.tools import Served

PAGE = 100
"""Documents in one page of the list."""

MOST_VALUES = 100
"""Completions in one answer: the protocol allows no more."""

MARKDOWN = "text/markdown"

NOT_FOUND = -32002
"""The code of protocols up to 2025-11-25 for a resource that is not there; later ones say invalid parameters."""

HANDSHAKE_ENDS = "2026-07-28"

_ABOUT = {
    Kind.DECISION: "A decision (ADR), with its status and what it replaces, by path or number.",
    Kind.CONTRACT: "An API contract or schema, or one operation of it.",
    Kind.CONVENTION: "Rules for people and agents.",
    Kind.SPEC: "A specification.",
    Kind.GUIDE: "A guide or README.",
}


def list_resources(knowledge: Knowledge, cursor: str | None) -> ListResourcesResult:
    """One page of the documents, by id. Raises `MCPError` for a cursor that no page has given."""
    library = knowledge.library
    after = _after(cursor) if cursor else ""
    left = sorted(identity for identity in library.documents if identity > after)
    page = left[:PAGE]
    following = _cursor(page[-1]) if len(left) > PAGE else None
    resources = [_resource(library, library.documents[identity]) for identity in page]
    return ListResourcesResult(resources=resources, next_cursor=following)


def _resource(library: Library, document: Document) -> Resource:
    heirs = library.heirs(document.id)
    replaced = f", replaced by {', '.join(heirs)}" if heirs else ""
    return Resource(
        uri=uri_of(document),
        name=document.id,
        title=document.title or None,
        description=f"{document.status} {document.kind}".strip() + replaced,
        mime_type=MARKDOWN,
    )


def _cursor(identity: str) -> str:
    return base64.urlsafe_b64encode(identity.encode()).decode()


def _after(cursor: str) -> str:
    try:
        return base64.b64decode(cursor.encode(), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        fix = "pass the nextCursor of the page before, or none for the first page"
        raise MCPError(INVALID_PARAMS, f"the cursor is not one of this server; {fix}") from None


def list_templates() -> ListResourceTemplatesResult:
    """One template for each kind."""
    templates = [
        ResourceTemplate(uri_template=template_of(kind), name=str(kind), description=about, mime_type=MARKDOWN)
        for kind, about in _ABOUT.items()
    ]
    return ListResourceTemplatesResult(resource_templates=templates)


def read_resource(served: Served, uri: str, protocol: str) -> tuple[ReadResourceResult, str, str]:
    """A document or unit, whole, below the line that cites it and its status; its text, and its id.

    Raises `MCPError` where the address names nothing, in the words of `read`.
    """
    try:
        with perhaps_later(served):
            text, identity = _read(served.knowledge(), uri)
    except KbError as error:
        code = NOT_FOUND if protocol < HANDSHAKE_ENDS else INVALID_PARAMS
        raise MCPError(code, str(error), {"uri": uri}) from error
    contents = TextResourceContents(uri=uri, mime_type=MARKDOWN, text=text)
    return ReadResourceResult(contents=[contents]), text, identity


def _read(knowledge: Knowledge, uri: str) -> tuple[str, str]:
    kind, identity = parse_uri(uri)
    library = knowledge.library
    reading = knowledge.read(identity, arguments.BUDGET[1])
    document = library.documents[document_of(reading.id, library.documents)]
    if document.kind is not kind:
        raise KbError(f"{identity} is no {kind}; read {uri_of(document)}")
    return whole_text(reading, links_of(library, reading)), reading.id


def complete_id(knowledge: Knowledge, template: str, typed: str) -> Completion:
    """The ids of a kind's documents that hold what was typed, in their id, title or number; the likeliest first."""
    kind, wanted = kind_of_template(template), typed.strip().casefold()
    documents = [document for document in knowledge.library.documents.values() if document.kind is kind]
    called = {document.id for document in knowledge.library.finder.called(wanted)}
    found = sorted((rank, each.id) for each in documents if (rank := _rank(each, wanted, called)) is not None)
    return completion([identity for _, identity in found])


def _rank(document: Document, wanted: str, called: Set[str]) -> int | None:
    """How well a document fits what was typed: 0 for the beginning of its id, None where it does not."""
    identity = document.id.casefold()
    if identity.startswith(wanted):
        return 0
    if document.id in called:
        return 1
    return 2 if wanted in identity else 3 if wanted in document.title.casefold() else None


def completion(values: list[str]) -> Completion:
    """As many values as one answer may hold."""
    return Completion(values=values[:MOST_VALUES], total=len(values), has_more=len(values) > MOST_VALUES)
