"""Dates as people write them at the head of a document."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\w])|(?<!\d)(\d{4})-(\d\d)-(\d\d)(?=[T ])")
_YEAR_LAST = re.compile(r"(?<![\d./-])(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?!\d)")
_MONTH_FIRST = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+{_MONTH},?[\s-]+(\d{{4}})\b", re.IGNORECASE)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)")


def find_date(text: str) -> date | None:
    """The first date in `text` that a calendar has.

    Known are `2025-07-25`, `2025/7/25`, `20250725`, `July 25, 2025`, `25 July 2025` and `25/07/2025`; of two numbers
    before a year the first is the day, unless only the other way round is a date.
    """
    found = [(match.start(), day) for match, day in _candidates(text) if day]
    return min(found)[1] if found else None


def _candidates(text: str) -> Iterator[tuple[re.Match[str], date | None]]:
    for match in _YEAR_FIRST.finditer(text):
        year, month, day = (int(group) for group in match.groups() if group)
        yield match, _day(year, month, day)
    for match in _COMPACT.finditer(text):
        yield match, _day(int(match[1]), int(match[2]), int(match[3]))
    for match in _YEAR_LAST.finditer(text):
        first, second, year = int(match[1]), int(match[2]), int(match[3])
        yield match, _day(year, second, first) or _day(year, first, second)
    for match in _MONTH_FIRST.finditer(text):
        yield match, _day(int(match[3]), _month(match[1]), int(match[2]))
    for match in _DAY_FIRST.finditer(text):
        yield match, _day(int(match[3]), _month(match[2]), int(match[1]))


def _month(name: str) -> int:
    return MONTHS.index(name.lower()) + 1


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
