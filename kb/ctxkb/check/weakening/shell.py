"""Commands `kb check` in a script: with which options they run, and whether the script heeds how they end."""

from __future__ import annotations

import posixpath
import re
import shlex
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_RUNS = re.compile(r"(?<![\w.])(?<!\w-)kb check(?![\w-])")
_COMMENT = re.compile(r"(?:^|(?<=\s))(?:#|//).*")
_APART = re.compile(r"&&|\|\||;|\||(?<![>&])&(?![>&\d])")
_NAMED = re.compile(r"\W*(?:name|desc|description|displayName|label|stage|summary|title)\b[\"']?\s*[:=(]")
_BEFORE = re.compile(r"(?:\w+=\S*|if|then|else|do|time|exec|sudo|command|env)\s+")
_TALKS = frozenset({":", "alias", "cat", "echo", "git", "grep", "printf", "test", "true", "type", "which"})
"""Commands that only speak of their arguments."""

_FINE = r"(?:true\b|:(?=[\s\"')]|$)|exit 0\b"
_OR_FINE = re.compile(rf"\s*\|\|[\s\"'({{]*(?:\S*/)?{_FINE}|(?:echo|printf)\b(?!.*\b(?:exit|false|return)\b))")
_THEN_FINE = re.compile(rf"\s*;\s*{_FINE})")
_ENDS_FINE = re.compile(rf"\s*{_FINE})\s*;?\s*")
_HEEDED = re.compile(r"\$\?|\$\{\?|PIPESTATUS")
_ERREXIT = re.compile(r"\bset ([+-])\w*e")
_APPROVES = re.compile(r"--approved-by[= ][\"']?([^\s\"')]+)")
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Command:
    """One `kb check`: the 0-based line of the script, its options, and whether its failure counts for nothing."""

    line: int
    options: tuple[tuple[str, str], ...]
    ignored: bool

    def value(self, option: str) -> str:
        """What the option is set to, the last time that it is given; "" where it is not."""
        return dict(self.options).get(option, "")

    def has(self, option: str) -> bool:
        """Whether the option is given."""
        return option in dict(self.options)


def approvers(lines: Sequence[str]) -> frozenset[str]:
    """Whom a script lets approve by name, whatever the change is: a name in a variable is told by the pipeline."""
    given = (found[1] for row in lines for found in _APPROVES.finditer(_COMMENT.sub("", row)))
    return frozenset(name for name in given if "$" not in name)


def commands(lines: Sequence[str], *, pipes_fail: bool = True) -> Iterator[Command]:
    """Each `kb check` that a script runs. `pipes_fail`: a pipe fails with any of its parts (`set -o pipefail`)."""
    rows = [_COMMENT.sub("", row) for row in lines]
    for number, row in _joined(rows):
        for match in _RUNS.finditer(row):
            if _only_speaks(_APART.split(row[: match.start()])[-1]):
                continue
            rest = row[match.end() :]
            end = _APART.search(rest)
            own, after = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
            options = tuple(_options(own))
            if not {"--help", "-h"} & dict(options).keys():
                before = [*rows[:number], row[: match.start()]]
                following = [row for row in rows[number + 1 :] if row.strip()]
                yield Command(number, options, _ignored(before, after, following, pipes_fail=pipes_fail))


def _joined(rows: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line with those that a backslash continues it by, and its number."""
    number = 0
    while number < len(rows):
        first, row = number, rows[number]
        while row.endswith("\\") and number + 1 < len(rows):
            number += 1
            row = f"{row[:-1]} {rows[number]}"
        yield first, row
        number += 1


def _only_speaks(before: str) -> bool:
    """Whether `kb check` is an argument of a command that runs nothing, or the name of a step."""
    if _NAMED.match(before):
        return True
    words = before.strip(" \t@+-!({\"'")
    while begun := _BEFORE.match(f"{words} "):
        words = words[begun.end() :].strip()
    return posixpath.basename(words.split(" ")[0]) in _TALKS


def _options(written: str) -> Iterator[tuple[str, str]]:
    plain = _EXPRESSION.sub(lambda found: "${{" + "".join(found[1].split()) + "}}", written)
    try:
        words = shlex.split(plain)
    except ValueError:  # a quote that encloses more than the command
        words = re.sub(r"[\"']", "", plain).split()
    for word, following in pairwise([*words, ""]):
        name, sign, value = word.partition("=")
        if name.startswith("-"):
            yield name, value if sign else "" if following.startswith("-") else following


def _ignored(before: Sequence[str], after: str, following: Sequence[str], *, pipes_fail: bool) -> bool:
    if _OR_FINE.match(after) or _THEN_FINE.match(after):
        return True
    if re.match(r"\s*\|(?!\|)", after) and not pipes_fail and not any("pipefail" in row for row in before):
        return True
    if any(map(_HEEDED.search, (after, *following))):
        return False
    switched = [found[1] for row in before for found in _ERREXIT.finditer(row)]
    return switched[-1:] == ["+"] or bool(following and _ENDS_FINE.fullmatch(following[-1]))
