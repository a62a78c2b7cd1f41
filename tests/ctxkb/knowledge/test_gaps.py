from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import gaps, record_gap
from ctxkb.knowledge import Request
from ctxkb.knowledge.gaps import recheck, remember
from support.embedders import HashEmbedder
from support.living import Living

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
QUESTION = "rotate database credentials in vault"
ANSWER = "# Credentials\n\nRotate the database credentials in vault every month.\n"


@pytest.fixture
def living(tmp_path: Path) -> Living:
    """A repository that says nothing about credentials."""
    return Living(tmp_path, {"docs/guides/fonts.md": "# Fonts\n\nFonts are loaded from our own server.\n"})


def _open(living: Living) -> list[str]:
    return [gap.question for gap in gaps(living.catalog.folder)]


def test_a_gap_is_closed_once_a_document_answers_it(living: Living) -> None:
    """Not before; it names the document then, and counts no other gap."""
    living.context(QUESTION)
    living.context("grow tomatoes in winter")
    assert recheck(living.knowledge, NOW).closed == ()

    living.write({"docs/guides/credentials.md": ANSWER})
    result = recheck(living.knowledge, NOW)
    assert [(gap.question, answer) for gap, answer in result.closed] == [
        (QUESTION, "docs/guides/credentials.md#credentials")
    ]
    assert (result.merged, result.left) == (0, 1)
    closed = gaps(living.catalog.folder, closed=True)[-1]
    assert (closed.question, closed.closed_at, closed.closed_by) == (
        QUESTION,
        "2026-11-21T09:00:00+00:00",
        "docs/guides/credentials.md",
    )


def test_what_no_longer_holds_answers_nothing(living: Living) -> None:
    """A rejected decision is found, and the gap stays open, as one that something may answer."""
    living.context(QUESTION)
    decision = f"# 1. Rotate credentials\n\n## Status\n\nRejected\n\n## Decision\n\n{ANSWER[17:]}"
    living.write({"docs/adr/0001-rotate.md": decision})
    assert recheck(living.knowledge, NOW).closed == ()
    assert [(gap.question, gap.confidence) for gap in gaps(living.catalog.folder)] == [(QUESTION, "low")]


def test_a_reported_gap_is_closed_by_something_new_alone(living: Living) -> None:
    """Its asker had seen what there was; an edit of that may answer."""
    living.write({"docs/guides/credentials.md": ANSWER})
    found = living.knowledge.search(QUESTION, limit=3)
    assert found.confidence == "high"
    remember(living.knowledge, QUESTION, NOW, [hit.unit for hit in found.hits], note="how, exactly?", confidence="high")
    assert recheck(living.knowledge, NOW).closed == ()
    assert [gap.confidence for gap in gaps(living.catalog.folder)] == ["high"]

    living.write({"docs/guides/credentials.md": f"{ANSWER}\nRun `make rotate`.\n"})
    assert [gap.number for gap, _ in recheck(living.knowledge, NOW).closed] == [1]


def test_gaps_that_mean_the_same_are_merged(living: Living) -> None:
    """By the embedder where there is one: the stand-in for it takes the same words in any number for the same."""
    living.knowledge.embedder = HashEmbedder
    folder = living.catalog.folder
    record_gap(folder, "vault vault vault vault vault vault tokens", NOW)
    record_gap(folder, "vault", NOW)
    record_gap(folder, "vault `q_1`", NOW)
    assert recheck(living.knowledge, NOW).merged == 1
    assert [(gap.question, gap.asked) for gap in gaps(folder)] == [
        ("vault vault vault vault vault vault tokens", 2),
        ("vault `q_1`", 1),
    ]


def test_unsure_answers_are_gaps_of_agents_alone(living: Living) -> None:
    """A person sees whether it is an answer; an agent may take it for one."""
    living.write({"docs/guides/credentials.md": ANSWER})
    unsure = "rotate the database certificates"
    assert living.context(unsure).confidence == "low"
    assert _open(living) == []
    pack = living.context(unsure, client="claude-code 2.0")
    assert [(gap.question, gap.confidence) for gap in gaps(living.catalog.folder)] == [(unsure, "low")]
    assert not [note for note in pack.notes if "gap" in note]
    living.knowledge.context(Request("rotate the database nightly", client="x", record=False))
    assert _open(living) == [unsure]


def test_no_secret_is_kept(living: Living) -> None:
    """What looks like a key in a question is masked, as it is in documents."""
    living.context("zebra quagga AKIAIOSFODNN7EXAMPLQ")
    (question,) = _open(living)
    assert question.startswith("zebra quagga ")
    assert "AKIA" not in question


def test_no_secret_is_kept_of_a_path_or_a_long_question(living: Living) -> None:
    """Neither of what stands in place of a path, nor of one that the end of a long question cuts."""
    long = "zebra quagga " + "okapi " * 330
    living.context(f"{long} postgres://shop:hunter2okapi@host", "token=abcdef123")
    (gap,) = gaps(living.catalog.folder)
    assert gap.paths == ("token=(masked secret)",)
    assert (len(gap.question) <= 2_000, "hunter2" in gap.question) == (True, False)
