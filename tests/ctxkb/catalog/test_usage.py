from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import (
    BY_HAND,
    DATABASE,
    MOST_PATHS,
    MOST_UNSURE,
    Gap,
    close_gap,
    drop_gap,
    gaps,
    merge_gaps,
    rate_gap,
    record_gap,
)
from ctxkb.errors import KbError, StoreError

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LATER = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)
STAMP = "2026-01-02T03:04:05+00:00"


def test_a_gap_is_kept_with_what_was_asked(tmp_path: Path) -> None:
    """Question, paths, note, what came nearest, how sure an answer was, and when."""
    assert gaps(tmp_path) == []
    record_gap(tmp_path, "How are fonts loaded?", FIRST, ["web/a.ts"], "asked by Ada", ["docs/a.md#a"], seen=["1f"])
    assert gaps(tmp_path) == [
        Gap(
            number=1,
            question="How are fonts loaded?",
            paths=("web/a.ts",),
            note="asked by Ada",
            nearest=("docs/a.md#a",),
            confidence="none",
            asked=1,
            first_at=STAMP,
            last_at=STAMP,
            seen=("1f",),
        )
    ]


def test_the_same_question_in_other_forms_counts_up(tmp_path: Path) -> None:
    """Order, case and endings do not matter; a note stays until there is a newer one."""
    record_gap(tmp_path, "How are fonts loaded?", FIRST, note="first")
    record_gap(tmp_path, "loading a FONT", LATER)
    record_gap(tmp_path, "something else entirely", LATER)
    found = gaps(tmp_path)
    assert [(gap.question, gap.asked, gap.note) for gap in found] == [
        ("How are fonts loaded?", 2, "first"),
        ("something else entirely", 1, ""),
    ]
    assert (found[0].first_at[:10], found[0].last_at[:10]) == ("2026-01-02", "2026-02-02")


def test_a_question_that_is_asked_again_keeps_its_paths(tmp_path: Path) -> None:
    """Each once, those of the last time at the end; the oldest go where they are too many."""
    for paths in (["web/a.ts", "web/b.ts"], [], ["web/c.ts", "web/a.ts"]):
        record_gap(tmp_path, "How are fonts loaded?", FIRST, paths)
    assert gaps(tmp_path)[0].paths == ("web/b.ts", "web/c.ts", "web/a.ts")
    many = [f"{number}.py" for number in range(MOST_PATHS)]
    record_gap(tmp_path, "How are fonts loaded?", LATER, many[1:])
    assert gaps(tmp_path)[0].paths == ("web/a.ts", *many[1:])


def test_invisible_characters_of_a_gap_are_shown(tmp_path: Path) -> None:
    """In all that was asked, since who reads it did not write it."""
    record_gap(tmp_path, "fonts\x1b[31m of\u202e", FIRST, ["a\u200b.ts"], "by\u2066 Ada", ["docs/a.md#\u2060a"])
    (gap,) = gaps(tmp_path)
    assert (gap.question, gap.paths) == ("fonts<U+001B>[31m of<U+202E>", ("a<U+200B>.ts",))
    assert (gap.note, gap.nearest) == ("by<U+2066> Ada", ("docs/a.md#<U+2060>a",))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("rotate the database credentials in production", True),
        ("rotating credentials of databases", True),
        ("how do we rotate api credentials", False),
        ("how do we rotate database credentials as ADR-0012 says", False),
        ("how do we rotate database credentials of orders_v2", False),
        ("backups of the database", False),
    ],
)
def test_a_question_that_says_nearly_the_same_is_the_same(tmp_path: Path, other: str, same: bool) -> None:
    """A word more is no other question; a name that only one of them has is what it is about."""
    record_gap(tmp_path, "how do we rotate database credentials", FIRST)
    record_gap(tmp_path, other, LATER)
    assert [gap.asked for gap in gaps(tmp_path)] == ([2] if same else [1, 1])


def test_questions_without_a_meaningful_word_are_told_apart(tmp_path: Path) -> None:
    """Stop words alone, or signs, are questions too."""
    for question in ("what is it", "???", "What is it"):
        record_gap(tmp_path, question, FIRST)
    assert {gap.question: gap.asked for gap in gaps(tmp_path)} == {"what is it": 2, "???": 1}


def test_what_something_may_answer_comes_last(tmp_path: Path) -> None:
    """However often it was asked; the confidence is that of the last time."""
    for _ in range(3):
        record_gap(tmp_path, "unsure", FIRST, confidence="low")
    record_gap(tmp_path, "nothing", FIRST)
    record_gap(tmp_path, "told so", FIRST, confidence="high")
    assert [(gap.question, gap.confidence) for gap in gaps(tmp_path)] == [
        ("nothing", "none"),
        ("told so", "high"),
        ("unsure", "low"),
    ]
    record_gap(tmp_path, "unsure", FIRST)
    assert gaps(tmp_path)[0].question == "unsure"


def test_of_what_may_be_answered_only_the_newest_are_kept(tmp_path: Path) -> None:
    """A gap that nothing answers is never pushed out by them."""
    record_gap(tmp_path, "nothing answers this", FIRST)
    for number in range(MOST_UNSURE + 2):
        record_gap(tmp_path, f"word{number}", LATER.replace(microsecond=number), confidence="low")
    assert len(gaps(tmp_path)) == MOST_UNSURE + 1


def test_a_closed_gap_is_kept_until_it_is_asked_again(tmp_path: Path) -> None:
    """It says when and by which document; asked again without an answer it is open."""
    record_gap(tmp_path, "fonts", FIRST)
    record_gap(tmp_path, "colours", FIRST)
    close_gap(tmp_path, 1, LATER, "docs/fonts.md")
    assert [gap.question for gap in gaps(tmp_path)] == ["colours"]
    closed = gaps(tmp_path, closed=True)[-1]
    assert (closed.number, closed.closed_at[:10], closed.closed_by) == (1, "2026-02-02", "docs/fonts.md")
    record_gap(tmp_path, "font", LATER)
    opened = gaps(tmp_path)[0]
    assert (opened.number, opened.asked, opened.closed_at, opened.closed_by) == (1, 2, "", "")


def test_a_person_closes_and_drops(tmp_path: Path) -> None:
    """By the number; a number never stands for another gap later."""
    record_gap(tmp_path, "fonts", FIRST)
    close_gap(tmp_path, 1, LATER)
    assert gaps(tmp_path, closed=True)[0].closed_by == BY_HAND
    with pytest.raises(KbError, match=r"there is no open gap 1; kb gaps lists them"):
        close_gap(tmp_path, 1, LATER)
    with pytest.raises(KbError, match="no open gap 1"):
        rate_gap(tmp_path, 1, "low")
    drop_gap(tmp_path, 1)
    assert gaps(tmp_path, closed=True) == []
    with pytest.raises(KbError, match="no open gap 1"):
        drop_gap(tmp_path, 1)
    record_gap(tmp_path, "colours", FIRST)
    assert gaps(tmp_path)[0].number == 2


def test_merged_gaps_count_together(tmp_path: Path) -> None:
    """The kept one has the earliest and the latest time and the paths of both."""
    record_gap(tmp_path, "fonts", LATER, ["a.ts"])
    record_gap(tmp_path, "typefaces", FIRST, ["b.ts"])
    kept, other = gaps(tmp_path)
    merge_gaps(tmp_path, kept, other)
    (gap,) = gaps(tmp_path)
    assert (gap.question, gap.asked, gap.first_at, gap.last_at[:10]) == ("fonts", 2, STAMP, "2026-02-02")
    assert gap.paths == ("b.ts", "a.ts")


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """What failed, where, and what to do."""
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreError, match=r"cannot record the gap in .*usage\.sqlite: .*; check the disk"):
        record_gap(tmp_path, "fonts", FIRST)
    with pytest.raises(StoreError, match=r"cannot read the gaps in .*usage\.sqlite: .*; check the disk"):
        gaps(tmp_path)
