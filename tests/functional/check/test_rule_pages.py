"""The findings that the pages in docs/rules print are those of real runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ctxkb.check.render.data import render_json
from ctxkb.check.render.text import render_text
from support.gate import judged
from support.repos import Repo
from support.rule_pages import EXAMPLES, Example

PAGES = Path(__file__).parents[3] / "docs" / "rules"
UNTRIED = {"context-receipt", "rule-drift"}
"""Pages whose findings name a commit, or files that another command writes: their own tests have those."""


def _changed(root: Path, example: Example) -> Repo:
    """The repository of an example, with its change on a branch."""
    repo = Repo(root).write(dict(example.before))
    repo.commit("Begin")
    repo.branch("feature").write(dict(example.after))
    for old, new in example.moved.items():
        repo.move(old, new)
    repo.commit()
    return repo


def test_each_page_has_its_examples() -> None:
    """A new rule's page is tried as the others are."""
    assert {example.rule for example in EXAMPLES} == {page.stem for page in PAGES.glob("*.md")} - UNTRIED


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.rule)
def test_a_page_prints_what_the_gate_says(example: Example, tmp_path: Path) -> None:
    """To the letter: a reader compares it with what stands on the screen."""
    report = judged(_changed(tmp_path, example), everything=example.everything)
    own = tuple(each for each in report.findings if each.rule.partition(":")[0] == example.rule)
    printed = render_text(replace(report, findings=own)).rpartition("\n\n")[0]
    assert f"\n```\n{printed}\n```\n" in (PAGES / f"{example.rule}.md").read_text("utf-8")


def test_the_page_of_the_command_shows_a_real_run(tmp_path: Path) -> None:
    """As text and as JSON, with the commit and the fingerprint that everyone gets who tries it."""
    (example,) = (example for example in EXAMPLES if example.rule == "decision-status")
    report = judged(_changed(tmp_path, example))
    page = (PAGES.parent / "commands" / "check.md").read_text("utf-8")
    assert f"\n```\n{render_text(report)}```\n" in page
    assert f"\n```json\n{render_json(report)}```\n" in page
