from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import DATABASE, Gap, gaps, record_gap
from ctxkb.errors import StoreError

if TYPE_CHECKING:
    from pathlib import Path

FIRST, LATER = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), datetime(2026, 2, 2, tzinfo=UTC)


def test_a_gap_is_kept_with_what_was_asked(tmp_path: Path) -> None:
    """Question, paths, note, what came nearest, and when."""
    assert gaps(tmp_path) == []
    record_gap(tmp_path, "How are fonts loaded?", FIRST, ["web/a.ts"], "asked by Ada", ["docs/a.md#a"])
    stamp = "2026-01-02T03:04:05+00:00"
    assert gaps(tmp_path) == [
        Gap("How are fonts loaded?", ("web/a.ts",), "asked by Ada", ("docs/a.md#a",), 1, stamp, stamp)
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


def test_questions_without_a_meaningful_word_are_told_apart(tmp_path: Path) -> None:
    """Stop words alone, or signs, are questions too."""
    for question in ("what is it", "???", "What is it"):
        record_gap(tmp_path, question, FIRST)
    assert {gap.question: gap.asked for gap in gaps(tmp_path)} == {"what is it": 2, "???": 1}


def test_a_place_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """What failed, where, and what to do."""
    (tmp_path / DATABASE).mkdir()
    with pytest.raises(StoreError, match=r"cannot record the gap in .*usage\.sqlite: .*; check the disk"):
        record_gap(tmp_path, "fonts", FIRST)
    with pytest.raises(StoreError, match=r"cannot read the gaps in .*usage\.sqlite: .*; check the disk"):
        gaps(tmp_path)
