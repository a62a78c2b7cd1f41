"""The fields of one executable rule, each checked; a `SourceError` says what is wrong, on which line of the block."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING, Literal, TypeGuard, TypeVar, cast, get_args

from ctxkb.errors import SourceError
from ctxkb.formats.yamlsafe import Table
from ctxkb.text.globs import glob_fault
from ctxkb.text.languages import ALIASES, SUFFIXES
from ctxkb.text.patterns import pattern_fault
from ctxkb.types import ExecutableRule, Sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.formats.yamlsafe import Value

UNNAMED = "unnamed"
"""The id of a rule that has none, in what is said about it."""

KEYS = ("id", "forbid", "require", "when", "message", "severity", "languages", "in", "on", "pass", "fail")
SEVERITIES: tuple[Literal["error", "warning", "info"], ...] = ("error", "warning", "info")
PARTS: tuple[Literal["code", "comments", "strings", "all"], ...] = ("code", "comments", "strings", "all")
EXTENTS: tuple[Literal["changed", "everywhere"], ...] = ("changed", "everywhere")
"""The words of the fields that take one of a few, the usual one first."""

RuleSubject = Literal["import", "dependency", "pattern", "file"]
SUBJECTS = get_args(RuleSubject)
_Word = TypeVar("_Word", bound=str)
_ID = re.compile(r"[a-z][\w.-]{0,79}", re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"[^\s,;'\"`]{1,300}")
_MOST_VALUES = 100
_LONGEST = 1000
_LONGEST_SAMPLE = 20_000


def is_id(value: Value) -> TypeGuard[str]:
    """Whether `value` can name a rule: a letter, then letters, digits, `.`, `_` and `-`."""
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def rule_of(entry: Table, when: tuple[str, ...], above: int, first: int, last: int) -> ExecutableRule:
    """The rule that `entry` holds; `when` stands in where it names no paths, `above` is the lines before the block."""
    _check_keys(entry)
    name = entry.get("id")
    if not is_id(name):
        raise SourceError("`id` is missing, or not a letter followed by letters, digits, `.`, `_` and `-`")
    forbid = "forbid" in entry
    subject, values = _claim(entry, "forbid" if forbid else "require")
    return ExecutableRule(
        id=name,
        first=first,
        last=last,
        forbid=forbid,
        subject=subject,
        values=values,
        message=" ".join(_text(entry, "message").split()),
        severity=_choice(entry, "severity", SEVERITIES),
        when=_globs(entry, "when") or when,
        languages=_languages(entry),
        part=_choice(entry, "in", PARTS),
        on=_choice(entry, "on", EXTENTS),
        passes=_samples(entry, "pass", above),
        fails=_samples(entry, "fail", above),
    )


def _check_keys(entry: Table) -> None:
    for key in entry:
        if key not in KEYS:
            near = get_close_matches(key, KEYS, 1)
            hint = f'did you mean "{near[0]}"?' if near else f"use {', '.join(KEYS)}"
            raise SourceError(f'unknown key "{key}"; {hint}', _line(entry, key))
    if ("forbid" in entry) == ("require" in entry):
        raise SourceError("needs either `forbid` or `require`")


def _claim(entry: Table, verb: str) -> tuple[RuleSubject, tuple[str, ...]]:
    """What is forbidden or required: the one subject and its values."""
    allowed = tuple(subject for subject in SUBJECTS if verb == "forbid" or subject != "dependency")
    claim, line = entry[verb], _line(entry, verb)
    if not isinstance(claim, Table) or len(claim) != 1 or next(iter(claim)) not in allowed:
        raise SourceError(f"`{verb}` takes one of {', '.join(allowed)}: `{verb}: {{{allowed[0]}: NAME}}`", line)
    subject = cast("RuleSubject", next(iter(claim)))
    values = texts(claim[subject])
    if not values or len(values) > _MOST_VALUES or any(len(value) > _LONGEST for value in values):
        raise SourceError(f"`{subject}` takes text, or a list of up to {_MOST_VALUES} texts", line)
    for value in values:
        if fault := _value_fault(subject, value):
            raise SourceError(f"`{subject}`: {fault}", line)
    return subject, values


def _value_fault(subject: RuleSubject, value: str) -> str:
    if subject == "pattern":
        return pattern_fault(value)
    if subject == "file":
        return glob_fault(value)
    return "" if _NAME.fullmatch(value) else f'"{value[:60]}" is no name'


def texts(value: Value) -> tuple[str, ...]:
    """One text or a list of them; nothing for any other value."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str) and item) if all(map(_is_text, items)) else ()


def _is_text(value: Value) -> bool:
    return isinstance(value, str)


def _text(entry: Table, key: str) -> str:
    value = entry.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise SourceError(f"`{key}` takes one text of up to {_LONGEST} characters", _line(entry, key))
    return value


def _choice(entry: Table, key: str, words: Sequence[_Word]) -> _Word:
    value = entry.get(key, words[0])
    found = next((word for word in words if word == value), None)
    if found is None:
        raise SourceError(f"`{key}` is one of {', '.join(words)}", _line(entry, key))
    return found


def _globs(entry: Table, key: str) -> tuple[str, ...]:
    found = _listed(entry, key)
    for glob in found:
        if fault := glob_fault(glob):
            raise SourceError(f"`{key}`: {fault}", _line(entry, key))
    return found


def _languages(entry: Table) -> tuple[str, ...]:
    written = [word.lower() for word in _listed(entry, "languages")]
    found = tuple(dict.fromkeys(name for word in written for name in ALIASES.get(word, (word,))))
    unknown = next((name for name in found if name not in SUFFIXES), "")
    if unknown:
        raise SourceError(f'unknown language "{unknown}"; use {", ".join(SUFFIXES)}', _line(entry, "languages"))
    return found


def _listed(entry: Table, key: str) -> tuple[str, ...]:
    found = texts(entry[key]) if key in entry else ()
    if key in entry and (not found or len(found) > _MOST_VALUES):
        raise SourceError(f"`{key}` takes text, or a list of up to {_MOST_VALUES} texts", _line(entry, key))
    return found


def _samples(entry: Table, key: str, above: int) -> tuple[Sample, ...]:
    value = entry.get(key, [])
    items = value if isinstance(value, list) else [value]
    found = tuple(_sample(item, above + _line(entry, key)) for item in items)
    if any(not sample.text or len(sample.text) > _LONGEST_SAMPLE for sample in found) or len(found) > _MOST_VALUES:
        raise SourceError(f"`{key}` takes a text, `{{path, code}}`, or a list of these", _line(entry, key))
    return found


def _sample(item: Value, line: int) -> Sample:
    if isinstance(item, Table) and item.keys() == {"path", "code"}:
        path, code = item["path"], item["code"]
        return Sample(code if isinstance(code, str) else "", path if isinstance(path, str) else "", line)
    return Sample(item if isinstance(item, str) else "", "", line)


def _line(entry: Table, key: str) -> int:
    """The line of a key within its block, 0 where it has none."""
    span = entry.spans.get(key)
    return span.first if span else 0
