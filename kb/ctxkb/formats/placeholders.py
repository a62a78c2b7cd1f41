"""Template text that nobody has filled in."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_BRACES = re.compile(r"\{(?!%)([^{}]{3,400})\}|\[([^\[\]]{3,400})\](?![(\[:])|<([a-z][^<>=\"]{3,200})>", re.IGNORECASE)
_TEMPLATE_TITLE = re.compile(
    r"(?:madr|adr|rfc|(?:architecture |architectural )?decision(?: record)?)s?[ -]template", re.IGNORECASE
)
_TEMPLATE_WORDS = frozenset(
    [
        *("template", "adr", "adrs", "madr", "rfc", "decision", "decisions", "record", "records"),
        *("architecture", "architectural", "long", "short", "full", "minimal", "simple", "bare", "basic", "default"),
        *("nygard", "michael", "by", "new", "example", "y", "statement", "en", "v1", "v2", "v3", "v4"),
    ]
)
_FULL = 0.3


def is_placeholder(text: str) -> bool:
    """Whether `text` as a whole is a placeholder: in braces or brackets, a choice between words, a bare `...`."""
    written = _COMMENT.sub("", text).strip().strip("\"'`*_").strip()
    if written in {"", "...", "…", "TBD", "tbd", "-", "?"}:
        return True
    if _date_pattern(written):
        return True
    if re.fullmatch(r"\{.*\}?|\[.*\]|<.*>", written) and (re.search(r"\s|\|", written[1:-1]) is not None):
        return True
    return " | " in written or re.search(r"\w\s*\|\s*\w", written) is not None


def _date_pattern(written: str) -> bool:
    return re.fullmatch(r"[\[{<]?(?:YYYY[-/]MM[-/]DD|DD[-/]MM[-/]YYYY|MM[-/]DD[-/]YYYY)\b.*", written, re.I) is not None


def is_template_name(path: str) -> bool:
    """Whether the file's name says that it is a template: `adr-template.md`, `0000-template.md`, `_template.md`."""
    words = [word for word in re.split(r"[\W_]+", PurePosixPath(path).stem.lower()) if word]
    if "template" not in words:
        return False
    return all(word in _TEMPLATE_WORDS or re.fullmatch(r"0+|x+|n+", word) for word in words)


def is_template_title(title: str) -> bool:
    """Whether a document with this title is a template."""
    written = title.strip()
    if _TEMPLATE_TITLE.fullmatch(written) or written.lower() == "template":
        return True
    return re.fullmatch(r"\{.*\}|\[.*\]|<.*>", written) is not None and bool(re.search(r"\s", written))


def is_unfilled(lines: Iterable[str]) -> bool:
    """Whether so many of `lines` (prose, no code) hold a placeholder that nobody can have filled them in."""
    written = [line for line in lines if line.strip()]
    unfilled = sum(1 for line in written if any(_is_prose(match) for match in _BRACES.finditer(line)))
    return unfilled >= 4 and unfilled >= _FULL * len(written)


def _is_prose(match: re.Match[str]) -> bool:
    """Whether words stand in the braces, rather than a name or a box that can be ticked."""
    return re.search(r"[^\W\d_]{2,}[^\s]*[\s…]", next(filter(None, match.groups()), "")) is not None
