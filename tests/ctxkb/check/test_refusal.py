"""Whether prose takes up what it names."""

from __future__ import annotations

import re

import pytest

from ctxkb.check.refusal import takes_up


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("We use zod.", True),
        ("We do not use zod.", False),
        ("We do not\nuse zod.", False),
        ("We don’t import `zod`.", False),
        ("Do not wait. Use zod.", True),
        ("# No more guessing\nUse zod.", True),
        ("- no lodash\n- zod", True),
        ("Use yup, not zod.", False),
        ("Use zod, not yup.", True),
        ("Use zod instead of yup.", True),
        ("Use yup instead of zod.", False),
        ("Instead of checks by hand, zod reads the schema.", True),
        ("We replace yup with zod.", True),
        ("We replace zod with yup.", False),
        ("We move away from yup to zod.", True),
        ("We do not write checks by hand, so we use zod.", True),
        ("Not yup, but zod.", True),
        ("Bad, because zod has more types.", False),
        ("Good, because zod has more types.", True),
        ("`zod` must not be used in the browser.", False),
        ("zod is forbidden.", False),
        ("zod is fast, yup is forbidden.", True),
        ("zod schemas are not slow.", True),
        ("We use zod where yup is forbidden.", True),
    ],
)
def test_a_sentence_turns_down_what_it_forbids_or_replaces(text: str, taken: bool) -> None:
    """What comes in place of another, and what the next sentence says, is taken up."""
    found = re.search("zod", text)

    assert found
    assert takes_up(found) is taken
