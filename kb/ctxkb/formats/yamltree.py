"""Plain values with line numbers, put together from the events of a YAML or JSON reader within fixed bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from ctxkb.errors import SourceError

MAX_DEPTH = 200
"""How deep values may be nested, aliases followed; the deepest contracts seen in the wild stay below 60."""

MAX_VALUES = 2_000_000
"""How many values a file may hold, aliases counted with all they stand for; a 10 MB contract has about 500,000."""


class Span(NamedTuple):
    """Where an entry stands: 1-based first and last line, 0-based column of its key and past its value's end."""

    first: int
    last: int
    column: int
    end: int


class Number(str):
    """A number as the file writes it: `1.0` and `1.00` are different versions."""

    __slots__ = ()


class Table(dict[str, "Value"]):
    """A mapping that knows where each entry stands. Merged entries keep the place at which they are written."""

    __slots__ = ("spans",)

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, Span] = {}


Value: TypeAlias = "Table | list[Value] | str | bool | None"
"""What a file holds: tables, lists, text (`Number` where it is an unquoted number), true and false, null."""


Place: TypeAlias = tuple[int, int]
"""A position in the file: 1-based line, 0-based column. A plain tuple: a file has two for each of its values."""


class _Whole(NamedTuple):
    """A finished value with how many values it holds, itself included, and how deep it is."""

    value: Value
    size: int
    height: int


@dataclass(slots=True)
class _Frame:
    """A collection that is still open."""

    value: Table | list[Value]
    start: Place
    anchor: str | None
    end: Place
    size: int = 1
    height: int = 1
    key: str | None = None
    key_at: Place = (0, 0)
    merge: bool = False
    merges: list[tuple[Value, int]] = field(default_factory=list)


class Composer:
    """Builds one document; raises `SourceError` with the line where it passes `MAX_DEPTH` or `MAX_VALUES`."""

    def __init__(self) -> None:
        self.root: Value = None
        self.notes: list[tuple[int, str]] = []
        """What is odd but can be read, with its line: a key given twice, a key that is no text."""
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Whole | None] = {}
        self._words: dict[str, str] = {}
        self._written = 0

    def scalar(self, value: Value, start: Place, end: Place, anchor: str | None = None, *, plain: bool = False) -> None:
        """Add a scalar; `plain` tells an unquoted one, for only such a `<<` merges."""
        if isinstance(value, str) and len(value) < 40 and type(value) is str:
            value = self._words.setdefault(value, value)
        if anchor:
            self._anchors[anchor] = _Whole(value, 1, 0)
        self._add(value, 1, 0, start, end, plain and value == "<<")

    def alias(self, name: str, start: Place, end: Place) -> None:
        """Add what `name` stands for; the value is shared, never copied."""
        if name not in self._anchors:
            raise SourceError(f"the alias *{name} stands for nothing: no anchor &{name} comes before it", start[0])
        whole = self._anchors[name]
        if whole is None:
            raise SourceError(f"the alias *{name} lies inside the value that it stands for", start[0])
        self._add(whole.value, whole.size, whole.height, start, end)

    def open(self, value: Table | list[Value], start: Place, anchor: str | None = None) -> None:
        """Begin a table or a list."""
        if len(self._stack) >= MAX_DEPTH:
            raise SourceError(f"nested more than {MAX_DEPTH} levels deep", start[0])
        if anchor:
            self._anchors[anchor] = None
        self._stack.append(_Frame(value, start, anchor, start))

    def close(self, end: Place | None) -> None:
        """End the innermost collection, at `end` or, where it has no closing mark, at the end of its last value."""
        frame = self._stack.pop()
        if isinstance(frame.value, Table):
            self._merge(frame.value, frame.merges)
        if frame.anchor:
            self._anchors[frame.anchor] = _Whole(frame.value, frame.size, frame.height)
        self._add(frame.value, frame.size, frame.height, frame.start, end or frame.end)

    def _add(self, value: Value, size: int, height: int, start: Place, end: Place, merge: bool = False) -> None:
        self._written += 1
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.size += size
        if height >= frame.height:
            frame.height = height + 1
        frame.end = end
        if frame.size > MAX_VALUES or self._written > MAX_VALUES:
            raise SourceError(f"holds more than {MAX_VALUES:,} values, aliases followed", start[0])
        if len(self._stack) + height > MAX_DEPTH:
            raise SourceError(f"nested more than {MAX_DEPTH} levels deep, aliases followed", start[0])
        if isinstance(frame.value, list):
            frame.value.append(value)
        elif frame.key is None:
            frame.key = value if type(value) is str else self._name(value, start)
            frame.key_at, frame.merge = start, merge
        else:
            self._take_value(frame, frame.value, value, end)

    def _name(self, value: Value, start: Place) -> str:
        """The text of a key that may be a number, truth or nothing."""
        if isinstance(value, (Table, list)):
            self.notes.append((start[0], "a key that is a list or mapping is read as no name"))
            value = None
        return str(value) if isinstance(value, str) else "" if value is None else str(value).lower()

    def _take_value(self, frame: _Frame, table: Table, value: Value, end: Place) -> None:
        key, (line, column) = frame.key or "", frame.key_at
        frame.key = None
        if frame.merge:
            frame.merges.append((value, line))
            return
        if key in table:
            self.notes.append((line, f"the key {key!r} is given twice: the last one counts"))
        table[key] = value
        last, past = end
        table.spans[key] = Span(line, last if last > line else line, column, past)

    def _merge(self, table: Table, merges: list[tuple[Value, int]]) -> None:
        """Add the entries that `<<` brings; the table's own win, then the earlier of several sources."""
        for value, line in merges:
            for source in value if isinstance(value, list) else [value]:
                if not isinstance(source, Table):
                    self.notes.append((line, "'<<' merges something that is no mapping: left out"))
                    continue
                for key, item in source.items():
                    if key not in table:
                        table[key], table.spans[key] = item, source.spans[key]
