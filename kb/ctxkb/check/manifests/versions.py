"""The least version that a specifier lets in, in the languages of all ecosystems, and whether its major was raised.

Semantic Versioning (https://semver.org) counts: below 1.0 the second number is the one that breaks.
"""

from __future__ import annotations

import re

Version = tuple[int, ...]
"""The numbers of a version, the first of them the major; words behind them do not count."""

_FIRST_YEAR = 1900
"""A first number from here on is a year: such a version promises nothing about what it breaks."""

_TERM = re.compile(
    r"(?P<sign>===?|~=|~>|[<>]=?|!=|[\^~@])?\s*[vV]?(?P<numbers>\d+(?:\.(?:\d+|[xX*](?![\w])))*)(?P<rest>[^\s,|&\[\]()]*)"
)
_BELOW = ("<", "<=", "!=")
_NO_VERSION = re.compile(r"://|^git@|^[\w.-]+/[\w.-]+(?:#|$)|\$")
_LONGEST = 200


def lower_bound(specifier: str) -> Version | None:
    """The least version that `specifier` lets in; None where it has no such bound, or is no version at all."""
    if _NO_VERSION.search(specifier):
        return None
    bounds = [_bound(part) for part in re.split(r"\|\|?", specifier[:_LONGEST])]
    known = [bound for bound in bounds if bound is not None]
    return min(known) if known and len(known) == len(bounds) else None


def _bound(part: str) -> Version | None:
    """The least version that all terms of `part` let in together."""
    part = part.strip()
    if interval := re.match(r"([\[(\]])\s*([^,\[\]()]*)\s*[,\])\[]", part):  # of Maven and NuGet
        part = interval[2]
    part = re.split(r"\s-\s", part)[0]  # "1.2 - 2.3" of npm
    found = [_numbers(term["numbers"]) for term in _terms(part) if term["sign"] not in _BELOW]
    return max(found, default=None)


def _terms(part: str) -> list[re.Match[str]]:
    """The terms of `part`; none where it begins with a word, as a tag or a branch does."""
    return [] if re.match(r"[A-Za-uw-z]", part) else list(_TERM.finditer(part))


def _numbers(text: str) -> Version:
    return tuple(int(number) for number in text.split(".") if number.isdecimal())


def is_raised(before: Version, after: Version) -> bool:
    """Whether `after` is of a later major than `before`: of a later minor where both are below 1.0."""
    if max(before[0], after[0]) >= _FIRST_YEAR:
        return False
    if 1 in (len(before), len(after)):  # "0" lets in every minor below 1.0
        return after[0] > before[0]
    return _series(after) > _series(before)


def _series(version: Version) -> Version:
    """The numbers that stay the same while nothing breaks."""
    return version[:1] if version[0] else (0, *version[1:2])


def major(version: Version) -> str:
    """The series of a version as a person writes it: "5", or "0.4" below 1.0."""
    return ".".join(map(str, _series(version)))
