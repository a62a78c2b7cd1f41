"""What in a plan goes against what the repository has decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.check.gate import open_context
from ctxkb.check.plan import judge_plan, named_paths
from support.gate import TODAY, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CHOICE = madr("Test in a browser").replace("* This\n* That", "* Playwright\n* Cypress\n* Write nothing and hope for it")
CHOICE = CHOICE.replace('Chosen option: "This"', 'Chosen option: "Playwright"')

RULES = """\
---
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: moment}
    message: Use date-fns.
---

# Dates

We use date-fns.
"""

CONFIG = """
[dependencies]
banned = { left-pad = "It is part of the language." }

[[authority]]
paths = ["infra/**"]
level = "approval"
owner = "platform"

[[authority]]
paths = ["secrets/**"]
level = "never"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write(
        {
            "kb.toml": CONFIG,
            "docs/adr/0001-old.md": madr("Old", status="superseded by 0002-new.md"),
            "docs/adr/0002-new.md": madr("New"),
            "docs/adr/0003-open.md": madr("Open", status="proposed"),
            "docs/adr/0004-browser.md": CHOICE,
            "docs/adr/0005-dates.md": RULES,
            "infra/main.tf": "a\n",
            "web/a.ts": "a\n",
        }
    )
    repo.commit()
    return repo


def said(repo: Repo, text: str) -> list[str]:
    """The findings as `line rule: message -> fix`."""
    found = judge_plan(open_context(repo.root, "", "", TODAY), text)
    assert {(each.severity, each.path) for each in found} <= {("warning", "plan")}
    return [f"{each.line} {each.rule}: {each.message} -> {each.fix}" for each in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "First.\nAs ADR-0001 says, we call it directly.",
            '2 decision-unsettled: rests on docs/adr/0001-old.md, which is "superseded" -> go by docs/adr/0002-new.md',
        ),
        (
            "We build on docs/adr/0003-open.md.",
            (
                '1 decision-unsettled: rests on docs/adr/0003-open.md, which is "proposed" -> '
                "ask whoever decides before you go on"
            ),
        ),
        (
            "Format the dates with moment.",
            (
                '1 rule:no-moment: speaks of "moment", which rule no-moment of docs/adr/0005-dates.md forbids -> '
                "Use date-fns."
            ),
        ),
        (
            "Add left-pad for the columns.",
            '1 dependency-banned: speaks of "left-pad", which is banned -> It is part of the language.',
        ),
        (
            "Then edit `infra/main.tf`.",
            "1 authority: names infra/main.tf, which needs a person's approval -> ask platform first",
        ),
        ("Rotate secrets/.", "1 authority: names secrets, which must not be touched -> ask a person first"),
        (
            "The test runs in Cypress.",
            (
                '1 rule-contradiction: speaks of "Cypress"; docs/adr/0004-browser.md weighed it and chose "Playwright" '
                "-> plan with Playwright, or propose a decision that supersedes that one"
            ),
        ),
    ],
)
def test_what_speaks_against_a_decision_is_told(repo: Repo, text: str, expected: str) -> None:
    """With its line, and what to do instead."""
    assert said(repo, text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "As ADR-0002 says, we call it through the gateway.",
        "ADR-0001 is superseded, so we do not call it directly.",
        "Wait a moment-like pause; momentum grows.",
        "Replace moment with date-fns. Use date-fns instead of moment.",
        "Remove left-pad, and do without left-pad from now on.",
        "Edit web/a.ts and docs/infra.md.",
        "The test moves from Playwright's old runner; we looked at Cypress.",
        "We don't use Cypress.",
        "Write nothing and hope for it.",
        "",
    ],
)
def test_what_does_not_is_not(repo: Repo, text: str) -> None:
    """What holds, what is turned down, other words, and a comparison that names what was chosen."""
    assert said(repo, text) == []


def test_the_paths_of_a_plan_are_those_that_exist(repo: Repo) -> None:
    """Files and folders; a word with a slash is no path."""
    context = open_context(repo.root, "", "", TODAY)

    text = "Edit `web/a.ts`, everything in infra/, and/or docs/adr/0002-new.md; kb.toml too, but not gone/b.py."
    assert named_paths(context, text) == ("web/a.ts", "infra", "docs/adr/0002-new.md", "kb.toml")


def test_a_rule_that_is_switched_off_says_nothing_of_a_plan(repo: Repo) -> None:
    """As it says nothing of a change."""
    repo.write({"kb.toml": f'{CONFIG}\n[check.severity]\ndependency-banned = "off"\n'})

    assert said(repo, "Add left-pad for the columns.") == []
