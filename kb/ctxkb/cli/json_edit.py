"""Adds a member or an item to a JSON file that a person wrote, and leaves every other character of it as it was."""

from __future__ import annotations

import json
import re

from ctxkb.errors import ConfigError

_SPACE = " \t\r\n"


def add_member(text: str, table: str, name: str, value: object, place: str) -> str:
    """`text` with `value` as member `name` of its top-level object `table`, which is made if need be.

    A member that exists stays as it is. Blank text stands for an empty object. Raises `ConfigError`, which names
    `place`, where the text is no JSON object or `table` is something else than an object.
    """
    bom, text = ("\ufeff", text[1:]) if text.startswith("\ufeff") else ("", text)
    if not text.strip():
        text = "{}\n"
    data = _object(text, place)
    inner = data.get(table, {})
    if not isinstance(inner, dict):
        raise ConfigError(f'{place}: "{table}" must be an object; mend it, then run `kb init` again')
    if name in inner:
        return bom + text
    opening = text.index("{")
    if table not in data:
        return bom + _insert(text, opening, table, {name: value})
    start, _ = _members(text, opening)[0][table]
    return bom + _insert(text, start, name, value)


def add_item(text: str, table: str, name: str, item: object, place: str) -> str:
    """`text` with `item` as the last one of the list `name` in its top-level object `table`; both are made if need be.

    Raises `ConfigError`, as `add_member` does, also where `name` is something else than a list.
    """
    given = json.loads(text.removeprefix("\ufeff") or "{}") if _is_json(text) else {}
    inner = given.get(table, {}) if isinstance(given, dict) else {}
    if not isinstance(inner, dict) or name not in inner:
        return add_member(text, table, name, [item], place)
    if not isinstance(inner[name], list):
        raise ConfigError(f'{place}: "{table}.{name}" must be a list; mend it, then run `kb init` again')
    start, _ = _members(text, text.index("{"))[0][table]
    start, stop = _members(text, start)[0][name]
    last = len(text[: stop - 1].rstrip())
    unit, line = _indentation(text), text[text.rfind("\n", 0, start) + 1 : start]
    base = line[: len(line) - len(line.lstrip())]
    end = "\r\n" if "\r\n" in text else "\n"
    written = json.dumps(item, ensure_ascii=False, indent=unit).replace("\n", end + base + unit)
    return f"{text[:last]}{',' if inner[name] else ''}{end}{base}{unit}{written}{end}{base}{text[stop - 1 :]}"


def _is_json(text: str) -> bool:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except ValueError:  # told by `add_member`
        return False
    return True


def _object(text: str, place: str) -> dict[str, object]:
    try:
        data = json.loads(text)
    except ValueError as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ConfigError(f"{place}{line}: is not valid JSON: {error}; mend it, then run `kb init` again") from error
    if not isinstance(data, dict):
        raise ConfigError(f"{place}: must hold a JSON object; mend it, then run `kb init` again")
    return data


def _members(text: str, opening: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Where the value of each member of the object at `opening` begins and ends, and where the object is closed."""
    decoder = json.JSONDecoder()
    found: dict[str, tuple[int, int]] = {}
    at = opening + 1
    while True:
        at = _skip(text, at, _SPACE + ",")
        if text[at] == "}":
            return found, at
        name, at = decoder.raw_decode(text, at)
        start = _skip(text, at, _SPACE + ":")
        _, at = decoder.raw_decode(text, start)
        found[name] = (start, at)


def _skip(text: str, at: int, characters: str) -> int:
    while text[at] in characters:
        at += 1
    return at


def _insert(text: str, opening: int, name: str, value: object) -> str:
    """`text` with a new last member in the object whose brace stands at `opening`."""
    members, closing = _members(text, opening)
    unit = _indentation(text)
    line = text[text.rfind("\n", 0, opening) + 1 : opening]
    base = line[: len(line) - len(line.lstrip())]
    end = "\r\n" if "\r\n" in text else "\n"
    written = json.dumps(value, ensure_ascii=False, indent=unit).replace("\n", end + base + unit)
    member = f"{end}{base}{unit}{json.dumps(name)}: {written}"
    if members:
        last = max(stop for _, stop in members.values())
        return f"{text[:last]},{member}{text[last:]}"
    return f"{text[: opening + 1]}{member}{end}{base}{text[closing:]}"


def _indentation(text: str) -> str:
    found = re.search(r"\n([ \t]+)\S", text)
    return found[1] if found else "  "
