"""Where the items of a YAML or JSON list stand, which the tree itself does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.formats.openapi_words import items, text
from ctxkb.formats.yamltree import Span, Table, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DASH = re.compile(r"(\s*)-(?:\s|$)")
_TEXT = re.compile(r"(\s*)\"")


def place(item: Table) -> Span | None:
    """The lines of a table by its entries, None where it is empty; merged entries, which stand elsewhere, aside."""
    spans = list(item.spans.values())
    if not spans:
        return None
    own = [span for span in spans if span.first >= spans[0].first]
    last = max(own, key=lambda span: (span.last, span.end))
    return Span(spans[0].first, last.last, spans[0].column, last.end)


def listed(holder: Table, key: str, lines: Sequence[str]) -> Iterator[tuple[Value, Span]]:
    """Each item of the list at `key` with its place.

    A scalar is found by the dash, or in JSON the line, that begins it; where this fails, its place is all of the list.
    """
    value = items(holder.get(key))
    whole = holder.spans.get(key, Span(1, 1, 0, 0))
    starts = _starts(lines, whole, all_text=all(not isinstance(item, (Table, list)) for item in value))
    if len(starts) != len(value):
        starts = []
    for number, item in enumerate(value):
        own = place(item) if isinstance(item, Table) else None
        if own is None and starts:
            past = starts[number + 1] if number + 1 < len(starts) else whole.last + 1
            last = _written(lines, starts[number], past - 1)
            column = len(lines[starts[number] - 1]) - len(lines[starts[number] - 1].lstrip(" \t-"))
            own = Span(starts[number], last, column, len(lines[last - 1]))
        yield item, own or whole


def _starts(lines: Sequence[str], span: Span, *, all_text: bool) -> list[int]:
    """The lines on which the items of the list in `span` begin: those with the outermost dashes."""
    pattern = _TEXT if all_text and "[" in lines[span.first - 1] else _DASH
    matches = ((pattern.match(lines[number - 1]), number) for number in range(span.first + 1, span.last + 1))
    found = [(len(match[1]), number) for match, number in matches if match]
    least = min((indent for indent, _ in found), default=0)
    return [number for indent, number in found if indent == least]


def _written(lines: Sequence[str], first: int, last: int) -> int:
    while last > first and not lines[last - 1].strip(" \t]},"):
        last -= 1
    return last


def words_of(value: Value) -> str:
    """All scalars below `value` on one line, keys of tables before what they hold."""
    found: list[str] = []
    stack: list[Value] = [value]
    seen: set[int] = set()
    while stack and len(found) < 200:
        item = stack.pop()
        if isinstance(item, (Table, list)):
            if id(item) in seen:
                continue
            seen.add(id(item))
            below = [part for pair in item.items() for part in pair] if isinstance(item, Table) else item
            stack.extend(reversed(below))
        elif item is not None:
            found.append(text(item))
    return " ".join(filter(None, found))
