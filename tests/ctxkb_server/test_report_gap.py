from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import gaps
from support.sample import sample
from support.serving import call, indexed, served, text_of

if TYPE_CHECKING:
    from ctxkb.knowledge import Knowledge

HTTPX = "docs/adr/0002-call-services-with-httpx.md"


@pytest.fixture
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    """The sample repository."""
    root = tmp_path_factory.mktemp("sample").resolve()
    sample(root)
    return indexed(root)


def test_a_gap_is_recorded_with_what_came_nearest(knowledge: Knowledge) -> None:
    """Question, note and the nearest units are kept; the same question counts up."""
    server, question = served(knowledge), "How many retries does httpx make?"
    said = text_of(call(server, "report_gap", question=question, note="assumed three"))
    assert said == f"Recorded as a gap. Nearest: {HTTPX}#decision, {HTTPX}#context."
    call(server, "report_gap", question=question)
    (gap,) = gaps(knowledge.catalog.folder)
    nearest = (f"{HTTPX}#decision", f"{HTTPX}#context")
    assert (gap.question, gap.note, gap.nearest, gap.asked) == (question, "assumed three", nearest, 2)


def test_a_gap_that_nothing_is_near_is_recorded_too(knowledge: Knowledge) -> None:
    """No neighbours is no error."""
    assert text_of(call(served(knowledge), "report_gap", question="zebra?")) == "Recorded as a gap."


def test_what_is_wrong_is_explained(knowledge: Knowledge) -> None:
    """An empty question is refused, a huge one shortened."""
    server = served(knowledge)
    result = call(server, "report_gap", question=" ")
    assert (result.is_error, text_of(result)) == (
        True,
        "question is empty; say what you looked for and did not find",
    )
    call(server, "report_gap", question="zebra " * 10_000, note="x" * 100_000)
    (gap,) = gaps(knowledge.catalog.folder)
    assert (len(gap.question), len(gap.note)) == (2000, 2000)
