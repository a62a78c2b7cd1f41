"""The text of a part of an OpenAPI description: its lines, or YAML where it shares its lines with others."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from ctxkb.formats.contract_text import excerpt
from ctxkb.formats.yamltree import Number, Span, Table, Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import Syntax

_TAIL = re.compile(r"[\s,}\]]*(?:#.*)?\Z")
"""What may stand behind an entry on its last line without being a part of another entry."""

_INDENT = 1000
"""No one indents further: what stands behind so many characters shares a long line, which is not worth copying."""


BEFORE = " \t\"'?"
"""Characters that may stand before a key without being a part of another entry."""

ITEM = " \t\"'?-{["
"""Likewise before the first key of a list's item."""


def render(
    lines: Sequence[str], span: Span, entries: Value, written: Syntax, before: str = BEFORE
) -> tuple[str, Syntax]:
    """The lines of `span` and the syntax they are in; `entries` as YAML where other entries stand on these lines."""
    if alone(lines, span, before):
        return excerpt(lines, span.first, span.last), written
    return as_yaml(entries), "yaml"


def alone(lines: Sequence[str], span: Span, before: str = BEFORE) -> bool:
    """Whether the lines of `span` hold nothing but this entry, marks `before` it, marks that close, commas aside."""
    if span.column > _INDENT or lines[span.first - 1][: span.column].strip(before):
        return False
    return _TAIL.match(lines[span.last - 1], span.end) is not None


def as_yaml(value: Value) -> str:
    """`value` as YAML in block style, in its own order, nothing shared."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    dumped: str = yaml.dump(_plain(value), Dumper=dumper, sort_keys=False, allow_unicode=True, width=120)
    return dumped.rstrip("\n")


def _plain(value: Value) -> object:
    """A copy in Python's own types, so that every value is dumped where it stands and numbers without quotes."""
    if isinstance(value, Table):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, Number):
        return _number(value)
    return value


def _number(written: Number) -> object:
    """The number itself; as text where Python would write another one."""
    try:
        number = float(written) if re.search(r"[.eE]", written) else int(written)
    except ValueError:
        return str(written)
    return number if math.isfinite(number) else str(written)
