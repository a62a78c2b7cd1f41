"""Whether prose takes up what it names, or turns it down."""

from __future__ import annotations

import re

REFUSING = re.compile(
    r"\b(?:no|not|never|neither|nor|cannot|without|avoid\w*|remov\w*|drop(?:s|ped|ping)?|delet\w*|replac\w*|"
    r"forbid\w*|prohibit\w*|disallow\w*|ban(?:s|ned)?|reject\w*|discard\w*|(?:rul\w*|turn\w*) (?:out|down)|"
    r"deprecat\w*|supersed\w*|decid\w* against|instead of|rather than|away from|\w+n['’]t|"
    r"(?:bad|neutral|con),? because)\b",
    re.IGNORECASE,
)
"""Words that turn down what follows them in a sentence."""

_TAKING = r"(?:us|adopt|choos|chos|tak|add|prefer|pick|rel[iy])\w*"
_TAKEN_UP = re.compile(
    rf"\bbut\b|(?:,|\b(?:we|and|so|then|it|they))\s+(?:(?:we|will|now)\s+)*{_TAKING}\b", re.IGNORECASE
)
_EXCHANGED = re.compile(
    r"(?:replac|supersed|remov|drop)\w*\b.*\b(?:with|by|to|for|in favou?r of)\b|"
    r"(?:instead of|rather than|away from|without)\b.*(?:,|\b(?:to|with)\b)",
    re.IGNORECASE | re.DOTALL,
)
"""Behind what goes stands what comes: replace that by this."""

_REFUSED = re.compile(
    r"[`\"'“”*_)\]]*\s+(?:\w+\s+)?(?:"
    r"(?:not|never|no longer|cannot|\w+n['’]t)\s+(?:be\s+)?"
    r"(?:used|allowed|permitted|imported|chosen|an option|needed|taken|added|adopted|accept\w*|installed)|"
    r"(?:is|are|was|were|be|been)\s+(?:forbidden|prohibited|disallowed|banned|rejected|discarded|removed|dropped|"
    r"deprecated|ruled out|turned down|no option))\b",
    re.IGNORECASE,
)
"""How a sentence goes on that turns down what it began with."""

_BOUNDARY = re.compile(
    r"(?<=[.!?;])\s+|,\s+(?=but\b)|(?m:^[ \t]*#.*\n)|\n(?=[ \t]*(?:\n|[-*+#|>][ \t]|\d+[.)][ \t]))", re.IGNORECASE
)
"""Where a sentence of Markdown ends; a line that is merely wrapped does not end one."""


def takes_up(found: re.Match[str]) -> bool:
    """Whether the sentence around what is found in a text does not turn it down, before it or right behind it."""
    text, first, last = found.string, found.start(), found.end()
    begins = max((each.end() for each in _BOUNDARY.finditer(text, 0, first)), default=0)
    return not _refuses(text[begins:first]) and not _REFUSED.match(text, last)


def _refuses(before: str) -> bool:
    """Whether words that stand in front of a name turn it down: the last of them that refuse, if nothing follows."""
    last = max(REFUSING.finditer(before), key=lambda each: each.start(), default=None)
    if last is None:
        return False
    rest = before[last.start() :]
    return not _EXCHANGED.match(rest) and not _TAKEN_UP.search(rest)
