"""AsyncAPI 2 and 3: a section an operation, told as the application sees it, and one a channel, message and schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.asyncapi_parts import AsyncParts
from ctxkb.formats.contract_scope import STATED, contract_scope
from ctxkb.formats.decode import decode
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_refs import References
from ctxkb.formats.openapi_sections import part_sections
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.formats.yamltree import Table
from ctxkb.types import Document, Kind, Parsed, Problem

if TYPE_CHECKING:
    from ctxkb.formats.loads import Load
    from ctxkb.formats.split import Around
    from ctxkb.types import Source


def parse_asyncapi(source: Source, load: Load = load_file, around: Around | None = None) -> Parsed:
    """Read an AsyncAPI description; raises `SourceError` with the line where it cannot be read at all."""
    written = decode(source.content)
    tree = load(source.path, source.content)
    root = tree.root
    if not isinstance(root, Table) or "asyncapi" not in root:
        raise SourceError("not an AsyncAPI description: it has no key asyncapi", 1)
    references = References(root, source.path, around)
    reader = AsyncParts(root, references, source.path)
    info = table(root.get("info"))
    title = " ".join(text(info.get("title")).split())
    tags = [*items(root.get("tags")), *items(info.get("tags"))]
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=f"{title} {text(info.get('version'))}".strip() if title else source.path.rsplit("/", 1)[-1],
        format=source.format,
        sections=part_sections(reader.read(), references, written.split("\n"), "json" if tree.json else "yaml"),
        tags=tuple(filter(None, (text(table(tag).get("name")) for tag in tags))),
        scope=contract_scope(source.path, root.get(STATED)),
        parts=references.files(),
    )
    notes = [Problem(source.path, line, reason) for line, reason in tree.notes]
    return Parsed((document,), (*notes, *reader.problems))
