"""couple on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[[couple]]
name = "api-contract"
when = ["src/api/**"]
require = ["contracts/**", "docs/api.md"]
except = ["src/api/tests/**"]
message = "The contract describes the API: change both."
"""

EXPECTED = (
    'src/api/a.py:0 error couple: "api-contract": src/api/a.py changed, but nothing in contracts/**, docs/api.md did. '
    "The contract describes the API: change both."
)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"kb.toml": CONFIG, "src/api/a.py": "a = 1\n", "src/api/b.py": "b = 1\n"})
    repo.write({"contracts/api.yaml": "x: 1\n", "docs/api.md": "# API\n", "src/api/tests/test_a.py": "\n"}).commit()
    return repo.branch("feature")


def test_code_without_its_contract_is_an_error(repo: Repo) -> None:
    """The message is the team's own, behind what changed and what did not."""
    repo.write({"src/api/a.py": "a = 2\n"}).commit()

    assert findings(repo) == [EXPECTED]
    assert judged(repo).exit == 1


@pytest.mark.parametrize("partner", ["contracts/api.yaml", "contracts/deep/new.yaml", "docs/api.md"])
def test_any_one_of_the_required_files_is_enough(repo: Repo, partner: str) -> None:
    """A new one counts as well."""
    repo.write({"src/api/a.py": "a = 2\n", partner: "changed\n"}).commit()

    assert findings(repo) == []


@pytest.mark.parametrize(
    ("path", "content", "answers"),
    [
        ("docs/api.md", "# API\n\n\n", False),
        ("docs/api.md", "# API \n", False),
        ("docs/api.md", "# The API\n", True),
        ("contracts/api.yaml", "x:   1\n", False),
        ("contracts/api.yaml", "x: 2\n", True),
        ("contracts/empty.yaml", "\n", True),
    ],
)
def test_a_required_file_says_something_else(repo: Repo, path: str, content: str, answers: bool) -> None:
    """A blank line describes nothing; whatever `unless_only` lists, which is about the files that ask."""
    repo.write({"src/api/a.py": "a = 2\n", path: content}).commit()

    assert findings(repo) == ([] if answers else [EXPECTED])


def test_a_required_file_that_goes_answers_for_what_goes(repo: Repo) -> None:
    """Who takes a feature away takes its page away; who changes it does not."""
    repo.write({"src/api/a.py": "a = 2\n"}).remove("docs/api.md").commit()
    assert findings(repo) == [EXPECTED]

    repo.remove("src/api/a.py").commit()
    assert findings(repo) == []


def test_excepted_files_ask_for_nothing(repo: Repo) -> None:
    """A test of the API does not change the API."""
    repo.write({"src/api/tests/test_a.py": "assert True\n", "README.md": "# Hello\n"}).commit()

    assert findings(repo) == []


@pytest.mark.parametrize("how", ["delete", "move away", "move in", "add"])
def test_deleting_moving_and_adding_are_changes(repo: Repo, how: str) -> None:
    """A file counts where it is and where it was."""
    if how == "delete":
        repo.remove("src/api/a.py")
    elif how == "move away":
        repo.move("src/api/a.py", "src/core/a.py")
    elif how == "move in":
        repo.switch("main").write({"x.py": "x = 1\n" * 9}).commit()
        repo.branch("later").move("x.py", "src/api/a2.py")
    else:
        repo.write({"src/api/größe ✓.py": "new\n"})
    repo.commit()

    assert [line.split(": ")[0].split(" ", 1)[1][-12:] for line in findings(repo)] == ["error couple"]


def test_many_files_are_one_finding(repo: Repo) -> None:
    """It names the first and counts the rest."""
    repo.write({"src/api/a.py": "a = 2\n", "src/api/b.py": "b = 2\n", "src/api/c.py": "c = 2\n"}).commit()

    assert [line.split(", but")[0] for line in findings(repo)] == [
        'src/api/a.py:0 error couple: "api-contract": src/api/a.py and 2 more changed'
    ]


def test_its_own_severity_counts_and_the_policy_comes_before_it(repo: Repo) -> None:
    """A table says how much it matters; `[check] severity` switches the rule as a whole."""
    repo.write({"src/api/a.py": "a = 2\n", "kb.toml": CONFIG + 'severity = "warning"\n'}).commit()
    assert findings(repo) == [EXPECTED.replace("error", "warning")]
    assert judged(repo).exit == 0
    assert judged(repo, fail_on="warning").exit == 1

    repo.write({"kb.toml": CONFIG + '[check]\nseverity = { couple = "off" }\n'})
    assert findings(repo) == []


def test_a_waiver_covers_its_paths_and_no_others(repo: Repo) -> None:
    """One file that is waived must not hide another one that is not."""
    waiver = """
    [[waivers]]
    rule = "couple"
    paths = ["src/api/b.py"]
    until = 2026-06-01
    owner = "payments"
    reason = "ticket 88"
    """
    repo.write({"kb.toml": CONFIG + waiver, "src/api/b.py": "b = 2\n"}).commit()
    waived = EXPECTED.replace("src/api/a.py", "src/api/b.py")
    assert findings(repo) == [f"({waived})"]
    assert judged(repo).exit == 0

    repo.write({"src/api/a.py": "a = 2\n"})
    assert findings(repo) == [EXPECTED, f"({waived})"]
    assert judged(repo).exit == 1


TRIVIAL = CONFIG + 'unless_only = ["tests", "comments", "formatting", "lock-files"]\n'


@pytest.fixture
def lenient(repo: Repo) -> Repo:
    """The repository with a coupling that asks for nothing where a change is trivial."""
    repo.switch("main").write({"kb.toml": TRIVIAL, "src/api/a.py": "def a():\n    return 1  # one\n"}).commit()
    return repo.branch("lenient")


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/api/a.py", "def a():\n    return 1  # the first\n"),
        ("src/api/a.py", "# A module.\ndef a():\n    return (1)\n".replace("(1)", "1")),
        ("src/api/a.py", "def a():\n\n  return 1\n"),
        ("src/api/test_new.py", "assert True\n"),
        ("src/api/uv.lock", "version = 1\n"),
    ],
)
def test_a_trivial_change_asks_for_nothing(lenient: Repo, path: str, content: str) -> None:
    """Only tests, comments, formatting or lock files."""
    lenient.write({path: content}).commit()

    assert findings(lenient) == []


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("src/api/a.py", "def a():\n    return 2  # one\n"),
        ("src/api/new.py", "# Only a comment.\n"),
        ("src/api/uv.py", "version = 1\n"),
    ],
)
def test_what_is_more_than_trivial_asks(lenient: Repo, path: str, content: str) -> None:
    """A new file is, whatever it holds."""
    lenient.write({path: content, "src/api/test_new.py": "assert True\n"}).commit()

    assert findings(lenient) == [EXPECTED.replace("src/api/a.py", path)]


def test_deleting_and_moving_is_more_than_trivial(lenient: Repo) -> None:
    """Whoever relies on the file finds it no more."""
    lenient.remove("src/api/a.py").move("src/api/b.py", "src/core/b.py").commit()

    assert findings(lenient) == [EXPECTED.replace("a.py changed", "a.py and 1 more changed")]


def test_conditions_that_are_not_listed_do_not_hold(repo: Repo) -> None:
    """Without `unless_only` a comment asks, too."""
    repo.write({"src/api/a.py": "a = 1  # one\n"}).commit()
    assert findings(repo) == [EXPECTED]

    repo.write({"kb.toml": CONFIG + 'unless_only = ["formatting", "tests"]\n'})
    assert findings(repo) == [EXPECTED]

    repo.write({"kb.toml": CONFIG + 'unless_only = ["comments"]\n'})
    assert findings(repo) == []


@pytest.mark.parametrize(("path", "said"), [("src/api/sub", 1), ("src/api/tests/sub", 0), ("contracts/sub", 0)])
def test_where_a_submodule_points_is_a_change(repo: Repo, tmp_path: Path, path: str, said: int) -> None:
    """It asks for others, is excepted, or answers for others as a file does."""
    sub = Repo(tmp_path / "elsewhere").write({"x": "1\n"})
    sub.commit()
    repo.git("submodule", "add", "--quiet", str(sub.root), path)
    repo.write({".gitignore": "elsewhere\n"}).commit()
    Repo(repo.root / path).commit("Go on")
    repo.write({} if path.startswith("src") else {"src/api/a.py": "a = 2\n"})

    assert findings(repo, base="HEAD") == [EXPECTED.replace("src/api/a.py", path)] * said
