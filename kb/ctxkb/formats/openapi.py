"""OpenAPI 3.0 to 3.2 and Swagger 2, in YAML and JSON: a section an operation, schema, webhook and other named part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_scope import STATED, contract_scope
from ctxkb.formats.decode import decode
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_parts import METHODS, Part, Parts
from ctxkb.formats.openapi_refs import References
from ctxkb.formats.openapi_render import render
from ctxkb.formats.openapi_words import items, table, text
from ctxkb.formats.yamltree import Span, Table
from ctxkb.text.markdown import Anchors
from ctxkb.types import Document, Kind, Parsed, Problem, Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.formats.loads import Load
    from ctxkb.formats.yamltree import Value
    from ctxkb.types import Source, Syntax

_MARKS = frozenset({"openapi", "swagger", "paths", "components", "webhooks", "definitions"})


def parse_openapi(source: Source, load: Load = load_file) -> Parsed:
    """Read an OpenAPI or Swagger description; raises `SourceError` with the line where it cannot be read at all."""
    written = decode(source.content)
    tree = load(source.path, source.content)
    root = _whole(tree.root, source.path)
    if not isinstance(root, Table) or not root.keys() & _MARKS:
        raise SourceError("not an OpenAPI description: it has none of the keys openapi, swagger, paths, components", 1)
    references = References(root, source.path)
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
    )
    notes = [Problem(source.path, line, reason) for line, reason in tree.notes]
    return Parsed((document,), (*notes, *reader.problems))


def _whole(root: Value, path: str) -> Value:
    """`root`, or where it is a path item that a description refers to, a description with that one path.

    What the path is only the other file knows: the file's name stands for it, "@" in it for a slash.
    """
    if not isinstance(root, Table) or root.keys() & _MARKS or not root.keys() & METHODS:
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


def part_sections(
    parts: Sequence[Part], references: References, lines: Sequence[str], written: Syntax
) -> tuple[Section, ...]:
    """The parts as sections; all anchors are known before the first reference is named."""
    anchors = Anchors()
    taken = [anchors.take(part.anchor) for part in parts]
    references.anchors.update(zip((part.pointer for part in parts), taken, strict=True))
    pairs = zip(parts, taken, strict=True)
    return tuple(_section(part, anchor, references, lines, written) for part, anchor in pairs)


def _section(part: Part, anchor: str, references: References, lines: Sequence[str], written: Syntax) -> Section:
    shown, syntax = render(lines, part.span, part.entries, written)
    also = [references.anchors[pointer] for pointer in part.also if pointer in references.anchors]
    refs = dict.fromkeys((*references.needed(part.needs), *also))
    return Section(
        heading=part.heading,
        anchor=anchor,
        first=part.span.first,
        last=part.span.last,
        text=shown,
        level=1 if part.role == "info" else 2,
        breadcrumb=part.breadcrumb,
        role=part.role,
        syntax=syntax,
        refs=tuple(ref for ref in refs if ref != anchor),
        summary=part.summary,
    )
