"""The fields at the head of a document, from front matter, bullets, bold lines, tables and badges alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.formats.dates import find_date
from ctxkb.formats.decision_links import field_relation
from ctxkb.formats.lines import Line, shown
from ctxkb.formats.placeholders import is_placeholder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

STATUS = ("status", "state", "decision status", "adr status", "current status")
DATE = (
    "date", "decision date", "date decided", "decided", "decided on", "last modified", "last updated", "updated",
    "modified", "last update", "accepted", "accepted on", "approved on", "created", "created on", "created at",
    "creation date", "date created", "revdate",
)  # fmt: skip
OWNERS = (
    "deciders", "decision makers", "decider", "decision maker", "owners", "owner", "decision owner", "authors",
    "author", "author s", "proposed by", "written by", "owner s", "decider s", "decision maker s",
)  # fmt: skip
TAGS = ("tags", "tag", "keywords", "labels", "categories", "category", "topics")
NUMBER = ("number", "id", "adr", "adr number", "adr id", "adr no", "rfc", "kep", "tep")

_KEYS = frozenset((*STATUS, *DATE, *OWNERS, *TAGS))
_FIELD = re.compile(r"(?P<key>[^\W\d_][\w /()'-]{0,30}?)\s*[:：]\s*(?P<value>.*)")
_DASHED = re.compile(r"(?P<key>status)\s*[–—-]\s*(?P<value>.+)", re.IGNORECASE)
_JOINED = re.compile(rf"\s+(?:[|·•]\s+)?(?=(?:{'|'.join(sorted(_KEYS, key=len, reverse=True))})\s*:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Field:
    """One stated field: its key in lower case with spaces, its value with links as `lines.LINK` has them."""

    key: str
    value: str
    line: int


def key_of(written: str) -> str:
    """A key in the one form in which keys are compared: "decision-makers" and "Decision Makers" alike."""
    return re.sub(r"[\s_()/-]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", written)).strip().lower()


def is_field(key: str) -> bool:
    """Whether `key` names something that a document says of itself."""
    return key in _KEYS or bool(field_relation(key))


def fields_in(lines: Sequence[Line]) -> list[Field]:
    """The fields that `lines` state, in order; a value may stand on the lines below its key."""
    found: list[Field] = []
    for index, line in enumerate(lines):
        for written in _JOINED.split(line.text) if line.kind != "heading" else []:
            key, value = _key_value(written)
            if is_field(key):
                found.append(Field(key, value or _below(lines, index), line.number))
    return found


def _key_value(written: str) -> tuple[str, str]:
    match = _FIELD.fullmatch(written) or _DASHED.fullmatch(written)
    if match:
        return key_of(match["key"]), match["value"].strip()
    return key_of(written), ""


def _below(lines: Sequence[Line], index: int) -> str:
    """The value of a key that stands alone: the deeper list below it, or the next paragraph."""
    head = lines[index]
    deeper: list[str] = []
    for line in lines[index + 1 :]:
        if line.depth <= head.depth or line.kind == "heading":
            break
        deeper.append(line.text)
    if deeper or head.kind != "paragraph" or index + 1 == len(lines):
        return ", ".join(deeper)
    following = lines[index + 1]
    stated = following.kind == "heading" or is_field(_key_value(following.text)[0])
    return "" if stated else following.text


def front_fields(data: Mapping[str, object], lines: Mapping[str, int]) -> list[Field]:
    """The fields of front matter, values as text: lists joined by commas, links as they are written."""
    found = []
    for written, value in data.items():
        text = _text(value)
        if text:
            found.append(Field(key_of(written), text, lines.get(written, 1)))
    return found


def _text(value: object) -> str:
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, Mapping):
        bare = ", ".join(str(key) for key, item in value.items() if item is None)
        return f"{{{bare}}}" if bare else ", ".join(filter(None, (_text(item) for item in value.values())))
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, (_text(item) for item in value)))
    from ctxkb.formats.lines import markdown_lines

    text = value if isinstance(value, str) else str(value)
    if "](" in text:
        return " ".join(line.text for line in markdown_lines(text))
    return text.strip()


def first_value(fields: Iterable[Field], keys: Sequence[str]) -> Field | None:
    """The field of the first key in `keys` that holds more than a placeholder."""
    filled = [field for field in fields if not is_placeholder(shown(field.value))]
    ranked = [(keys.index(field.key), index) for index, field in enumerate(filled) if field.key in keys]
    return filled[min(ranked)[1]] if ranked else None


def date_of(fields: Sequence[Field]) -> date | None:
    """The date that the fields state, the decision's own before that of its creation."""
    dated = [(DATE.index(field.key), field) for field in fields if field.key in DATE]
    for _, field in sorted(dated, key=lambda pair: pair[0]):
        if day := find_date(shown(field.value)):
            return day
    return None


def owners_of(fields: Sequence[Field]) -> tuple[str, ...]:
    """Who decided, who owns, who wrote: in this order, each once."""
    ranked = sorted((OWNERS.index(field.key), index) for index, field in enumerate(fields) if field.key in OWNERS)
    names = [name for _, index in ranked for name in names_in(shown(fields[index].value))]
    return tuple(dict.fromkeys(names))


def names_in(text: str) -> list[str]:
    """The people that `text` lists; what stands in parentheses beside a name is left out."""
    if is_placeholder(text):
        return []
    bare = re.sub(r"\([^()]*\)", "", text).replace("and/or", ",")
    names: list[str] = []
    for part in re.split(r"[,;]|\s+(?:and|&|/)\s+|\s[|·•]\s", bare):
        words = part.split()
        handles = len(words) > 1 and all(word.startswith("@") for word in words)
        names.extend(words if handles else [" ".join(words)])
    cleaned = (re.sub(r"^(?:[-–—*•.\s]|and\s)+|[.\s]+$", "", name).strip("\"'`") for name in names)
    return [name for name in cleaned if re.search(r"\w", name)]


def tags_of(fields: Sequence[Field]) -> tuple[str, ...]:
    """The tags that the fields list, each once; without a comma, words with a "#" or ":" are tags of their own."""
    found: list[str] = []
    for field in fields:
        text = shown(field.value)
        if field.key not in TAGS or is_placeholder(text):
            continue
        parts = re.split(r"[,;]", text)
        words = text.split()
        if len(parts) == 1 and len(words) > 1 and all(re.search(r"^#\w|\w:\w", word) for word in words):
            parts = words
        found.extend(part.strip().strip("\"'`") for part in parts)
    return tuple(dict.fromkeys(tag for tag in found if tag))
