"""The tables of a YAML file with what leads to them, and what stands in them as text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from ctxkb.formats.yamlsafe import Table, load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.yamlsafe import Value

_MOST = 20_000
"""Tables that are looked at: aliases of aliases can make more of them than a file has letters."""

_NEXT = re.compile(r"^---[ \t]*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Place:
    """A table of a file, the keys that lead to it ("" for a list's item), and the tables around it, from the root."""

    own: Table
    names: tuple[str, ...] = ()
    around: tuple[Table, ...] = ()

    @property
    def chain(self) -> tuple[Table, ...]:
        """The tables around it and itself."""
        return (*self.around, self.own)


def places(text: str) -> Iterator[Place]:
    """Every table of a YAML file, the outer ones first. Raises `SourceError` where it is none."""
    above = 0
    for part in _NEXT.split(text):
        # Each document on its own, below as many lines as stand before it.
        yield from islice(_places(load_yaml("\n" * above + part).root, (), ()), _MOST)
        above += part.count("\n")


def _places(value: Value, names: tuple[str, ...], around: tuple[Table, ...]) -> Iterator[Place]:
    if isinstance(value, list):
        for each in value:
            yield from _places(each, (*names, ""), around)
    elif isinstance(value, Table):
        yield Place(value, names, around)
        for key, each in value.items():
            yield from _places(each, (*names, key), (*around, value))


def table(value: Value) -> Table:
    """A value that is a table, else an empty one."""
    return value if isinstance(value, Table) else Table()


def word(value: Value) -> str:
    """A plain value as it is written, in lower case for true and false; "" where it is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.strip() if isinstance(value, str) else ""


def strings(value: Value) -> tuple[str, ...]:
    """The plain values of a list, of lists in it, too; or the one that stands in place of a list."""
    if isinstance(value, list):
        return tuple(text for each in value for text in strings(each))
    return (word(value),) if word(value) else ()
