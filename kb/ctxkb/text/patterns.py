"""Regular expressions from checked-in files, by RE2: their time grows with the text only, whatever they say."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_MATCHES = 10_000
"""How many matches of one pattern are found in one text."""


def pattern_fault(pattern: str) -> str:
    """Why `pattern` cannot be used, in one sentence, or "" where it can.

    The syntax is https://github.com/google/re2/wiki/Syntax: it has no lookaround and no back references.
    """
    import re2

    try:
        compiled = _compile(pattern)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        shown = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        return f"RE2 cannot read the regular expression: {shown}"
    return "the regular expression matches the empty text, so that it is everywhere" if compiled.search(b"") else ""


def matches_of(pattern: str, text: bytes) -> Iterator[tuple[int, int]]:
    """The first and past-the-last byte of each match that is not empty; `^` and `$` stand for the ends of lines."""
    found = (match.span() for match in islice(_compile(pattern).finditer(text), MOST_MATCHES))
    return ((start, end) for start, end in found if end > start)


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> Any:  # noqa: ANN401 - re2 publishes no types
    import re2

    options = re2.Options()
    options.log_errors = False
    return re2.compile(f"(?m){pattern}".encode(), options)
