from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.retrieve.rank import ASKS_HOW
from support.bases import base_of
from support.gate import madr

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = """\
# Feature switches

A switch hides unfinished work from visitors until it is ready to be seen by everybody at once.
Each of them has an owner, who answers for it until it is gone.

## Names

The prefix of a switch is SHOW, in capital letters, followed by what it shows.

## Removal

A switch is removed in the sprint after its release, with the code that it hid.
"""


def test_the_introduction_of_a_guide_comes_with_its_sections(tmp_path: Path) -> None:
    """Where more than one section was found: it says what the guide is about."""
    base = base_of(tmp_path, {"docs/guides/switches.md": GUIDE}, meaning=False)

    found = [hit.unit.anchor for hit in base.knowledge.search("capital prefix, and the sprint of its release").hits]

    assert sorted(found) == ["feature-switches", "names", "removal"]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("How do I add a package with poetry?", "docs/guides/packages.md"),
        ("Why is a package added with poetry?", "docs/adr/0001-poetry.md"),
    ],
)
def test_a_guide_comes_first_where_the_question_asks_how(tmp_path: Path, question: str, first: str) -> None:
    """A decision says why."""
    decision = madr("Package with poetry").replace("We need one way to do it.", "A package is added with poetry.")
    guide = "# Packages\n\nTo add a package, run the command of the package tool in the folder of the service.\n"
    base = base_of(tmp_path, {"docs/adr/0001-poetry.md": decision, "docs/guides/packages.md": guide}, meaning=False)

    assert base.knowledge.search(question).hits[0].unit.path == first


@pytest.mark.parametrize(
    "text", ["How do I do it?", "which command adds it", "How to do it", "What files must I edit?"]
)
def test_questions_for_the_way_are_told(text: str) -> None:
    """By their words, in any case."""
    assert ASKS_HOW.search(text)


@pytest.mark.parametrize(
    "text", ["How does the server do it?", "May I do it?", "Show how it works", "the command line"]
)
def test_other_questions_are_not(text: str) -> None:
    """How something works is a question that a decision may answer."""
    assert not ASKS_HOW.search(text)


@pytest.mark.parametrize("question", ["maxRetryCount", "What does max_retry_count do?", "where is `maxRetryCount` set"])
def test_who_names_a_thing_comes_before_who_speaks_of_its_words(tmp_path: Path, question: str) -> None:
    """A name that stands somewhere is what the question is about, and it is answered."""
    names = "# Settings\n\nAll of them are read at the start of the process, `maxRetryCount` among them.\n"
    words = "# Retries\n\nMax retry, retry count, max count of a retry: we count each retry up to its max.\n"
    base = base_of(tmp_path, {"docs/names.md": names, "docs/words.md": words})

    found = base.knowledge.search(question)

    assert (found.hits[0].unit.path, found.confidence == "none") == ("docs/names.md", False)


def test_a_list_of_changes_comes_after_what_says_something(tmp_path: Path) -> None:
    """A section that lists counts less, though it holds more of the words."""
    page = "# Billing\n\n## Rounding\n\nAmounts are rounded at the end.\n\n## Changelog\n\n- rounding of amounts\n"
    base = base_of(tmp_path, {"docs/billing.md": page}, meaning=False)

    assert base.knowledge.search("rounding of amounts").hits[0].unit.anchor == "rounding"


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("What does TEP-0007 say of conditions?", ["teps/0007-conditions.md", "teps/0059-conditions.md"]),
        ("What does ADR-0007 say of conditions?", ["teps/0059-conditions.md"]),
        ("What do we say of conditions?", ["teps/0059-conditions.md"]),
    ],
)
def test_a_replaced_proposal_stays_where_the_question_names_it(tmp_path: Path, question: str, found: list[str]) -> None:
    """By the number of its series; else only what replaced it is given."""
    old = "# TEP-0007: Conditions\n\n## Status\n\nSuperseded by TEP-0059\n\n## Decision\n\nConditions are tasks.\n"
    new = "# TEP-0059: Conditions\n\n## Status\n\nAccepted\n\n## Decision\n\nConditions are expressions.\n"
    files = {"teps/0007-conditions.md": old, "teps/0059-conditions.md": new}
    base = base_of(tmp_path, files, meaning=False)

    assert sorted({hit.unit.path for hit in base.knowledge.search(question).hits}) == found
