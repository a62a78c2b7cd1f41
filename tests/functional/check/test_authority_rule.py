"""authority on real histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import findings, judged
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """
[[authority]]
paths = ["infra/**", "migrations/**"]
level = "approval"
owner = "platform"

[[authority]]
paths = ["infra/prod/**"]
level = "never"

[[authority]]
paths = ["infra/README.md"]
level = "free"
"""

UNAPPROVED = "infra/a.tf:0 error authority: infra/a.tf changed without a person's approval"
FORBIDDEN = "infra/prod/a.tf:0 error authority: infra/prod/a.tf changed, which agents must never do"
APPROVED = "Change\n\nApproved-by: Ada"


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"kb.toml": CONFIG, "infra/a.tf": "a\n", "infra/b.tf": "b\n", "src/a.py": "a\n"})
    repo.write({"infra/prod/a.tf": "a\n", "infra/README.md": "# Infra\n"}).commit()
    return repo.branch("feature")


def test_a_governed_file_needs_an_approval(repo: Repo) -> None:
    """The finding names whom to ask, and how they approve."""
    repo.write({"infra/a.tf": "a2\n"}).commit()

    assert findings(repo) == [UNAPPROVED]
    found = judged(repo).findings[0]
    assert found.ask == ("platform",)
    assert found.fix == (
        'let platform approve it with a trailer "Approved-by: NAME" in the commit, or in CI by --approved-by'
    )


def test_other_files_and_freed_ones_need_none(repo: Repo) -> None:
    """The last table that matches decides: one may carve something out."""
    repo.write({"src/a.py": "a2\n", "infra/README.md": "# Ours\n"}).commit()

    assert findings(repo) == []


def test_a_trailer_approves(repo: Repo) -> None:
    """In the commit that touches the path."""
    repo.write({"infra/a.tf": "a2\n"}).commit(APPROVED)

    assert findings(repo) == []


@pytest.mark.parametrize("message", ["Change", "Change\n\nApproved-by:"])
def test_each_commit_that_touches_it_needs_one(repo: Repo, message: str) -> None:
    """What was approved is not what came later; a trailer without a name approves nothing."""
    repo.write({"infra/a.tf": "a2\n"}).commit(APPROVED)
    repo.write({"infra/a.tf": "a3\n"}).commit(message)

    assert findings(repo) == [UNAPPROVED]


def test_a_trailer_of_another_commit_approves_nothing(repo: Repo) -> None:
    """It concerns the paths of its own commit."""
    repo.write({"src/a.py": "a2\n"}).commit(APPROVED)
    repo.write({"infra/a.tf": "a2\n"}).commit()

    assert findings(repo) == [UNAPPROVED]


@pytest.mark.parametrize("staged", [False, True])
def test_what_is_not_committed_is_not_approved(repo: Repo, staged: bool) -> None:
    """A commit's trailer says nothing about later edits."""
    repo.write({"infra/a.tf": "a2\n"}).commit(APPROVED)
    repo.write({"infra/a.tf": "a3\n"}).stage()

    assert findings(repo, staged=staged) == [UNAPPROVED]
    assert findings(repo, staged=staged, approvals=("Ada",)) == []


def test_ci_approves(repo: Repo) -> None:
    """A label of the pull request, passed on."""
    repo.write({"infra/a.tf": "a2\n"}).commit()

    assert findings(repo, approvals=("platform-approved",)) == []


@pytest.mark.parametrize("given", [[""], [" ", "\t"], ["", "Ada"]])
def test_a_blank_name_approves_nothing(repo: Repo, given: list[str]) -> None:
    """A workflow passes on an empty variable where nobody approved."""
    repo.write({"infra/a.tf": "a2\n"}).commit()
    names = [word for name in given for word in ("--approved-by", name)]

    assert run(["check", "--root", str(repo.root), *names]) == (0 if "Ada" in given else 1)


def test_trailers_can_be_left_to_people(repo: Repo) -> None:
    """With approval = "ci" an agent cannot approve itself."""
    repo.switch("main").write({"kb.toml": CONFIG + '\n[check]\napproval = "ci"\n'}).commit()
    repo.branch("strict").write({"infra/a.tf": "a2\n"}).commit(APPROVED)

    assert findings(repo) == [UNAPPROVED]
    assert judged(repo).findings[0].fix == "let platform approve it in CI by --approved-by"
    assert findings(repo, approvals=("Ada",)) == []


def test_a_change_cannot_allow_itself_trailers(repo: Repo) -> None:
    """The policy that it found holds."""
    repo.switch("main").write({"kb.toml": CONFIG + '\n[check]\napproval = "ci"\n'}).commit()
    repo.branch("lax").write({"infra/a.tf": "a2\n", "kb.toml": CONFIG}).commit(APPROVED)

    assert [line for line in findings(repo) if "authority" in line.split(": ")[0]] == [UNAPPROVED]


def test_never_is_never(repo: Repo) -> None:
    """Neither a trailer nor a label allows it."""
    repo.write({"infra/prod/a.tf": "a2\n"}).commit(APPROVED)

    assert findings(repo, approvals=("Ada",)) == [FORBIDDEN]


def test_a_change_cannot_free_what_it_touches(repo: Repo) -> None:
    """Of both ends the stricter table holds."""
    repo.write({"kb.toml": "", "infra/prod/a.tf": "a2\n", "infra/a.tf": "a2\n"}).commit()

    assert [line for line in findings(repo) if "authority:" in line] == [UNAPPROVED, FORBIDDEN]


def test_a_new_table_holds_at_once(repo: Repo) -> None:
    """For the change that brings it, too."""
    table = '\n[[authority]]\npaths = ["src/**"]\nlevel = "approval"\n'
    repo.write({"kb.toml": CONFIG + table, "src/a.py": "a2\n"}).commit()

    assert findings(repo) == ["src/a.py:0 error authority: src/a.py changed without a person's approval"]


@pytest.mark.parametrize("how", ["delete", "move away", "move in"])
def test_deleting_and_moving_are_changes(repo: Repo, how: str) -> None:
    """A file counts where it is and where it was."""
    if how == "delete":
        repo.remove("infra/a.tf")
    elif how == "move away":
        repo.move("infra/a.tf", "src/a.tf")
    else:
        repo.remove("infra/a.tf").move("src/a.py", "infra/a.tf").write({"infra/a.tf": "a\nb\n"})
    repo.commit()

    assert findings(repo) == [UNAPPROVED]


def test_many_files_are_one_finding(repo: Repo) -> None:
    """It names the others as related places."""
    repo.write({"infra/a.tf": "a2\n", "infra/b.tf": "b2\n"}).commit()

    assert findings(repo) == ["infra/a.tf:0 error authority: infra/a.tf and 1 more changed without a person's approval"]
    assert [each.path for each in judged(repo).findings[0].related] == ["infra/b.tf"]


def test_only_what_is_not_approved_is_named(repo: Repo) -> None:
    """An approved file beside it is none of the finding."""
    repo.write({"infra/b.tf": "b2\n"}).commit()
    repo.write({"infra/a.tf": "a2\n"}).commit(APPROVED)

    assert findings(repo) == [UNAPPROVED.replace("a.tf", "b.tf")]


def test_code_owners_are_asked_where_the_table_names_nobody(repo: Repo) -> None:
    """They stand in CODEOWNERS."""
    repo.write({"CODEOWNERS": "infra/ @ops\n"}).commit()
    repo.branch("more").write({"infra/prod/a.tf": "a2\n"}).commit()

    found = judged(repo, base="feature").findings[0]
    assert found.ask == ("@ops",)
    assert found.fix == (
        "take that out of the change; where it has to be, @ops lowers its level in [[authority]] first"
    )


def test_a_waiver_in_the_configuration_covers_its_paths(repo: Repo) -> None:
    """And hides no other file."""
    waiver = (
        '\n[[waivers]]\nrule = "authority"\npaths = ["infra/a.tf"]\nuntil = 2026-06-01\nowner = "o"\nreason = "r"\n'
    )
    repo.switch("main").write({"kb.toml": CONFIG + waiver}).commit()
    repo.branch("waived").write({"infra/a.tf": "a2\n", "infra/b.tf": "b2\n"}).commit()

    assert findings(repo) == [f"({UNAPPROVED})", UNAPPROVED.replace("a.tf", "b.tf")]


WAIVER = '\n[[waivers]]\nrule = "authority"\npaths = ["{}"]\nuntil = {}\nowner = "o"\nreason = "r"\n'
OFF = '\n[check]\nseverity = {{ authority = "{}" }}\n'


def authority(repo: Repo) -> list[str]:
    """What the rule says, without its notes about the waivers."""
    return [line for line in findings(repo) if " authority: " in line]


@pytest.mark.parametrize(
    ("then", "now"),
    [
        ("", WAIVER.format("infra/**", "2026-12-31")),
        (WAIVER.format("infra/b.tf", "2026-12-31"), WAIVER.format("infra/**", "2026-12-31")),
        (WAIVER.format("infra/**", "2026-05-31"), WAIVER.format("infra/**", "2026-12-31")),
        ("", OFF.format("off")),
        ("", OFF.format("info")),
        (OFF.format("warning"), ""),
        ("", '\n[[check.paths]]\npaths = ["infra/**"]\nseverity = { authority = "off" }\n'),
    ],
)
def test_a_change_cannot_free_itself(repo: Repo, then: str, now: str) -> None:
    """A waiver and a severity count where both ends have them."""
    repo.switch("main").write({"kb.toml": CONFIG + then}).commit()
    repo.branch("self").write({"kb.toml": CONFIG + now, "infra/a.tf": "a2\n"}).commit()

    assert authority(repo) == [UNAPPROVED]


@pytest.mark.parametrize(
    ("both", "said"),
    [
        (WAIVER.format("infra/**", "2026-06-01"), [f"({UNAPPROVED})"]),
        (OFF.format("off"), []),
        (OFF.format("warning"), [UNAPPROVED.replace("error", "warning")]),
    ],
)
def test_what_was_settled_before_holds(repo: Repo, both: str, said: list[str]) -> None:
    """It came in with a change that was reviewed."""
    repo.switch("main").write({"kb.toml": CONFIG + both}).commit()
    repo.branch("later").write({"kb.toml": CONFIG + both + "\n# Later.\n", "infra/a.tf": "a2\n"}).commit()

    assert authority(repo) == said


def test_the_first_configuration_says_what_it_wants(tmp_path: Path) -> None:
    """There is nothing that it could free itself of."""
    repo = Repo(tmp_path).write({"infra/a.tf": "a\n"})
    repo.commit()
    repo.branch("first").write({"kb.toml": CONFIG + OFF.format("warning"), "infra/a.tf": "a2\n"}).commit()

    assert authority(repo) == [UNAPPROVED.replace("error", "warning")]


@pytest.mark.parametrize("globs", ["libs/**", "libs/sub/**", "libs/sub"])
@pytest.mark.parametrize("how", ["bump", "remove"])
def test_where_a_submodule_points_is_governed(tmp_path: Path, globs: str, how: str) -> None:
    """By tables about it, about what lies around it or in it; a commit that says so approves it."""
    sub = Repo(tmp_path / "sub").write({"x": "1\n"})
    sub.commit()
    repo = Repo(tmp_path / "repo").write({"kb.toml": CONFIG.replace("infra/**", globs), "a": "1\n"})
    repo.git("submodule", "add", "--quiet", str(sub.root), "libs/sub")
    repo.git("submodule", "add", "--quiet", str(sub.root), "other/sub")
    repo.commit()
    repo.branch("feature")
    for path in ("libs/sub", "other/sub"):
        if how == "remove":
            repo.git("rm", "--quiet", path)
        else:
            Repo(repo.root / path).commit("Go on")
    expected = "libs/sub:0 error authority: libs/sub changed without a person's approval"

    assert findings(repo) == [expected]
    repo.commit()
    assert findings(repo) == [expected]
    assert judged(repo).files == (3 if how == "remove" else 2)
    repo.git("commit", "--quiet", "--amend", "--message", APPROVED)
    assert findings(repo) == []
