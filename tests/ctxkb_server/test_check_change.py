"""The tool `check_change` on a real repository, with the real client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.config import load_config
from ctxkb.text.count import count_tokens
from ctxkb_server.caller import Caller, Sight, acting
from support.bases import base_of
from support.gate import madr
from support.repos import Repo
from support.serving import call, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb_server.server import KbServer

FILES = {
    "kb.toml": '[[couple]]\nname = "api"\nwhen = ["api/**"]\nrequire = ["docs/api.md"]\n',
    "AGENTS.md": "# Rules\n\n- Commits name the ticket.\n",
    "api/pay.py": "a = 1\n",
    "docs/api.md": "# API\n\nHow to pay.\n",
    "docs/adr/0001-old.md": madr("Pay by post", status="superseded by 0002-new.md"),
    "docs/adr/0002-new.md": madr("Pay by card"),
}


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({**FILES, ".gitignore": ".kb/\n"})
    repo.commit()
    return repo


@pytest.fixture
def server(repo: Repo) -> KbServer:
    return served(base_of(repo.root, dict(FILES)).knowledge)


ALONE = (
    '- error couple, api/pay.py: "api": api/pay.py changed, but nothing in docs/api.md did. '
    "Fix: change docs/api.md too, or waive it in kb.toml with a reason and an end date."
)


def test_the_files_of_the_folder_are_judged_with_what_binds_them(repo: Repo, server: KbServer) -> None:
    """The finding first, then the rules for the paths."""
    repo.write({"api/pay.py": "a = 2\n"})

    said = text_of(call(server, "check_change", paths=["api/pay.py"])).split("\n")

    assert said[:3] == ["kb check on these paths: 1 error.", ALONE, ""]
    assert any("Rule of this repository, from AGENTS.md" in line for line in said)


def test_findings_about_other_paths_are_left_out(repo: Repo, server: KbServer) -> None:
    """Somebody else may be editing them; without paths all of the folder is judged."""
    repo.write({"api/pay.py": "a = 2\n"})

    assert text_of(call(server, "check_change", paths=["docs"])).startswith("kb check on these paths: no findings.")
    assert text_of(call(server, "check_change")) == f"kb check on the working tree: 1 error.\n{ALONE}"


def test_a_diff_is_judged_before_it_is_applied(repo: Repo, server: KbServer) -> None:
    """It stands on the last commit, and the folder stays as it is."""
    diff = "--- a/api/pay.py\n+++ b/api/pay.py\n@@ -1 +1 @@\n-a = 1\n+a = 3\n"

    said = text_of(call(server, "check_change", diff=diff))

    assert said.startswith(f"kb check on the diff: 1 error.\n{ALONE}\n\n")
    assert "AGENTS.md" in said
    assert repo.git("status", "--porcelain") == ""


def test_a_plan_is_told_what_binds_it_and_what_it_contradicts(server: KbServer) -> None:
    """With the line of the plan."""
    said = text_of(call(server, "check_change", plan="In `api/pay.py`:\n- pay as ADR-0001 says."))

    assert said.startswith(
        "kb check on the plan: 1 warning.\n- warning decision-unsettled, line 2 of the plan: rests on "
    )
    assert "go by docs/adr/0002-new.md" in said
    assert "AGENTS.md" in said


@pytest.mark.parametrize("budget", [50, 60, 100, 200, 400])
def test_the_budget_holds(repo: Repo, server: KbServer, budget: int) -> None:
    """However many findings there are; what is missing is counted."""
    repo.write({f"docs/adr/00{n}-x.md": madr(status="maybe") for n in range(10, 40)})

    said = text_of(call(server, "check_change", budget_tokens=budget))

    assert count_tokens(said) <= budget
    assert said.startswith("kb check on the working tree: 30 error.")
    assert "more: run `kb check`." in said


def test_a_diff_that_does_not_apply_says_what_to_give(server: KbServer) -> None:
    """As an error of the tool, not of the server."""
    result = call(server, "check_change", diff="--- a/no.py\n+++ b/no.py\n@@ -1 +1 @@\n-a\n+b\n")

    assert result.is_error
    assert "does not apply to the last commit" in text_of(result)


def test_who_sees_a_part_only_is_refused(server: KbServer) -> None:
    """A finding may name what they must not see."""
    with acting(Caller("ci", Sight(kinds=frozenset({"guide"})), transport="http")):
        result = call(server, "check_change")

    assert (result.is_error, "may see all of it" in text_of(result)) == (True, True)


@pytest.mark.parametrize(("path", "expected"), [("infra/a", ["", "Authority: never change infra/a."]), ("src/a", [])])
def test_what_must_not_be_touched_is_told_before_it_is(tmp_path: Path, path: str, expected: list[str]) -> None:
    """An unchanged path has no findings; whoever asks learns what is reserved all the same."""
    files = {"kb.toml": '[[authority]]\npaths = ["infra/**"]\nlevel = "never"\n', "infra/a": "a\n", "src/a": "a\n"}
    Repo(tmp_path).write({**files, ".gitignore": ".kb/\n"}).commit()
    config = load_config(tmp_path)
    asked = served(base_of(tmp_path, files, config=config).knowledge)

    said = text_of(call(asked, "check_change", paths=[path])).split("\n")

    assert said[0] == "kb check on these paths: no findings."
    assert [line for line in said[1:] if not line.startswith("What binds")] == expected
