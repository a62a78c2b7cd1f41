"""Characters that are not seen, or turn the text around them: shown by their numbers, save where writing needs them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)
"""Controls, and Unicode's Default_Ignorable_Code_Point: https://www.unicode.org/reports/tr44/#Default_Ignorable_Code_Point"""

_PLAIN = re.compile(r"[\x09\x0a\x0d\x20-\x7e]*")
_SHOWN = 3
"""Of a longer run so many are shown, and the number of the others: a hidden message may have thousands."""

_KINDS = 8
"""So many kinds are named of a line."""

_JOINERS = "\u200c\u200d"
_MARKS = "\u200e\u200f\u061c"
_ENGLAND_SCOTLAND_WALES = frozenset({"gbeng", "gbsct", "gbwls"})
_KEYCAP = "\u20e3"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_NEAR = 100
"""So many characters before and behind a mark tell whether its line runs from right to left."""

_JOINED_SCRIPTS = (
    (0x0600, 0x08FF),  # Arabic, Persian, Syriac, N'Ko
    (0x0900, 0x109F),  # the scripts of India and Sri Lanka, Thai, Lao, Tibetan, Myanmar
    (0x1780, 0x18AF),  # Khmer, Mongolian
    (0xA8E0, 0xA8FF),
    (0xFB50, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x11000, 0x11FFF),
)
"""Scripts in which a joiner after a letter decides how that is written."""

_IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))


def visible(text: str) -> str:
    """`text` with each invisible or bidirectional control character written as `<U+202E>`.

    Kept are joiners and selectors where a script or an emoji needs them, marks of direction in lines of a script that
    runs from right to left, and soft hyphens within words. Tabs and line ends are no invisible characters.
    """
    if _PLAIN.fullmatch(text) or not _HIDDEN.search(text):
        return text
    return _HIDDEN.sub(lambda match: _kept(match) or _numbers(match[0]), text)


def hidden_lines(text: str) -> list[tuple[int, str]]:
    """The lines (1-based) that hold such characters, and which, each once: (3, "U+202E, U+202C")."""
    if _PLAIN.fullmatch(text):
        return []
    found: dict[int, dict[str, None]] = {}
    line, seen = 1, 0
    for match in _HIDDEN.finditer(text):
        if not _kept(match):
            line += text.count("\n", seen, match.start())
            seen = match.start()
            found.setdefault(line, {}).update(dict.fromkeys(match[0]))
    return [(line, _kinds(list(kinds))) for line, kinds in found.items()]


def bare(text: str) -> str:
    """`text` without its invisible characters, and with what is written in Unicode's tags as letters."""
    return _HIDDEN.sub(lambda match: "".join(map(_tagged, match[0])), text)


def _kinds(chars: Sequence[str]) -> str:
    more = len(chars) - _KINDS
    return ", ".join(map(_number, chars[:_KINDS])) + (f" and {more} more kinds" if more > 0 else "")


def _tagged(char: str) -> str:
    return chr(ord(char) - 0xE0000) if 0xE0020 <= ord(char) <= 0xE007E else ""


def _numbers(run: str) -> str:
    more = len(run) - _SHOWN
    shown = "".join(f"<{_number(char)}>" for char in (run[:_SHOWN] if more > 1 else run))
    return f"{shown}<and {more} more>" if more > 1 else shown


def _number(char: str) -> str:
    return f"U+{ord(char):04X}"


def _kept(match: re.Match[str]) -> str:
    """The run where writing needs it, else nothing."""
    text, run = match.string, match[0]
    before = text[match.start() - 1] if match.start() else " "
    after = text[match.end()] if match.end() < len(text) else " "
    needed = (
        (run == "\xad" and before.isalpha() and after.isalpha())
        or _is_flag(before, run)
        or _is_selected(before, run, after)
        or _is_joined(before, run, after)
        or (run in _MARKS and _runs_right_to_left(text, match.start()))
    )  # fmt: skip
    return run if needed else ""


def _is_flag(before: str, run: str) -> bool:
    """Whether a run of tags ends in the flag of England, Scotland or Wales."""
    return before == "\U0001f3f4" and run[-1] == "\U000e007f" and bare(run[:-1]) in _ENGLAND_SCOTLAND_WALES


def _is_selected(before: str, run: str, after: str) -> bool:
    """Whether a run is one selector, behind a character that has variants; in an emoji a joiner may follow it."""
    selector = run[0]
    if len(run) > 1 and not (run in {"\ufe0f\u200d", "\ufe0e\u200d"} and _is_symbol(after)):
        return False
    if "\ufe00" <= selector <= "\ufe0f":
        return _is_symbol(before) or (not before.isascii() and before.isalnum()) or after == _KEYCAP
    if "\u180b" <= selector <= "\u180f":
        return 0x1800 <= ord(before) <= 0x18AF
    return "\U000e0100" <= selector <= "\U000e01ef" and _is_in(before, _IDEOGRAPHS)


def _is_joined(before: str, run: str, after: str) -> bool:
    """Whether a run is one joiner, between emoji or behind a letter of a script that has them."""
    if run not in _JOINERS:
        return False
    if run == "\u200d" and _is_symbol(before) and _is_symbol(after):
        return True
    return _is_in(before, _JOINED_SCRIPTS) and unicodedata.category(before)[0] in "LM"


def _is_symbol(char: str) -> bool:
    return not char.isascii() and unicodedata.category(char) in {"So", "Sk", "Sm", "Po", "Cn"}


def _runs_right_to_left(text: str, at: int) -> bool:
    before = text[max(0, at - _NEAR) : at].rpartition("\n")[2]
    after = text[at : at + _NEAR].partition("\n")[0]
    return any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in before + after if char not in _MARKS)


def _is_in(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= ord(char) <= last for first, last in ranges)
