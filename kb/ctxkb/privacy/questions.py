"""What people and agents ask, before anything keeps it: masked as documents are, and what else may be a secret there.

A document has many long random strings that are no secrets, and examples; a question has few of either.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.privacy.clean import found_in
from ctxkb.privacy.spans import Span, apart, replaced

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ctxkb.config import Privacy

LONGEST_SECRET = 8_000
"""So many characters behind the end are looked at, so that a secret which goes on there is known for one."""

_WORD = r"(?i:passw(?:or)?[dt]|passphrase|pwd|secret|api[_-]?key)"

_FORMS = (
    ("token", re.compile(r"(?<!\w)(?:kb_[\w-]{16,}|sk-(?=[\w-]{0,200}\d)[\w-]{16,})")),
    ("token", re.compile(r"(?<![\w-])eyJ[\w-]{8,}\.[\w-]*(?:\.[\w-]*)?")),
    ("password", re.compile(r"(?<=://)[^/\s@]+(?=@)")),
    (
        "secret",
        re.compile(
            rf"(?:{_WORD}|(?i:token))[\"'`]?(?:\s{{0,8}}=|:\s{{0,8}}(?=\S{{0,200}}\d))\s{{0,8}}[\"'`]?"
            r"(?P<value>[^\s\"'`]{4,})"
        ),
    ),
)
"""What is masked wherever a question is kept. No pattern looks at a character more than a few times, however it is
written: a question may have been made to be slow."""

_GUESSES = (
    ("token", re.compile(r"(?i:(?<=bearer ))[\w.~+/=-]{12,}")),
    ("secret", re.compile(rf"{_WORD}\s{{0,8}}[=:]\s{{0,8}}(?P<value>\S+)")),
    ("key", re.compile(r"(?<![\w+=])(?=[\w+=]*\d)(?=[\w+=]*[A-Za-z])[\w+=]{20,}")),
)
"""What is masked as well where nobody needs the words again."""


def masked_start(text: str, longest: int, privacy: Privacy, *, guessing: bool = False) -> str:
    """The first `longest` characters of `text` with all secrets, and personal data of the configured kinds, masked.

    A secret that goes on behind the end is masked too. `guessing` masks whatever is long and has letters and digits.
    """
    near = text[: longest + LONGEST_SECRET]
    suspects = _suspects(near, (*_FORMS, *_GUESSES) if guessing else _FORMS)
    found = apart(found_in(near, privacy.model_copy(update={"secrets": True}), suspects))
    spans = [span for span in found if span.first < longest]
    past = max(longest, spans[-1].past) if spans else longest
    return replaced(near[:past], spans)[:longest]


def _suspects(text: str, patterns: Iterable[tuple[str, re.Pattern[str]]]) -> Iterator[Span]:
    for what, pattern in patterns:
        for match in pattern.finditer(text):
            yield Span(*match.span("value" if pattern.groups else 0), what)
