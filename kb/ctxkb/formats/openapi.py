"""OpenAPI 3.0 to 3.2 and Swagger 2, in YAML and JSON: a section an operation, schema, webhook and other named part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_scope import STATED, contract_scope
from ctxkb.formats.decode import decode
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_parts import Parts
from ctxkb.formats.openapi_refs import References
from ctxkb.formats.openapi_sections import part_sections
from ctxkb.formats.openapi_split import parse_part
from ctxkb.formats.openapi_words import METHODS, items, table, text
from ctxkb.formats.yamltree import Span, Table
from ctxkb.types import Document, Kind, Parsed, Problem

if TYPE_CHECKING:
    from ctxkb.formats.loads import Load
    from ctxkb.formats.split import Around
    from ctxkb.formats.yamltree import Value
    from ctxkb.types import Source

_MARKS = frozenset({"openapi", "swagger", "paths", "components", "webhooks", "definitions"})


def parse_openapi(source: Source, load: Load = load_file, around: Around | None = None) -> Parsed:
    """Read an OpenAPI or Swagger description; raises `SourceError` with the line where it cannot be read at all.

    With `around` what it says in other files of the repository is followed, and told of where it stands.
    """
    written = decode(source.content)
    tree = load(source.path, source.content)
    if around and around.described_by and not _is_whole(tree.root):
        return parse_part(source, load, around)
    root = _whole(tree.root, source.path)
    if not isinstance(root, Table) or not root.keys() & _MARKS:
        raise SourceError("not an OpenAPI description: it has none of the keys openapi, swagger, paths, components", 1)
    references = References(root, source.path, around)
    reader = Parts(root, references, source.path)
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=_title(root, source.path),
        format=source.format,
        sections=part_sections(reader.read(), references, written.split("\n"), "json" if tree.json else "yaml"),
        tags=tuple(filter(None, (text(table(tag).get("name")) for tag in items(root.get("tags"))))),
        scope=contract_scope(source.path, root.get(STATED)),
        parts=references.files(),
    )
    notes = [Problem(source.path, line, reason) for line, reason in tree.notes]
    return Parsed((document,), (*notes, *reader.problems))


def _is_whole(root: Value) -> bool:
    """Whether a file is a description, or the components of one, rather than something that one refers to."""
    return not isinstance(root, Table) or bool(root.keys() & _MARKS)


def _whole(root: Value, path: str) -> Value:
    """`root`, or where it is a path item that a description refers to, a description with that one path.

    Where nothing tells what the path is, the file's name stands for it, "@" in it for a slash.
    """
    if not isinstance(root, Table) or _is_whole(root) or not root.keys() & METHODS:
        return root
    name = path.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("@", "/")
    first, last = min(span.first for span in root.spans.values()), max(span.last for span in root.spans.values())
    whole, paths = Table(), Table()
    paths[name], paths.spans[name] = root, Span(first, last, 0, 0)
    whole["paths"], whole.spans["paths"] = paths, Span(first, last, 0, 0)
    return whole


def _title(root: Table, path: str) -> str:
    info = table(root.get("info"))
    title = " ".join(text(info.get("title")).split())
    return f"{title} {text(info.get('version'))}".strip() if title else path.rsplit("/", 1)[-1]
