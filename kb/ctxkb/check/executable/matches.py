"""What of an executable rule's values one file holds, and what of that a change brought."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from ctxkb.check.executable.dependencies import declared
from ctxkb.check.executable.imports import TEXT_SUFFIXES, imported, imports_of
from ctxkb.check.executable.patterns import is_looked_at, matched
from ctxkb.check.manifests import is_manifest
from ctxkb.check.syntax import open_code
from ctxkb.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ctxkb.check.executable.imports import Import
    from ctxkb.check.lines import Ranges
    from ctxkb.check.syntax import Code
    from ctxkb.types import ExecutableRule

_SIGNS = r"[*./:\\]+"


@dataclass(frozen=True, slots=True)
class Match:
    """What a file holds of a rule: the name or text that was found, on its 1-based lines; 0 is the whole file."""

    what: str
    first: int
    last: int


@dataclass(frozen=True)
class File:
    """One file as rules look at it, parsed once for all of them."""

    path: str
    content: bytes

    @cached_property
    def code(self) -> Code:
        """Its source code."""
        return open_code(self.path, self.content)

    @cached_property
    def imports(self) -> tuple[Import, ...]:
        """What it imports."""
        return imports_of(self.path, self.code)

    @property
    def note(self) -> str:
        """What to add to a finding in source code that is read as text, "" for any other file."""
        return "" if self.code.language or not language_of(self.path) else " (read as text: it is too large to parse)"


def concerns(rule: ExecutableRule, path: str) -> bool:
    """Whether a rule about what files hold can be about the file `path`, told by its name."""
    if rule.languages and language_of(path) not in rule.languages:
        return False
    if rule.subject == "import":
        return bool(language_of(path)) or path[path.rfind(".") :].lower() in TEXT_SUFFIXES
    if rule.subject == "dependency":
        return is_manifest(path)
    return rule.subject == "pattern" and is_looked_at(rule, path)


def breaches(rule: ExecutableRule, file: File) -> tuple[Match, ...]:
    """Where a file breaks the rule: each thing that is forbidden, one a line; or once that nothing required is there.

    Rules about files are not about what a file holds, and break nowhere here.
    """
    found = tuple(_found(rule, file))
    if rule.forbid:
        return tuple({match.first: match for match in reversed(found)}.values())[::-1]
    return () if found or rule.subject == "file" else (Match("", 0, 0),)


def _found(rule: ExecutableRule, file: File) -> Iterator[Match]:
    if rule.subject == "import":
        yield from _imported(rule, file)
    elif rule.subject == "pattern":
        yield from (Match(*each) for each in matched(rule, file.code))
    elif rule.subject == "dependency":
        yield from (Match(name, line, line) for name, line in declared(rule, file.path, file.content))


def _imported(rule: ExecutableRule, file: File) -> Iterator[Match]:
    if not any(_may_name(value, file) for value in rule.values):
        return
    for each in file.imports:
        names = (imported(value, each, file.code.language) for value in rule.values)
        name = next(filter(None, names), "")
        if name:
            yield Match(name, each.first, each.last)


def _may_name(value: str, file: File) -> bool:
    """Whether a name may stand in the file, told without parsing it: a part that is left out is one of its folders.

    Go writes every name whole.
    """
    signs = r"\*" if file.code.language == "go" else _SIGNS
    parts = filter(None, re.split(signs, value.removeprefix("node:")))
    return all(
        any(name.encode() in file.content or name in file.path for name in (part, part.replace("-", "_")))
        for part in parts
    )


@dataclass(frozen=True, slots=True)
class Fresh:
    """A breach on its 1-based `line`, the first that the change adds where it adds any.

    `touched` tells that it stands on an added line, `known` that the file held it as often before the change.
    """

    match: Match
    line: int
    touched: bool
    known: bool


def fresh(now: Sequence[Match], before: Iterable[Match], added: Ranges) -> Iterator[Fresh]:
    """What a change has to do with each of the breaches `now`; `before` are those of the file as it was.

    What stood there as often before is known, though its line was moved or edited.
    """
    then, counts = Counter(match.what for match in before), Counter(match.what for match in now)
    for match in now:
        line = next((line for line in range(match.first, match.last + 1) if line and line in added), 0)
        brought = counts[match.what] > then[match.what] and bool(line or not match.first)
        yield Fresh(match, line or match.first, touched=bool(line), known=not brought)
