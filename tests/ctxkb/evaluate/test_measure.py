from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from ctxkb.catalog.usage import DATABASE
from ctxkb.config import load_config
from ctxkb.evaluate.figures import figures
from ctxkb.evaluate.measure import ask, fold, judge
from ctxkb.evaluate.questions import Question, Relevant
from ctxkb.evaluate.run import evaluate
from ctxkb.evaluate.why import Miss
from ctxkb.knowledge import Knowledge
from support.indexed import indexed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONG = "\n".join(f"Step {number} of the nightly export writes one more table of figures.\n" for number in range(60))

PROSE = "".join(f"Backups of shelf {number} are kept in the cellar. " for number in range(24))

FILES: dict[str, str | bytes] = {
    "docs/logging.md": """
        # Logging

        ## Library

        Log with structlog,
        never with print.

        ## Levels

        Warn when users wait.
        """,
    "docs/export.md": f"# Nightly export\n\n## Steps\n\n```text\n{LONG}\nThe last step rings a bell.\n```\n",
    "docs/backups.md": f"# Backups\n\n## Shelves\n\n{PROSE}Nobody has the key.\n",
    "docs/adr/0001-use-moment.md": """
        # Use moment for dates

        ## Status

        Accepted

        ## Decision

        Dates use moment.
        """,
    "docs/dates.md": "# Dates\n\nNew code formats dates with date-fns.\n",
    **{f"docs/team/{name}.md": f"# Kitchen {name}\n\nThe kitchen of {name} is clean.\n" for name in "abcdefgh"},
}


@contextmanager
def knowing(root: Path) -> Iterator[Knowledge]:
    """The knowledge base over `FILES`, by words alone."""
    with indexed(root, FILES) as held:
        held.index()
        yield Knowledge(root, load_config(root), held.catalog, lambda: None, lambda: None)


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    with knowing(tmp_path_factory.mktemp("measured")) as found:
        yield found


def why(knowledge: Knowledge, question: Question, budget: int = 2000) -> Miss | None:
    """Why a question is missed at a budget, None where it is answered."""
    missed = evaluate(knowledge, [question], "here", (budget,), budget).missed
    return missed[0].why if missed else None


def test_strings_are_looked_for_with_case_and_white_space_folded(knowledge: Knowledge) -> None:
    """A line break in the document is a space in the question file; every string must be there."""
    question = Question("1", "Which library do we log with?", must_contain=("log with STRUCTLOG, never",))
    answers = ask(knowledge, question.query, (), (500, 2000))
    assert judge(question, answers).found == (True, True)
    both = Question("2", question.query, must_contain=("structlog", "date-fns"))
    assert judge(both, answers).found == (False, False)
    assert fold(" A\n\tB ") == "a b"


def test_without_strings_a_wanted_place_must_be_shown(knowledge: Knowledge) -> None:
    """The file, and the part of it where one is named, by its heading or its anchor."""
    query = "Which library do we log with?"
    answers = ask(knowledge, query, (), (2000,))
    places = {"": True, "Library": True, "library": True, "Colours": False}
    for anchor, found in places.items():
        assert judge(Question("1", query, (Relevant("docs/logging.md", anchor),)), answers).found == (found,)
    assert judge(Question("1", query, (Relevant("docs/none.md"),)), answers).found == (False,)


def test_figures_count_ranks_refusals_and_stale_answers(knowledge: Knowledge) -> None:
    """All at the largest budget; what is not labelled has no figure."""
    log = (Relevant("docs/logging.md"),)
    questions = [
        Question("1", "Which library do we log with?", log, ("structlog",)),
        Question("2", "zebra crossing", log, ("structlog",)),
        Question("3", "zebra crossing"),
        Question("4", "Which library do we log with?"),
        Question(
            "5",
            "moment dates",
            (Relevant("docs/dates.md"),),
            ("date-fns",),
            stale=(Relevant("docs/adr/0001-use-moment.md"),),
        ),
        Question("6", "date-fns", must_contain=("date-fns",)),
    ]
    outcomes = [judge(q, ask(knowledge, q.query, q.paths, (2000,))) for q in questions]
    found = figures(outcomes, 1)
    assert (found.questions, found.answerable, found.found, found.recall(0)) == (6, 4, (3,), 0.75)
    assert (found.abstained, found.false_none) == (1, 1)
    assert (found.stale_first, found.staled) == (1, 1)
    assert [outcome.rank for outcome in outcomes] == [1, 0, None, None, 2, None]
    assert (found.mrr, found.hit1) == (pytest.approx(1 / 2), pytest.approx(1 / 3))


def test_figures_of_nothing_are_none(knowledge: Knowledge) -> None:
    """No answerable question has no recall, rather than a perfect one."""
    question = Question("1", "zebra crossing")
    found = figures([judge(question, ask(knowledge, question.query, (), (50,)))], 1)
    assert (found.recall(0), found.mrr, found.hit1) == (None, None, None)


def test_what_no_unit_holds_is_not_indexed(knowledge: Knowledge) -> None:
    """A wrong path comes before a wrong string, and a wrong heading is told as such."""
    query = "Which library do we log with?"
    assert why(knowledge, Question("1", query, must_contain=("log4j",))) == Miss("not indexed", 'no unit holds "log4j"')
    assert why(knowledge, Question("1", query, (Relevant("docs/x.md"),), ("log4j",))) == Miss(
        "not indexed", "docs/x.md is no document of the index"
    )
    assert why(knowledge, Question("1", query, (Relevant("docs/logging.md", "Colours"),))) == Miss(
        "not indexed", 'docs/logging.md has no part named "Colours"'
    )


def test_an_answer_that_claims_to_know_nothing_is_refused(knowledge: Knowledge) -> None:
    """The unit that should have been shown is named."""
    unit = "docs/logging.md#library"
    assert why(knowledge, Question("1", "zebra crossing", must_contain=("structlog",))) == Miss(
        "refused", f'the answer has confidence "none", without {unit}', 0, unit
    )


def test_what_no_word_leads_to_is_not_retrieved(knowledge: Knowledge) -> None:
    """Something was found, and the unit was not in the ranking at all."""
    unit = "docs/logging.md#levels"
    assert why(knowledge, Question("1", "kitchen", must_contain=("Warn when users wait",))) == Miss(
        "not retrieved", f"nothing in the question leads to {unit}", 0, unit
    )


def test_what_came_behind_is_ranked_too_low(knowledge: Knowledge) -> None:
    """The rank is told; what was named as left out did not fit."""
    ranked = [hit.unit.id for hit in knowledge.search("kitchen", limit=99).hits]
    assert len(ranked) == 8
    last = why(knowledge, Question("1", "kitchen", (Relevant(ranked[-1].split("#")[0]),)), 50)
    assert last == Miss("ranked too low", f"{ranked[-1]} came at rank 8", 8, ranked[-1])


def test_what_was_left_out_did_not_fit(knowledge: Knowledge) -> None:
    """At a small budget a long unit is left out, at a large one it is whole."""
    question = Question("1", "What does the nightly export ring?", must_contain=("The last step rings a bell.",))
    unit = "docs/export.md#steps"
    assert why(knowledge, question, 400) == Miss("did not fit", f"{unit} was left out by the budget at rank 1", 1, unit)
    assert why(knowledge, question, 2000) is None


def test_what_was_cut_away_did_not_fit(knowledge: Knowledge) -> None:
    """The unit was shown without the sentence that was asked for."""
    unit = "docs/backups.md#shelves"
    missed = why(knowledge, Question("1", "Where are backups kept?", must_contain=("Nobody has the key.",)), 200)
    assert missed is not None
    assert (missed.reason, missed.rank, missed.unit) == ("did not fit", 1, unit)
    assert re.fullmatch(rf"{unit} was cut to \d+ of \d+ tokens", missed.detail)


def test_measuring_leaves_no_trace(tmp_path: Path) -> None:
    """Neither a gap nor a receipt is stored: nobody asked."""
    with knowing(tmp_path) as knowledge:
        evaluate(knowledge, [Question("1", "zebra crossing", must_contain=("x",))], "here", (500, 2000), 2000)
        assert not (tmp_path / ".kb" / DATABASE).exists()
