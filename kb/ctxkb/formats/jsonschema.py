"""JSON Schema in JSON and YAML: a section for the schema itself and one a definition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.errors import SourceError
from ctxkb.formats.contract_text import clip, listing, summarise
from ctxkb.formats.decode import decode
from ctxkb.formats.loads import load_file
from ctxkb.formats.openapi_parts import Part, only
from ctxkb.formats.openapi_refs import References, references, stem
from ctxkb.formats.openapi_sections import part_sections
from ctxkb.formats.openapi_words import schema_summary, table, text
from ctxkb.formats.yamltree import Span, Table
from ctxkb.types import Document, Kind, Parsed, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ctxkb.formats.loads import Load
    from ctxkb.formats.split import Around
    from ctxkb.types import Source

_DEFINITIONS = ("$defs", "definitions")
_TRIVIAL = frozenset({"$schema", "$id", "id", "$comment"})


def parse_jsonschema(source: Source, load: Load = load_file, around: Around | None = None) -> Parsed:
    """Read a JSON Schema; raises `SourceError` with the line where it is no mapping, or cannot be read at all."""
    written = decode(source.content)
    tree = load(source.path, source.content)
    root = tree.root
    if not isinstance(root, Table):
        raise SourceError("not a JSON Schema: it is no mapping", 1)
    links = References(root, source.path, around)
    name = stem(source.path)
    parts = [*_own(root, name, links), *_defined(root, links)]
    parts.sort(key=lambda part: (part.span.first, part.span.column))
    document = Document(
        id=source.path,
        kind=Kind.CONTRACT,
        path=source.path,
        title=" ".join(text(root.get("title")).split()) or source.path.rsplit("/", 1)[-1],
        format=source.format,
        sections=part_sections(parts, links, written.split("\n"), "json" if tree.json else "yaml"),
        parts=links.files(),
    )
    notes = (*tree.notes, *_broken(root, links, written.split("\n")))
    return Parsed((document,), tuple(Problem(source.path, line, reason) for line, reason in notes))


def _broken(root: Table, links: References, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Line and reason of each `$ref` into this file that leads nowhere; none where an inner `$id` moves the root.

    A schema of a split description may mean the components of the whole, which a bundler puts beside it.
    """
    if sum(line.count('$id"') + line.count("$id:") for line in lines) > 1:
        return
    for ref in dict.fromkeys(references(root)):
        here = ref.startswith("#/") and not ref.startswith("#/components/")
        if here and links.find(links.pointer(ref) or ()) is None:
            line = next((number for number, line in enumerate(lines, 1) if "$ref" in line and ref in line), 1)
            yield line, f"the $ref {ref} leads nowhere"


def _own(root: Table, name: str, references: References) -> Iterator[Part]:
    """What stands beside the definitions, one part a run of neighbours; the first that tells something has the name."""
    run: list[str] = []
    first = True
    for key in [*root, ""]:
        if key and key not in _DEFINITIONS:
            run.append(key)
            continue
        if set(run) - _TRIVIAL:
            yield _run(root, run, name if first else f"{name}/{run[0]}", references)
            first = False
        run = []


def _run(root: Table, keys: list[str], anchor: str, references: References) -> Part:
    chosen = Table()
    chosen.update((key, root[key]) for key in keys)
    opening, closing = root.spans[keys[0]], root.spans[keys[-1]]
    span = Span(opening.first, closing.last, opening.column, closing.end)
    summary = summarise(
        [
            schema_summary(anchor, chosen, references),
            clip(text(root.get("title")), 100) if "title" not in chosen else "",
            listing("required", (text(item) for item in _list(chosen, "required")), 200),
            listing("defines", (key for holder in _DEFINITIONS for key in table(root.get(holder))), 300),
        ]
    )
    return Part((anchor,), anchor, anchor, "schema", span, chosen, summary, needs=(chosen,))


def _list(holder: Table, key: str) -> list[str]:
    value = holder.get(key)
    return [text(item) for item in value] if isinstance(value, list) else []


def _defined(root: Table, references: References) -> Iterator[Part]:
    for key in _DEFINITIONS:
        holder = table(root.get(key))
        for name, value in holder.items():
            if isinstance(value, (Table, bool)):
                summary = schema_summary(name, value, references)
                yield Part(
                    (key, name), name, name, "schema", holder.spans[name], only(name, value), summary, (key,), (value,)
                )
