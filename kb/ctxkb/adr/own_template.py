"""A team's own template of a decision: found beside the decisions, and filled in where it says what belongs there."""

from __future__ import annotations

import json
import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError, SourceError
from ctxkb.formats.decode import decode
from ctxkb.formats.fields import DATE, NUMBER, STATUS, key_of
from ctxkb.formats.frontmatter import split
from ctxkb.formats.placeholders import is_placeholder, is_template_name
from ctxkb.types import Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDERS = ("", "templates", "template")
"""Where it lies, seen from the decisions: adr-tools has a folder of its own for it."""

_FIELD = re.compile(
    r"(?P<head>\s*(?:[*+-]\s+)?[*_]{0,3}(?P<key>[A-Za-z][A-Za-z _-]{0,30}?)[*_]{0,3}\s*:[*_]{0,3}[ \t]*)"
    r"(?P<value>.*?)(?P<tail>\s*(?:<!--.*)?)"
)
_HEADING = re.compile(r"(?P<marks>#{1,6})\s+(?P<text>.*?)\s*#*\s*")
_NUMBER = re.compile(
    r"(?P<before>(?:[A-Za-z]+[-_ #]+)?)"
    r"(?P<number>0+|N{2,}|X{2,}|#{2,}|NUMBER|[{\[<][^}\]>]*(?:num|nnn|n°)[^}\]>]*[}\]>])"
    r"(?P<after>\s*[.:)–—-]\s*)(?=\S)",
    re.IGNORECASE,
)
_WORDS = frozenset({"DATE", "STATUS", "NUMBER", "TITLE"})
"""What adr-tools and those who follow it write where a value belongs."""


@dataclass(frozen=True, slots=True)
class Values:
    """What is known of a decision that is begun; `number` is "" where its folder has no numbers."""

    number: str
    title: str
    date: str


def own_template(root: Path, folder: str) -> str:
    """The path of the template among the decisions of `folder`, the one of the shortest name; "" where none is."""
    for inner in FOLDERS:
        place = root / folder / inner
        names = [entry.name for entry in place.iterdir() if entry.is_file()] if place.is_dir() else []
        found = [name for name in names if name.lower().endswith((".md", ".markdown")) and is_template_name(name)]
        if found:
            return posixpath.normpath(posixpath.join(folder, inner, min(found, key=lambda name: (len(name), name))))
    return ""


def read_template(root: Path, path: str) -> str:
    """The text of a template. Raises `ConfigError` where it cannot be read."""
    try:
        return decode((root / path).read_bytes())
    except (OSError, SourceError) as error:
        raise ConfigError(
            f"the template {path} cannot be read: {error}; mend it, or name one with --template"
        ) from error


def fill_in(text: str, values: Values) -> str:
    """`text` with the title, the number, the date and the status "proposed" where it leaves room for them.

    What is filled in already stays, and so does every other placeholder, which is for the author.
    """
    body = split(text).first_body_line - 1
    rows = text.split("\n")
    for number in range(body):
        if field := _FIELD.fullmatch(rows[number]):
            rows[number] = _field(field, values, front=True)
    titled = _fill_head(rows, body, values)
    if not titled and not any(_names_title(row) for row in rows[:body]):
        rows[body:body] = [f"# {values.title}", ""]
    return "\n".join(rows).rstrip("\n") + "\n"


def _fill_head(rows: list[str], body: int, values: Values) -> bool:
    """Fills in the first heading, and what stands up to the first section; whether there is such a heading."""
    titled = status = False
    for number in _shown(rows, body):
        row = rows[number]
        if heading := _HEADING.fullmatch(row):
            status = heading["text"].lower() == "status"
            if not titled and len(heading["marks"]) == 1:
                rows[number], titled = f"# {_titled(heading['text'], values)}", True
            elif not status:
                break
        elif status and row.strip():
            rows[number], status = ("Proposed" if _is_empty(row.strip()) else row), False
        elif field := _FIELD.fullmatch(row):
            rows[number] = _field(field, values, front=False)
    return titled


def _shown(rows: list[str], first: int) -> Iterator[int]:
    """The rows from `first` on that are outside of comments and blocks of code."""
    fence = comment = False
    for number in range(first, len(rows)):
        row = rows[number]
        starts = row.lstrip().startswith("<!--")
        if row.lstrip().startswith(("```", "~~~")):
            fence = not fence
        elif not fence and not comment and not starts:
            yield number
        comment = not fence and (comment or starts) and "-->" not in row


def _titled(old: str, values: Values) -> str:
    """The title behind the number, in the form in which the template's heading has it."""
    match = _NUMBER.match(old)
    if not match or not values.number:
        return values.title
    width = len(match["number"]) if len(set(match["number"].lower())) == 1 else 0
    return f"{match['before']}{values.number.zfill(width)}{match['after']}{values.title}"


def _field(field: re.Match[str], values: Values, *, front: bool) -> str:
    """The row of a field, with its value where it is one that is known and is not there yet."""
    key, old = key_of(field["key"]), field["value"]
    if front and key == "title":
        return f"{field['head']}{json.dumps(values.title, ensure_ascii=False)}"
    known = (
        values.date if key in DATE else
        str(Status.PROPOSED) if key in STATUS else
        values.number if front and key in NUMBER else ""
    )  # fmt: skip
    if not known or not (_is_empty(old) or (key in NUMBER and not old.strip("0"))):
        return field[0]
    return f"{field['head']}{known}{field['tail'] if old else ''}"


def _is_empty(value: str) -> bool:
    return value.strip("*_`\"'") in _WORDS or is_placeholder(value)


def _names_title(row: str) -> bool:
    field = _FIELD.fullmatch(row)
    return field is not None and key_of(field["key"]) == "title"
