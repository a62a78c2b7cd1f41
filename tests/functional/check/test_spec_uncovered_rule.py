"""spec-uncovered on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

PATH = "specs/export.md"
SPEC = """\
# Export

## Acceptance criteria

- **AC-1**: An export of a closed month never changes.
- [ ] AC-2 An open month is refused.
- Amounts are in cents.
"""
TEST = "tests/test_export.py"
TESTS = "def test_ac_1_never_changes():\n    assert export(3) == export(3)\n\n\ndef test_refused():  # AC-2\n    ...\n"
REWORDED = SPEC.replace("never changes", "changes at most once")


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({PATH: SPEC, TEST: TESTS})
    repo.commit()
    return repo.branch("feature")


def uncovered(repo: Repo, **options: object) -> list[str]:
    """What the rule finds, without its own name."""
    found = (line.partition(" spec-uncovered: ") for line in findings(repo, **options))
    return [f"{place}: {message}" for place, rule, message in found if rule]


def test_a_new_criterion_without_a_test_is_noted(repo: Repo) -> None:
    """One with a test, however it writes the id, is not."""
    text = f"{SPEC}- AC-3: It is logged.\n- AC-4: It is fast.\n- AC-40: It is safe.\n"
    repo.write({PATH: text, "web/export.spec.ts": "it('AC 3: is logged', () => {})\nit('ac40', f)\n"}).commit()

    assert uncovered(repo) == [f"{PATH}:9 info: no test names the acceptance criterion AC-4"]


def test_the_configuration_makes_it_an_error(repo: Repo) -> None:
    """A team that names criteria in tests wants to be held to it."""
    repo.write(
        {"kb.toml": '[check]\nseverity = {"spec-uncovered" = "error"}\n', PATH: f"{SPEC}- AC-3: It is logged.\n"}
    ).commit()

    assert uncovered(repo) == [f"{PATH}:8 error: no test names the acceptance criterion AC-3"]


@pytest.mark.parametrize(
    "line",
    ["- Python3 is used.", "- It is logged.", "- UTF-8 is written.", "Text about AC-9."],
)
def test_what_has_no_id_of_a_criterion_passes(repo: Repo, line: str) -> None:
    """A word with a number is an id only where several criteria begin with it."""
    repo.write({PATH: f"{SPEC}{line}\n"}).commit()

    assert uncovered(repo) == []


def test_another_word_is_an_id_where_several_criteria_begin_with_it(repo: Repo) -> None:
    """The team's own series."""
    repo.write(
        {"specs/login.md": "# Login\n\n## Acceptance criteria\n\n- LOG-1: It works.\n- LOG-2: It is safe.\n"}
    ).commit()

    assert uncovered(repo) == [
        "specs/login.md:5 info: no test names the acceptance criterion LOG-1",
        "specs/login.md:6 info: no test names the acceptance criterion LOG-2",
    ]


def test_what_was_uncovered_before_is_told_only_with_all(repo: Repo) -> None:
    """The change edits another line of the spec."""
    repo.switch("main").write({TEST: TESTS.replace("AC-2", "")}).commit()
    repo.branch("later").write({PATH: SPEC.replace("# Export", "# The export")}).commit()

    assert uncovered(repo) == []
    assert uncovered(repo, everything=True) == [f"{PATH}:6 info: no test names the acceptance criterion AC-2"]


@pytest.mark.parametrize(
    ("tests", "found"),
    [
        (TESTS.replace("  # AC-2", ""), [f"{PATH}:6 info: no test names the acceptance criterion AC-2 any more"]),
        (TESTS.replace("AC-2", "AC2: refused"), []),
        (TESTS.replace("test_ac_1_never", "test_never") + "# AC_1\n", []),
    ],
)
def test_a_test_that_no_longer_names_its_criterion_leaves_it_uncovered(
    repo: Repo, tests: str, found: list[str]
) -> None:
    """The spec itself is not touched."""
    repo.write({TEST: tests}).commit()

    assert uncovered(repo) == found


def test_a_criterion_that_moves_to_another_test_stays_covered(repo: Repo) -> None:
    """Any test will do."""
    repo.remove(TEST).write({"tests/test_months.py": "# AC-1 and AC-2\n"}).commit()

    assert uncovered(repo) == []


TOGETHER = f"{PATH}:5 warning: AC-1 changes in one commit with what proves it, {TEST}, and no person approves"


def test_a_criterion_that_changes_with_its_test_is_a_warning(repo: Repo) -> None:
    """Whoever changes both can make anything pass."""
    repo.write({PATH: REWORDED, TEST: TESTS.replace("== export(3)", "is not None")}).commit()

    assert uncovered(repo) == [TOGETHER]


def test_so_is_what_is_not_committed_yet(repo: Repo) -> None:
    """It would become one commit."""
    repo.write({PATH: REWORDED, TEST: TESTS.replace("== export(3)", "is not None")})

    assert uncovered(repo) == [TOGETHER]


def test_a_criterion_that_goes_with_its_test_is_told_as_well(repo: Repo) -> None:
    """There is no line of it left."""
    text = SPEC.replace("- **AC-1**: An export of a closed month never changes.\n", "")
    repo.write({PATH: text, TEST: TESTS.partition("\n\n\n")[2]}).commit()

    assert uncovered(repo) == [TOGETHER.replace(":5 ", ":0 ")]


def test_a_spec_that_is_deleted_with_its_tests_is_told(repo: Repo) -> None:
    """The criteria vanish together with what proves them, as where only their section is deleted."""
    repo.remove(PATH, TEST).commit("Drop the export")
    gone = f"{PATH}:0 warning: AC-1, AC-2 change in one commit with what proves it, {TEST}, and no person approves"
    assert uncovered(repo) == [gone]

    repo.git("commit", "--quiet", "--amend", "--message", "Drop the export\n\nApproved-by: Ada")
    assert uncovered(repo) == []

    repo.git("reset", "--quiet", "--hard", "main")
    repo.remove(TEST).write({PATH: "# Export\n\nIt exports.\n"}).commit("Drop all that is asked")
    assert uncovered(repo) == [gone]


def test_a_spec_that_is_deleted_alone_passes(repo: Repo) -> None:
    """Its tests still hold what it asked for."""
    repo.remove(PATH).commit()

    assert uncovered(repo) == []


def test_criteria_that_move_to_another_spec_pass(repo: Repo) -> None:
    """They stand word by word in another file, and the test follows."""
    moved = "# Everything\n\nMuch more stands here.\n\n" + "\n".join(f"Text {number}." for number in range(40))
    repo.remove(PATH).write(
        {"specs/all.md": moved + SPEC.removeprefix("# Export"), TEST: TESTS + "\n# moved\n"}
    ).commit()

    assert uncovered(repo) == []


def test_a_person_who_approves_has_seen_it(repo: Repo) -> None:
    """By a trailer of the commit, or as CI knows it."""
    repo.write({PATH: REWORDED, TEST: TESTS.replace("== export(3)", "is not None")})
    repo.commit("Loosen AC-1\n\nApproved-by: Ada Tester <ada@example.org>\n")
    assert uncovered(repo) == []

    repo.branch("other", "main").write({PATH: REWORDED, TEST: TESTS.replace("== export(3)", "is not None")}).commit()
    assert uncovered(repo) == [TOGETHER]
    assert uncovered(repo, approvals=("approved",)) == []


@pytest.mark.parametrize(
    ("text", "tests"),
    [
        (SPEC.replace("[ ]", "[x]"), TESTS.replace("...", "assert True")),
        (f"{SPEC}- AC-3: It is logged.\n", f"{TESTS}\n\ndef test_ac_3():\n    ...\n"),
        (SPEC.replace("# Export", "# The export"), TESTS.replace("...", "assert True")),
        (SPEC.replace("- Amounts are in cents.\n", "- Amounts are in euros.\n"), TESTS.replace("...", "assert True")),
    ],
)
def test_other_changes_of_a_spec_and_its_tests_pass(repo: Repo, text: str, tests: str) -> None:
    """A box is ticked, a criterion is new with its test, other words of the spec change."""
    repo.write({PATH: text, TEST: tests}).commit()

    assert uncovered(repo) == []


def test_a_criterion_and_its_test_in_commits_of_their_own_pass(repo: Repo) -> None:
    """Each can be seen for itself."""
    repo.write({PATH: REWORDED}).commit()
    repo.write({TEST: TESTS.replace("== export(3)", "is not None")}).commit()

    assert uncovered(repo) == []
