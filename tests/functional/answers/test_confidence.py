"""How sure an answer is, and the gap that it records where it has nothing to say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import gaps
from support.bases import base_of, paths_of, rendered
from support.calls import QUESTION, WEB, decisions

if TYPE_CHECKING:
    from pathlib import Path


def test_nothing_relevant_gives_none_and_no_filler_and_records_a_gap(tmp_path: Path) -> None:
    """The answer is short, says so, and the question is kept with the paths and what came nearest."""
    base = base_of(tmp_path, {**decisions(), "web/AGENTS.md": WEB})
    pack = base.context("Grow tomatoes in winter", "src/a.py")
    assert (pack.confidence, pack.items, pack.omitted) == ("none", (), ())
    assert rendered(pack).startswith("Nothing in this repository's documents answers this task (confidence: none).")
    (gap,) = gaps(base.catalog.folder)
    assert (gap.question, gap.paths, gap.asked) == ("Grow tomatoes in winter", ("src/a.py",), 1)
    base.context("grow tomato in the winter")
    assert [gap.asked for gap in gaps(base.catalog.folder)] == [2]


def test_what_binds_is_given_whatever_the_confidence(tmp_path: Path) -> None:
    """With confidence none only what binds the paths is there, and the opening says so."""
    base = base_of(tmp_path, {**decisions(), "web/AGENTS.md": WEB})
    pack = base.context("Grow tomatoes in winter", "web/a.ts")
    assert (pack.confidence, paths_of(pack)) == ("none", ["web/AGENTS.md"])
    assert "Nothing answers the task's words (confidence: none); this binds the paths." in rendered(pack)
    assert "must not import moment" in rendered(pack)


def test_an_answer_records_no_gap(tmp_path: Path) -> None:
    """What was answered is no gap."""
    base = base_of(tmp_path, decisions())
    assert base.context(QUESTION).confidence == "high"
    assert gaps(base.catalog.folder) == []


@pytest.mark.parametrize("meaning", [True, False])
def test_words_alone_answer_while_the_model_is_not_ready(tmp_path: Path, meaning: bool) -> None:
    """Confidence has bounds of its own then: an answer is an answer, and nonsense is not."""
    base = base_of(tmp_path, decisions(), meaning=meaning)
    assert base.context(QUESTION).confidence != "none"
    assert base.context("purple zebra crossing").confidence == "none"


def test_confidence_is_that_of_the_kinds_that_were_asked_for(tmp_path: Path) -> None:
    """Where only a decision answers, a question for contracts has no answer."""
    base = base_of(tmp_path, decisions())
    assert base.context(QUESTION, kinds=("decision",)).confidence == "high"
    pack = base.context(QUESTION, kinds=("contract",))
    assert (pack.confidence, pack.items) == ("none", ())
