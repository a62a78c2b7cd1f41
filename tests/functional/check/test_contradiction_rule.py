"""rule-contradiction on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CURSOR = "---\nglobs: {globs}\nalwaysApply: false\n---\n\n# Web\n\n- {rule}\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"AGENTS.md": "# Rules\n\n- Indent with tabs.\n", "web/a.ts": "a\n", "api/a.py": "a\n"})
    repo.commit()
    return repo.branch("feature")


def test_two_files_that_demand_opposite_things_are_shown_with_their_dates(repo: Repo) -> None:
    """Both places, both sentences, both days."""
    repo.write({".cursor/rules/web.mdc": CURSOR.format(globs="web/**", rule="Indent with spaces.")}).commit()

    (found,) = judged(repo).findings

    assert (found.severity, found.rule, found.path, found.line) == (
        "warning",
        "rule-contradiction",
        ".cursor/rules/web.mdc",
        8,
    )
    assert found.message == (
        '"Indent with spaces" against "Indent with tabs" of AGENTS.md:3 (2026-01-02): each excludes the other'
    )
    assert [(each.path, each.line, each.about) for each in found.related] == [
        (".cursor/rules/web.mdc", 8, "since 2026-01-02"),
        ("AGENTS.md", 3, "since 2026-01-02: Indent with tabs"),
    ]


def test_what_is_not_committed_has_no_date(repo: Repo) -> None:
    """The file that stood before has."""
    repo.write({".cursor/rules/web.mdc": CURSOR.format(globs="web/**", rule="Indent with spaces.")})

    (found,) = judged(repo).findings

    assert [each.about for each in found.related] == ["not committed yet", "since 2026-01-02: Indent with tabs"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Always use default exports.", "Never use default exports."),
        ("Write unit tests with Jest.", "Run unit tests with Vitest."),
        ("Lines must stay below 100 characters.", "Lines must stay below 120 characters."),
        ("Install packages with npm.", "Install packages with `pnpm`."),
        ("Do not log customer data.", "Log customer data."),
        ("Names should be in camelCase for columns.", "Names should be in snake_case for columns."),
        ("Use default exports.", "Don't use default exports."),
        ("Use default exports.", "Don’t use default exports."),
        ("Use semicolons.", "No semicolons."),
        ("Always use semicolons.", "Don't use semicolons."),
        ("Max line length: 100.", "Max line length: 120."),
        ("Maximum line length is 100.", "Max line length is 120."),
    ],
)
def test_what_cannot_both_be_followed_is_told(repo: Repo, one: str, other: str) -> None:
    """Demanded and forbidden, another number, or another of two things that exclude each other."""
    repo.write({"AGENTS.md": f"# Rules\n\n- {one}\n"}).commit()
    repo.write({".cursor/rules/a.mdc": CURSOR.format(globs="web/**", rule=other)}).commit()

    assert [line.split(": ")[0] for line in findings(repo)] == [".cursor/rules/a.mdc:8 warning rule-contradiction"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Always use default exports.", "Always use named exports."),
        ("Always use default exports.", "Never use default exports in `index.ts` if there are several."),
        ("Lines must stay below 100 characters.", "Functions must stay below 120 characters."),
        ("Install packages with npm.", "Install packages with npm, always."),
        ("Do not log customer data.", "Never log customer data."),
        ("We once indented with spaces.", "Indent with tabs."),
        ("Use 4 workers.", "Use 8 threads."),
        ("Don't use default exports.", "No default exports."),
        ("Use semicolons.", "No comments."),
        ("Semicolons are fine.", "No semicolons."),
        ("Max line length: 100.", "Max function length: 120."),
        ("Max line length: 100.", "Min line length: 10."),
    ],
)
def test_what_can_be_followed_is_not(repo: Repo, one: str, other: str) -> None:
    """Other things, conditions, the same demand in other words, and sentences that demand nothing."""
    repo.write({"AGENTS.md": f"# Rules\n\n- {one}\n"}).commit()
    repo.write({".cursor/rules/a.mdc": CURSOR.format(globs="web/**", rule=other)}).commit()

    assert findings(repo) == []


def test_rules_for_different_paths_do_not_meet(repo: Repo) -> None:
    """Nor does a nearer file of the same kind contradict the one that it replaces there."""
    spaces = CURSOR.format(globs="api/**", rule="Indent with spaces.")
    tabs = CURSOR.format(globs="web/**", rule="Indent with tabs.")
    repo.write({"AGENTS.md": "# Rules\n\n- Be brief.\n", ".cursor/rules/a.mdc": spaces, ".cursor/rules/b.mdc": tabs})
    repo.commit()
    assert findings(repo) == []

    repo.write({"AGENTS.md": "# R\n\n- Indent with spaces.\n", "web/AGENTS.md": "# W\n\n- Indent with tabs.\n"})
    repo.remove(".cursor/rules/a.mdc", ".cursor/rules/b.mdc").commit()
    assert findings(repo) == []


def test_a_rule_that_demands_what_a_decision_did_not_choose_is_told(repo: Repo) -> None:
    """An accepted one; a rule about another subject may name it."""
    decision = madr("Test the web pages").replace("* This\n* That", "* Playwright\n* Cypress")
    decision = decision.replace('Chosen option: "This"', 'Chosen option: "Playwright"')
    repo.write({"docs/adr/0001-tests.md": decision}).commit()
    repo.write({"AGENTS.md": "# Rules\n\n- Test the pages with Cypress.\n"}).commit()
    expected = (
        'AGENTS.md:3 warning rule-contradiction: "Test the pages with Cypress" against "chosen: Playwright" of '
        "docs/adr/0001-tests.md:17 (2026-01-02): the decision weighed Cypress and did not choose it"
    )
    assert findings(repo) == [expected]

    repo.write({"AGENTS.md": "# Rules\n\n- Pin the version of Cypress in the lock file.\n"}).commit()
    assert findings(repo) == []
    repo.write({"AGENTS.md": "# Rules\n\n- Test the pages with Cypress.\n"})
    repo.write({"docs/adr/0001-tests.md": decision.replace("status: accepted", "status: proposed")}).commit()
    assert findings(repo) == []


def test_what_was_so_before_is_info_once_the_file_is_touched(repo: Repo) -> None:
    """And nothing where neither file is."""
    repo.write({".cursor/rules/web.mdc": CURSOR.format(globs="web/**", rule="Indent with spaces.")}).commit()
    repo.switch("main").git("merge", "--quiet", "feature")
    repo.branch("next").write({"web/a.ts": "b\n"}).commit()
    assert findings(repo) == []

    repo.write({"AGENTS.md": "# Rules\n\n- Indent with tabs.\n- Be brief.\n"}).commit()
    assert [line.split(": ")[0] for line in findings(repo)] == ["AGENTS.md:3 info rule-contradiction"]
    repo.write({"AGENTS.md": "# Rules\n\n- Indent with spaces.\n"}).commit()
    assert findings(repo) == []
