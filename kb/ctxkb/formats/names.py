"""Number, date and title, told by a file's name and its headings."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from ctxkb.formats.dates import find_date

if TYPE_CHECKING:
    from datetime import date

_SERIES = r"(?:m?adr|rfc|ddr|kep|tep|dr|ad|(?:architecture |architectural )?decision(?: record)?)"
_COUNTED = ("rfc", "kep", "tep")
SERIES = {"adr": "", "adrs": "", "madr": ""} | {f"{word}{ending}": word for word in _COUNTED for ending in ("", "s")}
"""The words that name a series of decisions, each with its `Document.series`."""

_BEFORE_NUMBER = re.compile(rf"({'|'.join(SERIES)})[-_ .#]*\d", re.IGNORECASE)
_SERIES_IN_TITLE = re.compile(rf"\W*({'|'.join(SERIES)})[\s#:_-]*\d", re.IGNORECASE)
_LOG4BRAINS = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[\w-]+")
_DATED = re.compile(r"(?:19|20)\d\d[-_.](?:0[1-9]|1[0-2])(?:[-_.]|$)")
_IN_NAME = re.compile(rf"(?:{_SERIES}[-_ .#]*)?0*(\d{{1,6}})(?=[-_ .)]|$)", re.IGNORECASE)
_IN_TITLE = re.compile(
    rf"\W*(?:{_SERIES}[\s#:_-]*(?P<series>\d+)\s*[\])]?\s*[.:)|–—-]*\s*|#?(?P<plain>\d+)(?:[.:)]\s+|\s*[|–—]\s*|\s+-\s+|-\s+))",
    re.IGNORECASE,
)


def number_in_name(path: str) -> str:
    """The number in a decision's file name ("57"), the slug of a log4brains name, "" where there is none.

    A date in front ("2023-07-05-x.md", "2026-01-x.md") is no number. `README.md` in a folder `0057-x` has the folder's.
    """
    pure = PurePosixPath(path)
    stem = pure.stem
    if stem.lower() in {"readme", "index"} and pure.parent.name:
        stem = pure.parent.name
    if _LOG4BRAINS.fullmatch(stem):
        return stem
    if _DATED.match(stem):
        return ""
    match = _IN_NAME.match(stem)
    return match[1] if match else ""


def series_in_path(path: str) -> str | None:
    """The series that a path names, by the word before a number ("rfc-0002-x.md") or the nearest folder ("rfcs").

    None where it names none.
    """
    *folders, name = path.rstrip("/").split("/")
    words = (_BEFORE_NUMBER.match(name), *(_BEFORE_NUMBER.match(f"{each}-0") for each in reversed(folders)))
    return next((SERIES[word[1].lower()] for word in words if word), None)


def series_in_title(heading: str) -> str | None:
    """The series before the number with which a heading begins: "rfc" of "RFC 2: X"; None where it names none."""
    match = _SERIES_IN_TITLE.match(heading)
    return SERIES[match[1].lower()] if match else None


def date_in_name(path: str) -> date | None:
    """The date with which a file's name begins: "2023-07-05-x.md", "20260131-x.md"."""
    stem = PurePosixPath(path).stem
    match = re.match(r"\d{4}[-_.]?\d\d[-_.]?\d\d(?=\D|$)", stem)
    return find_date(match[0].replace("_", "-")) if match else None


def number_in_title(heading: str) -> str:
    """The number with which a heading begins ("9" of "9. Use X" and of "ADR-0009: Use X"), "" where none."""
    match = _IN_TITLE.match(heading)
    return str(int(match["series"] or match["plain"])) if match else ""


def without_number(heading: str, number: str = "") -> str:
    """`heading` without the number before it; a heading that is nothing but a number stays.

    A number that nothing parts from the title ("18 Use X", "RFC 7807 for errors") is taken off only where it is the
    decision's own `number`, or begins with a zero.
    """
    match = _IN_TITLE.match(heading)
    if match and match["series"] and re.search(r"\w\s*$", match[0]) and number not in {"", str(int(match["series"]))}:
        return heading.strip()
    own = rf"|{re.escape(number)}" if number else ""
    match = match or re.match(rf"(?:0+[1-9]\d*{own})\s+(?=\w)", heading)
    return (heading[match.end() :].strip() if match else "") or heading.strip()


def title_from_name(path: str) -> str:
    """A title made of the words of the file's name, for a file that states none."""
    pure = PurePosixPath(path)
    stem = pure.parent.name if pure.stem.lower() in {"readme", "index"} and pure.parent.name else pure.stem
    bare = re.sub(r"^(?:\d{4}[-_.]\d\d(?:[-_.]\d\d)?|\d{8})[-_. ]+", "", stem)
    bare = _IN_NAME.sub("", bare, count=1) if _IN_NAME.match(bare) else bare
    words = re.sub(r"[-_\s]+", " ", bare).strip(" .)") or stem
    return words[:1].upper() + words[1:]
