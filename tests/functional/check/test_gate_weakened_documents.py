"""gate-weakened on the executable rules of documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import madr
from support.gated import CONFIG, gated, weakened

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo

OPENAPI = "openapi: 3.0.3\ninfo: {title: a, version: 1.0.0}\npaths: {}\n"
RULES = """\
---
status: accepted
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: [moment, lodash]}
    message: Use date-fns.
---

# Dates

## Context and Problem Statement

Dates.

## Considered Options

* date-fns

## Decision Outcome

Chosen option: "date-fns", because it is small.
"""


@pytest.fixture
def ruled(tmp_path: Path) -> Repo:
    """The repository with an executable rule."""
    repo = gated(tmp_path).switch("main")
    repo.write({"docs/adr/0002-dates.md": RULES, "web/a.ts": "const a = 1\n"}).commit()
    return repo.branch("ruled")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            RULES[RULES.index("rules:") : RULES.index("---\n\n# Dates")],
            "",
            "docs/adr/0002-dates.md:0 warning rule:no-moment is removed (Use date-fns.)",
        ),
        (
            "[moment, lodash]",
            "[moment]",
            (
                "docs/adr/0002-dates.md:5 warning rule:no-moment asks less: "
                'forbid import is ["moment"], was ["moment", "lodash"]'
            ),
        ),
        (
            '"web/**"',
            '"web/b/**"',
            "docs/adr/0002-dates.md:5 warning rule:no-moment asks less: it no longer concerns web/a.ts",
        ),
        (
            "    message",
            "    severity: info\n    message",
            'docs/adr/0002-dates.md:5 warning rule:no-moment asks less: severity is "info", was "error"',
        ),
        (
            "status: accepted",
            "status: deprecated",
            'docs/adr/0002-dates.md:0 warning rule:no-moment is off: its document is "deprecated", was "accepted"',
        ),
    ],
)
def test_a_rule_that_is_gone_or_asks_less_is_named(ruled: Repo, old: str, new: str, said: str) -> None:
    """What agents read and CI enforces."""
    assert old in RULES
    ruled.write({"docs/adr/0002-dates.md": RULES.replace(old, new, 1)}).commit()

    assert weakened(ruled) == [said]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[moment, lodash]", "[moment, lodash, dayjs]"),
        ('"web/**"', '"**"'),
        ("Use date-fns.", "Use date-fns, please."),
        ("# Dates", "# Dates and times"),
    ],
)
def test_a_rule_that_asks_more_is_silent(ruled: Repo, old: str, new: str) -> None:
    """So is one that only reads differently."""
    ruled.write({"docs/adr/0002-dates.md": RULES.replace(old, new, 1)}).commit()

    assert weakened(ruled) == []


def test_a_rule_dies_with_its_superseded_decision(ruled: Repo) -> None:
    """That was decided."""
    successor = madr("Use Temporal").replace("# Use", "Supersedes [Dates](0002-dates.md).\n\n# Use")
    old = RULES.replace("status: accepted", "status: superseded by [Use Temporal](0003-temporal.md)")
    ruled.write({"docs/adr/0002-dates.md": old, "docs/adr/0003-temporal.md": successor}).commit()

    assert weakened(ruled) == []


def test_a_rule_that_moves_is_still_there(ruled: Repo) -> None:
    """With its file, or into another one."""
    ruled.move("docs/adr/0002-dates.md", "docs/adr/0009-dates.md").commit()

    assert weakened(ruled) == []


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        (
            'decisions = ["decisions/**"]',
            ["[sources] reads docs/adr/0001-a.md and 1 more as guide, was decision; the rules in there are off"],
        ),
        (
            'decisions = ["decisions/**", "docs/adr/0002*"]',
            ["[sources] reads docs/adr/0001-a.md as guide, was decision"],
        ),
        (
            'decisions = ["decisions/**"]\nguides = ["help/**"]',
            ["[sources] no longer reads docs/adr/0001-a.md and 2 more; the rules in there are off"],
        ),
        ('contracts = ["contracts/*.proto"]', ["[sources] no longer reads contracts/orders.yaml"]),
        ('conventions = ["docs/adr/*"]', ["[sources] reads docs/adr/0001-a.md and 1 more as convention, was decision"]),
        ('decisions = ["docs/adr/**"]', []),
        ('decisions = ["docs/adr/*", "decisions/**"]\ncontracts = ["contracts/**"]', []),
    ],
)
def test_a_document_that_is_read_as_another_kind_is_named(ruled: Repo, sources: str, said: list[str]) -> None:
    """The rules of its own kind, and those that it carries, are about it no more."""
    ruled.write({"contracts/orders.yaml": OPENAPI}).commit()
    ruled.write({"kb.toml": CONFIG.replace("[sources]\n", f"[sources]\n{sources}\n")})

    assert weakened(ruled, base="HEAD") == [f"kb.toml:11 warning {each}" for each in said]
