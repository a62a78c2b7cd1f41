"""Turns what pydantic found wrong with a configuration into one line that a person can act on."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from ctxkb.config.models import Config
from ctxkb.config.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from ctxkb.config.root import Written

_MUST = {
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": 'must be a list, such as ["docs/**"]',
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
}
_KEY = re.compile(r"""\s*(?P<key>(?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_HEADER = re.compile(r"""\s*(?P<open>\[{1,2})\s*(?P<key>[^\]]+?)\s*\]""")


def describe(written: Written, error: ValidationError) -> str:
    """The first fault by line, as `FILE:LINE: what is wrong; how to fix it`, and how many more there are."""
    faults = sorted(
        (line_of(written, _plain(fault["loc"])), index, fault) for index, fault in enumerate(error.errors())
    )
    line, _, fault = faults[0]
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    place = f"{written.name}:{line}" if line else written.name
    return f"{place}: {_sentence(written.above, fault)}{more}"


def _plain(loc: Sequence[int | str]) -> tuple[int | str, ...]:
    return tuple(part for part in loc if part != "[key]")


def _sentence(above: Sequence[str], fault: ErrorDetails) -> str:
    loc = _plain(fault["loc"])
    key = dotted((*above, *loc))
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key {key}; {_suggestion(above, loc)}"
    if kind == "missing":
        return f"{key} is missing; every {dotted([p for p in loc[:-1] if isinstance(p, str)])} needs it"
    if kind == "value_error":
        return f"{key}: {context['error']}"
    if kind == "literal_error":
        expected = context["expected"].replace("'", '"')
        return f"{key} must be {expected}, not {_shown(fault['input'])}{_nearest_value(fault)}"
    if kind == "tuple_type" and isinstance(fault["input"], dict):
        return f"{key} must be a list of tables; write [[{key}]] in place of [{key}]"
    if kind in {"greater_than_equal", "less_than_equal"}:
        bound = f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
        return f"{key} must be {bound}, not {_shown(fault['input'])}"
    wanted = _MUST.get(kind)
    return f"{key} {wanted}, not {_shown(fault['input'])}" if wanted else f"{key}: {fault['msg']}"


def _nearest_value(fault: ErrorDetails) -> str:
    words = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
    near = get_close_matches(str(fault["input"]), words, 1)
    return f'; did you mean "{near[0]}"?' if near else ""


def _suggestion(above: Sequence[str], loc: Sequence[int | str]) -> str:
    """What the unknown key at `loc` was meant to be, or which keys there are."""
    if loc[0] == "tool":
        return "in kb.toml leave out tool.kb: write [sources], not [tool.kb.sources]"
    *parents, last = loc
    keys = _keys_below(Config, parents)
    near = get_close_matches(str(last), keys, 1)
    if near:
        return f"did you mean {dotted((*above, *parents, near[0]))}?"
    elsewhere = [path for path in known_keys() if path[-1] == last]
    if elsewhere:
        return f"did you mean {dotted((*above, *elsewhere[0]))}?"
    return f"the keys here are {', '.join(keys)}"


def _keys_below(model: type[Table], parents: Sequence[int | str]) -> list[str]:
    names = [part for part in parents if isinstance(part, str)]
    return [path[-1] for path in known_keys(model) if list(path[:-1]) == names]


def known_keys(model: type[Table] = Config) -> Iterator[tuple[str, ...]]:
    """Every key as the path of names that leads to it, tables before what they hold."""
    for name, info in model.model_fields.items():
        key = info.alias or name
        yield (key,)
        inner = table_of(info.annotation)
        if inner is not None:
            for path in known_keys(inner):
                yield (key, *path)


def table_of(annotation: Any) -> type[Table] | None:  # noqa: ANN401 - annotations have no common type
    """The table that a field holds, alone or as a list of tables, else None."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    inner = (table_of(part) for part in getattr(annotation, "__args__", ()))
    return next((table for table in inner if table is not None), None)


def dotted(loc: Sequence[int | str]) -> str:
    """`("couple", 0, "when")` as `couple[0].when`."""
    return re.sub(r"\.(\[)", r"\1", ".".join(f"[{part}]" if isinstance(part, int) else part for part in loc))


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def line_of(written: Written, loc: Sequence[int | str]) -> int:
    """The 1-based line of the key at `loc`, or of the nearest table above it; 0 where it is not found."""
    wanted = (*written.above, *loc)
    best, line = 0, 0
    for number, path in _places(written.text):
        depth = min(len(path), len(wanted))
        if depth > best and wanted[:depth] == path[:depth]:
            best, line = depth, number
    return line


def _places(text: str) -> Iterator[tuple[int, tuple[int | str, ...]]]:
    """The line and the path of each table header and key; what an inline table holds is not told apart."""
    table: tuple[int | str, ...] = ()
    counts: dict[tuple[int | str, ...], int] = {}
    quote = ""
    for number, line in enumerate(text.splitlines(), 1):
        if quote:
            quote = "" if quote in line else quote
            continue
        quote = next((mark for mark in ('"""', "'''") if line.count(mark) % 2), "")
        if key := _KEY.match(line):
            yield number, (*table, *_names(key["key"]))
        elif header := _HEADER.match(line):
            table = _table(header["open"], _names(header["key"]), counts)
            yield number, table


def _table(brackets: str, names: tuple[str, ...], counts: dict[tuple[int | str, ...], int]) -> tuple[int | str, ...]:
    """The path of a table header; `[[x]]` counts up, `[x.y]` belongs to the last `[[x]]`."""
    path: tuple[int | str, ...] = ()
    for name in names[:-1]:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    path = (*path, names[-1])
    if brackets == "[[":
        counts[path] = counts.get(path, -1) + 1
        return (*path, counts[path])
    return path


def _names(key: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r"""\s*(?:"[^"]*"|'[^']*'|[^.\s]+)""", key))
