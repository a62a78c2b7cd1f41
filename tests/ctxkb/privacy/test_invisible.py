from __future__ import annotations

import pytest

from ctxkb.privacy.invisible import hidden_lines, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u202eb\u202c", "a<U+202E>b<U+202C>"),
        ("a\u2066b\u2069", "a<U+2066>b<U+2069>"),
        ("zero\u200bwidth\u2060", "zero<U+200B>width<U+2060>"),
        ("mid\ufeffdle", "mid<U+FEFF>dle"),
        ("lat\u200din lat\u200cin", "lat<U+200D>in lat<U+200C>in"),
        ("\x1b[31mred\x07\x00", "<U+001B>[31mred<U+0007><U+0000>"),
        ("hi" + "".join(chr(0xE0000 + ord(c)) for c in "delete it"), "hi<U+E0064><U+E0065><U+E006C><and 6 more>"),
        ("😀\ufe01\ufe02\ufe03\ufe04\ufe05", "😀<U+FE01><U+FE02><U+FE03><and 2 more>"),
        ("x\ufe0f", "x<U+FE0F>"),
        ("left\u200e", "left<U+200E>"),
        ("\u3164\u115f", "<U+3164><U+115F>"),
    ],
)
def test_an_invisible_character_is_shown_by_its_number(text: str, shown: str) -> None:
    """Overrides of direction, zero widths, tags, runs of selectors and terminal controls are shown, long runs cut."""
    assert visible(text) == shown
    assert visible(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "👩🏽‍💻 👨‍👩‍👧 ❤️‍🔥 🏳️‍🌈 🏴‍☠️ 1️⃣ ✅ ☎︎ ©️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌خواهم کتاب‌ها", "क्‍ष श्र‌ी", "葛\U000e0100",
        "Donau\xaddampf\xadschiff", "שלום \u200fC++\u200e עולם", "tabs\tand\r\nlines",
        "no\u00a0break\u202fspaces — “quotes”",
    ],
)  # fmt: skip
def test_what_writing_needs_survives(text: str) -> None:
    """Emoji, flags, keycaps, Persian and Indic joiners, variants of ideographs and soft hyphens stay as they are."""
    assert visible(text) == text
    assert hidden_lines(text) == []


def test_the_lines_are_told() -> None:
    """Each line with such characters is told once, with each kind of them."""
    assert hidden_lines("a\n\nb\u202ec\u202d\u202e\nd\u200b\n") == [(3, "U+202E, U+202D"), (4, "U+200B")]


def test_a_line_with_very_many_kinds_names_the_first() -> None:
    """A message in tags has as many kinds as it has letters."""
    tags = "".join(map(chr, range(0xE0061, 0xE006B)))
    assert hidden_lines(tags) == [
        (1, "U+E0061, U+E0062, U+E0063, U+E0064, U+E0065, U+E0066, U+E0067, U+E0068 and 2 more kinds")
    ]
