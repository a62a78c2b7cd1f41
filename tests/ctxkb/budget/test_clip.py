from __future__ import annotations

import random

import pytest

from ctxkb.budget.clip import ELLIPSIS, clip
from ctxkb.text.count import count_tokens

TEXT = """# Title

First sentence here. Second sentence about ledgers. Third sentence there.

- item one
- item two about ledgers
  with a second line
- item three

The steps are these:

```sh
make ledger
make test
```

The last paragraph."""


def test_a_text_that_fits_is_whole_but_for_its_heading() -> None:
    """The heading stands above the item already."""
    clipped = clip(TEXT, "markdown", 1000, {})
    assert clipped is not None
    assert ELLIPSIS not in clipped
    assert clipped.split() == TEXT.split()[2:]


def test_what_holds_the_terms_of_the_question_is_kept() -> None:
    """Rare terms weigh more than the place in the text; what is missing shows."""
    clipped = clip(TEXT, "markdown", 25, {"ledger": 3.0})
    assert clipped is not None
    assert clipped.split(f"\n{ELLIPSIS}") == [
        ELLIPSIS + "\nSecond sentence about ledgers. ",
        "\n- item two about ledgers\n  with a second line",
        "",
    ]


def test_without_terms_the_beginning_is_kept() -> None:
    """Nothing else tells what matters."""
    assert clip(TEXT, "markdown", 9, {}) == f"First sentence here. \n{ELLIPSIS}"


def test_a_line_that_introduces_goes_with_what_it_introduces() -> None:
    """A block of code found by its words brings the line with the colon above it."""
    clipped = clip(TEXT, "markdown", 30, {"make": 5.0})
    assert clipped is not None
    assert "The steps are these:\n```sh\nmake ledger\nmake test\n```" in clipped


@pytest.mark.parametrize("limit", [-10, 0, 1, 5])
def test_where_nothing_fits_there_is_nothing(limit: int) -> None:
    """A part of a sentence is no answer."""
    assert clip(TEXT, "markdown", limit, {}) is None
    assert clip("", "markdown", limit, {}) is None


def test_yaml_is_cut_between_properties() -> None:
    """A property is kept with all that is below it."""
    text = "post:\n  summary: x\n  responses:\n    200:\n      description: the ledger\n  tags: [a, b]"
    assert clip(text, "yaml", 20, {"ledger": 1.0}) == (
        f"post:\n{ELLIPSIS}\n  responses:\n    200:\n      description: the ledger\n{ELLIPSIS}"
    )


@pytest.mark.parametrize("seed", range(5))
def test_no_cut_is_larger_than_its_limit_nor_opens_what_it_does_not_close(seed: int) -> None:
    """Over random limits and terms, the result keeps to the limit, up to the marks of what is missing."""
    chance = random.Random(seed)  # noqa: S311 - a seeded test
    for _ in range(40):
        limit = chance.randint(1, 120)
        clipped = clip(TEXT, "markdown", limit, {term: chance.random() for term in ("ledger", "make", "item", "last")})
        if clipped is not None:
            assert count_tokens(clipped) <= limit + 4 * (clipped.count(ELLIPSIS) + 1)
            assert clipped.count("```") % 2 == 0
