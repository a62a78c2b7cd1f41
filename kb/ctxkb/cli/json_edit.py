"""Adds an entry to a JSON file that a person wrote, or takes it out, and leaves every other character as it was."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ctxkb.cli.passage import line_end
from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Sequence

_SPACE = " \t\r\n"
_STRING = r'"(?:\\.|[^"\\])*"'
_COMMENT = re.compile(rf"{_STRING}|//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_LAST_COMMA = re.compile(rf"{_STRING}|,(?=\s*[}}\]])", re.DOTALL)


def add_member(text: str, table: str, name: str, value: object, place: str, *, comments: bool = False) -> str:
    """`text` with `value` as member `name` of its top-level object `table`, which is made if need be.

    A member that exists stays as it is. Blank text stands for an empty object. With `comments` comments and commas
    after the last entry are allowed. Raises `ConfigError`, which names `place`, where the text is no JSON object or
    `table` is something else than an object.
    """
    bom, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    if not text.strip():
        text = "{}\n"
    file = _read(text, place, comments=comments)
    inner = _table(file.data, table, place)
    if inner is None:
        return bom + _append(file, file.opening(()), {table: {name: value}})
    return bom + (text if name in inner else _append(file, file.opening((table,)), {name: value}))


def add_item(text: str, table: str, name: str, item: object, place: str) -> str:
    """`text` with `item` as the last one of the list `name` in its top-level object `table`; both are made if need be.

    Raises `ConfigError`, as `add_member` does, also where `name` is something else than a list.
    """
    bare = text.removeprefix("\ufeff")
    file = _read(bare if bare.strip() else "{}", place)
    inner = _table(file.data, table, place)
    if inner is None or name not in inner:
        return add_member(text, table, name, [item], place)
    if not isinstance(inner[name], list):
        raise ConfigError(f'{place}: "{table}.{name}" must be a list; mend it, then run `kb init` again')
    return text[: len(text) - len(bare)] + _append(file, file.opening((table, name)), item)


def read_json(text: str, place: str, *, comments: bool = False) -> dict[str, Any]:
    """The object that a file holds, an empty one if it is blank. Raises `ConfigError`, as `add_member` does."""
    bare = text.removeprefix("\ufeff")
    return _read(bare, place, comments=comments).data if bare.strip() else {}


def take_member(text: str, table: str, name: str, value: object, place: str, *, comments: bool = False) -> str:
    """`text` without the member `name` of `table` where it is `value`, and without a table that it leaves empty."""
    bare = text.removeprefix("\ufeff")
    if not bare.strip():
        return text
    inner = _table(_read(bare, place, comments=comments).data, table, place)
    if inner is None or name not in inner or inner[name] != value:
        return text
    return text[: len(text) - len(bare)] + _without(bare, (table, name), place, comments=comments)


def take_item(text: str, table: str, name: str, item: object, place: str) -> str:
    """`text` without `item` in the list `name` of `table`, and without what it leaves empty."""
    bare = text.removeprefix("\ufeff")
    if not bare.strip():
        return text
    items = (_table(_read(bare, place).data, table, place) or {}).get(name)
    if not isinstance(items, list) or item not in items:
        return text
    return text[: len(text) - len(bare)] + _without(bare, (table, name, items.index(item)), place, comments=False)


@dataclass(frozen=True, slots=True)
class _Entry:
    """Where a member or an item stands: its beginning, that of its value, and its end."""

    key: str | int
    start: int
    value: int
    stop: int


@dataclass(frozen=True, slots=True)
class _File:
    """A text with the same text as JSON proper, blanks in place of comments (`bare`) and last commas too (`plain`)."""

    text: str
    bare: str
    plain: str
    data: dict[str, Any]

    def opening(self, keys: Sequence[str | int]) -> int:
        """Where the object or list below these keys begins."""
        at = self.plain.index("{")
        for key in keys:
            at = next(entry.value for entry in reversed(self.entries(at)[0]) if entry.key == key)
        return at

    def entries(self, opening: int) -> tuple[list[_Entry], int]:
        """The entries of the object or list that is opened there, and where it is closed."""
        decoder, text = json.JSONDecoder(), self.plain
        found: list[_Entry] = []
        at = opening + 1
        while True:
            start = value = _skip(text, at, _SPACE + ",")
            if text[start] in "}]":
                return found, start
            key: str | int = len(found)
            if text[opening] == "{":
                key, at = decoder.raw_decode(text, start)
                value = _skip(text, at, _SPACE + ":")
            _, at = decoder.raw_decode(text, value)
            found.append(_Entry(key, start, value, at))

    def comma(self, stop: int) -> int | None:
        """Where the comma after the entry stands that ends there."""
        at = _skip(self.bare, stop, _SPACE)
        return at if self.bare[at] == "," else None


def _read(text: str, place: str, *, comments: bool = False) -> _File:
    bare = _COMMENT.sub(_blank, text) if comments else text
    plain = _LAST_COMMA.sub(_blank, bare) if comments else text
    try:
        data = json.loads(plain)
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ConfigError(f"{place}{line}: is not valid JSON: {error}; mend it, then run `kb init` again") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{place}: must hold a JSON object; mend it, then run `kb init` again")
    return _File(text, bare, plain, data)


def _blank(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else re.sub(r"[^\r\n]", " ", found[0])


def _table(data: dict[str, Any], table: str, place: str) -> dict[str, Any] | None:
    inner = data.get(table)
    if table in data and not isinstance(inner, dict):
        raise ConfigError(f'{place}: "{table}" must be an object; mend it, then run `kb init` again')
    return inner


def _skip(text: str, at: int, characters: str) -> int:
    while text[at] in characters:
        at += 1
    return at


def _append(file: _File, opening: int, value: object) -> str:
    """The text with a new last entry in the list that is opened there, or a new last member in the object."""
    text, (entries, closing) = file.text, file.entries(opening)
    unit, end = _indentation(text), line_end(text)
    line = text[text.rfind("\n", 0, opening) + 1 : opening]
    base = end + line[: len(line) - len(line.lstrip())]
    written = json.dumps(value, ensure_ascii=False, indent=unit)
    if text[opening] == "{":  # the one member without its braces, which stand a level further out
        written = written[1:-1].strip().replace(f"\n{unit}", "\n")
    entry = base + unit + written.replace("\n", base + unit)
    if not entries:
        inside = text[opening + 1 : closing]
        return text[: opening + 1] + entry + (inside if inside.strip() else base) + text[closing:]
    last = entries[-1].stop
    comma = file.comma(last)
    at = _end_of_comments(file, last if comma is None else comma + 1, closing)
    if comma is not None:
        return text[:at] + entry + "," + text[at:]
    return text[:last] + "," + text[last:at] + entry + text[at:]


def _end_of_comments(file: _File, at: int, closing: int) -> int:
    """`at`, or the end of its line where nothing but a comment stands there."""
    line = file.text[at:closing].partition("\n")[0].rstrip()
    return at + len(line) if line and not file.plain[at : at + len(line)].strip() else at


def _without(text: str, keys: Sequence[str | int], place: str, *, comments: bool) -> str:
    """`text` without the entry that the keys lead to, and without each object or list that is empty then."""
    for depth in range(len(keys) - 1, -1, -1):
        file = _read(text, place, comments=comments)
        opening = file.opening(keys[:depth])
        entry = next(each for each in reversed(file.entries(opening)[0]) if each.key == keys[depth])
        if file.text[entry.start : entry.stop] != file.bare[entry.start : entry.stop]:  # a comment is a person's
            break
        text = _cut(file, opening, entry)
        if text[opening + 1] not in "}]":  # something is left, were it a comment
            break
    return text


def _cut(file: _File, opening: int, entry: _Entry) -> str:
    text, (entries, closing) = file.text, file.entries(opening)
    index = entries.index(entry)
    start, comma = len(text[: entry.start].rstrip(_SPACE)), file.comma(entry.stop)
    if file.bare[start - 1] == " " and not re.match(r"[ \t]*\r?\n", text[entry.stop if comma is None else comma + 1 :]):
        start = text.find("\n", start, entry.start) + 1 or start  # it may be what ends a comment
    if comma is not None:
        return text[:start] + text[entry.stop : comma] + text[comma + 1 :]
    if index:
        before = entries[index - 1].stop
        comma = file.bare.index(",", before)
        return text[:comma] + text[comma + 1 : start] + text[entry.stop :]
    inside = text[opening + 1 : start] + text[entry.stop : closing]
    return text[: opening + 1] + (inside if inside.strip() else "") + text[closing:]


def _indentation(text: str) -> str:
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "
