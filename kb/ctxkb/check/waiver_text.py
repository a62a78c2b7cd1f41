"""A waiver written in one line: `RULE [PATHS] until=DATE owner=NAME reason=WORDS`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ctxkb.config import Waiver

if TYPE_CHECKING:
    from collections.abc import Mapping

KEYS = ("until", "owner", "reason")

_KEY = re.compile(r"(?:^|\s)(\w+)=")
_WORD = re.compile(r'"([^"]*)"|([^\s,]+)')


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a line is no waiver: what is missing or wrong in it."""

    why: str


def parse_waiver(text: str, *, at_line: bool) -> Waiver | Fault:
    """The waiver that `text` writes down; one that stands `at_line` names no paths, and gets "**".

    Values reach to the next key, quotes around them may be left out. Paths are parted by spaces or commas.
    """
    head, values = _parts(text)
    rule, *paths = (quoted or plain for quoted, plain in _WORD.findall(head)) if head.strip() else ("",)
    if fault := _fault(rule, paths, values, at_line=at_line):
        return Fault(fault)
    try:
        return Waiver.model_validate({"rule": rule, "paths": paths or ["**"], **values})
    except ValidationError as error:
        first = error.errors()[0]
        return Fault(str(first.get("ctx", {}).get("error", first["msg"])))


def _parts(text: str) -> tuple[str, dict[str, str]]:
    """What stands before the first key, and the values by key."""
    head, *rest = _KEY.split(text)
    values: dict[str, str] = {}
    for key, value in zip(rest[::2], rest[1::2], strict=True):
        if values and key not in KEYS:  # an equals sign within a value, such as in the reason
            last = next(reversed(values))
            values[last] += f" {key}={value}"
        else:
            values[key] = values.get(key) or value
    return head, {key: value.strip().strip("\"'") for key, value in values.items()}


def _fault(rule: str, paths: list[str], values: Mapping[str, str], *, at_line: bool) -> str:
    """What is missing or too much, "" where nothing is."""
    unknown = next((key for key in values if key not in KEYS), "")
    if unknown:
        near = get_close_matches(unknown, KEYS, 1)
        return f"it knows no {unknown}=; {f'write {near[0]}=' if near else 'the keys are until=, owner=, reason='}"
    needed = {"the rule": rule, "the paths": paths or at_line, **{f"{key}=": values.get(key, "") for key in KEYS}}
    missing = [name for name, value in needed.items() if not value]
    if missing:
        return f"it lacks {' and '.join([', '.join(missing[:-1]), missing[-1]] if missing[1:] else missing)}"
    return "it names paths, but a waiver at a line covers that line alone" if at_line and paths else ""
