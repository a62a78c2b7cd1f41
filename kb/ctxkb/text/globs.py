"""Git-style path patterns: how a list of them is read, and whether a path matches.

The syntax is that of `.gitignore` (https://git-scm.com/docs/gitignore), relative to the repository's root, with two
additions that editors use: braces (`*.{ts,tsx}`) and a leading `./`. In a list the last pattern that matches decides,
so that `!docs/old/**` behind `docs/**` takes something out again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from ctxkb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

LONGEST = 1000
"""How many characters a pattern may have."""

MOST_WILDCARDS = 24
"""How many `*` and `?` a pattern may have: regular expressions backtrack, and patterns come from checked-in files."""

MOST_EXPANDED = 256
"""How many patterns the braces of one may stand for."""


@dataclass(frozen=True, slots=True)
class Globs:
    """A compiled list of patterns; `patterns` is the list as it was given."""

    patterns: tuple[str, ...]
    _rules: tuple[tuple[re.Pattern[str], bool], ...] = field(repr=False, compare=False)

    def matches(self, path: str) -> bool:
        """Whether `path` (relative to the root, forward slashes) is matched; an empty list matches nothing."""
        return next((include for regex, include in self._rules if regex.match(path)), False)


def compile_globs(patterns: Iterable[str]) -> Globs:
    """`patterns` compiled, once for each different list. Raises `ConfigError` for one that cannot be used."""
    return _compile(tuple(patterns))


def glob_fault(pattern: str) -> str:
    """Why `pattern` cannot be used, in one sentence, or "" where it can."""
    try:
        compile_globs((pattern,))
    except ConfigError as error:
        return str(error)
    return ""


@lru_cache(maxsize=4096)
def _compile(patterns: tuple[str, ...]) -> Globs:
    rules = [_rule(pattern, plain) for pattern in patterns for plain in expand_braces(pattern)]
    runs = groupby(reversed(rules), key=itemgetter(1))
    return Globs(patterns, tuple((_joined([rule for rule, _ in run]), include) for include, run in runs))


def _rule(pattern: str, plain: str) -> tuple[tuple[str, str], bool]:
    """The regular expression of one pattern without braces beside the pattern, and whether it includes (else excludes).

    It is not compiled, which takes most of the time: many are compiled as one.
    """
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    line = _normal(pattern, plain)
    try:
        regex, include = GitIgnoreSpecPattern.pattern_to_regex(line)
    except ValueError as error:
        raise _unusable(pattern, f"{error}".splitlines()[0]) from error
    if regex is None or include is None:
        raise _unusable(pattern, "a bracket is not closed, or nothing is left to match")
    return (pattern, re.sub(r"\(\?P<\w+>", "(?:", regex)), include  # names may occur once, and several are joined


def _joined(rules: Sequence[tuple[str, str]]) -> re.Pattern[str]:
    """One regular expression for those of several patterns."""
    try:
        return re.compile("|".join(text for _, text in rules))
    except re.error:
        for pattern, text in rules:
            try:
                re.compile(text)
            except re.error as error:
                raise _unusable(pattern, f"{error}".splitlines()[0]) from error
        raise


def _normal(pattern: str, plain: str) -> str:
    """`plain` as a line of `.gitignore`, after what no pattern may hold is refused."""
    sign, body = ("!", plain[1:]) if plain.startswith("!") else ("", plain)
    body = re.sub(r"/{2,}", "/", re.sub(r"^(\./)+", "", body.strip()))
    if not body.strip("/"):
        raise _unusable(pattern, 'it is empty; use "**" for everything')
    if ".." in body.split("/"):
        raise _unusable(pattern, '".." leaves the repository; write it relative to the repository\'s root')
    if "\n" in body or "\0" in body:
        raise _unusable(pattern, "it holds a line break")
    if len(body) > LONGEST or sum(body.count(sign) for sign in "*?") > MOST_WILDCARDS:
        raise _unusable(pattern, f"it has more than {LONGEST} characters or {MOST_WILDCARDS} wildcards")
    body = re.sub(r"(\*\*/){2,}", "**/", body)
    return sign + (f"\\{body}" if body[0] in "#!" else body)


def _unusable(pattern: str, why: str) -> ConfigError:
    shown = pattern if len(pattern) <= 60 else f"{pattern[:57]}..."
    return ConfigError(f'glob "{shown}" cannot be used: {why}')


def expand_braces(pattern: str) -> tuple[str, ...]:
    r"""The patterns that `pattern` stands for: `*.{ts,tsx}` is two. `\{` and a brace in brackets stand for themselves.

    Raises `ConfigError` for a brace that is not closed or too many combinations.
    """
    done: list[str] = []
    waiting = [pattern]
    while waiting:
        current = waiting.pop()
        opening = _find(current, "{", 0)
        if opening < 0:
            done.append(current)
        else:
            waiting.extend(reversed(_alternatives(pattern, current, opening)))
        if len(done) + len(waiting) > MOST_EXPANDED:
            raise _unusable(pattern, f"its braces stand for more than {MOST_EXPANDED} patterns")
    return tuple(done)


def _alternatives(pattern: str, current: str, opening: int) -> list[str]:
    """`current` with the group that begins at `opening` replaced by each of its alternatives."""
    closing, commas = opening, [opening]
    depth = 0
    while True:
        closing = _find(current, "{},", closing if depth == 0 else closing + 1)
        if closing < 0:
            raise _unusable(pattern, "a brace is not closed")
        depth += {"{": 1, "}": -1, ",": 0}[current[closing]]
        if depth == 0:
            break
        if depth == 1 and current[closing] == ",":
            commas.append(closing)
    ends = [*commas[1:], closing]
    parts = [current[start + 1 : end] for start, end in zip(commas, ends, strict=True)]
    return [current[:opening] + part + current[closing + 1 :] for part in parts]


def _find(text: str, wanted: str, start: int) -> int:
    """Where the first of the characters `wanted` stands from `start` on, neither escaped nor in brackets; else -1."""
    index, length = start, len(text)
    while index < length:
        char = text[index]
        if char == "\\":
            index += 1
        elif char == "[" and text.find("]", index + 2) > 0:
            index = text.find("]", index + 2)
        elif char in wanted:
            return index
        index += 1
    return -1


def split_globs(text: str) -> tuple[str, ...]:
    """The patterns of a comma-separated list, quotes taken off; a comma in braces or brackets parts nothing."""
    parts: list[str] = []
    start = depth = 0
    at = _find(text, "{},", 0)
    while at >= 0:
        if text[at] == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
        depth = max(0, depth + {"{": 1, "}": -1, ",": 0}[text[at]])
        at = _find(text, "{},", at + 1)
    parts.append(text[start:])
    stripped = (part.strip().strip("\"'").strip() for part in parts)
    return tuple(part for part in stripped if part)


def folder_glob(folder: str) -> str:
    """The pattern for everything below `folder`, special characters in its name escaped; "" is the whole repository."""
    return f"{_escape(folder.strip('/'))}/**" if folder.strip("/") else "**"


def glob_below(folder: str, pattern: str) -> str:
    """`pattern`, written relative to `folder`, as one relative to the repository's root."""
    inside = folder.strip("/")
    if not inside:
        return pattern
    sign, body = ("!", pattern[1:]) if pattern.startswith("!") else ("", pattern)
    body = re.sub(r"^(\./)+", "", body)
    anchored = "/" in body.rstrip("/")
    return f"{sign}{_escape(inside)}/{'' if anchored else '**/'}{body.lstrip('/')}"


def _escape(text: str) -> str:
    return re.sub(r"([*?\[\]{}\\!#])", r"\\\1", text)
