"""The parts of a contract in YAML or JSON as sections: OpenAPI, AsyncAPI and JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.openapi_render import render
from ctxkb.text.markdown import Anchors
from ctxkb.types import Section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.formats.openapi_parts import Part
    from ctxkb.formats.openapi_refs import References
    from ctxkb.types import Syntax


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
