"""gate-weakened on what runs the gate: workflows, pipelines and make files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gated import WORKFLOW, gated, weakened

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a strict gate, on a branch of its own."""
    return gated(tmp_path)


@pytest.mark.parametrize("how", ["edit", "delete", "comment"])
def test_nothing_that_runs_the_gate_is_an_error(repo: Repo, how: str) -> None:
    """The line is gone with its file, or alone, or is a comment now."""
    if how == "delete":
        repo.remove(".github/workflows/check.yml")
    else:
        text = WORKFLOW.replace("- run: kb check", "# run: kb check" if how == "comment" else "- run: true #")
        repo.write({".github/workflows/check.yml": text})
    repo.commit()

    assert weakened(repo) == [
        (
            ".github/workflows/check.yml:0 error nothing runs kb check any more; "
            "it was `- run: kb check --base origin/main`"
        )
    ]


def test_another_pipeline_may_take_it_over(repo: Repo) -> None:
    """It is named all the same: whoever reviews sees where it runs now."""
    repo.write({"Makefile": "check:\n\tkb check\n"}).remove(".github/workflows/check.yml").commit()

    assert weakened(repo) == [
        (
            ".github/workflows/check.yml:0 warning kb check does not run here any more "
            "(was `- run: kb check --base origin/main`); Makefile still runs it"
        )
    ]


def test_a_pipeline_that_lets_it_fail_is_named(repo: Repo) -> None:
    """With the command as it is and as it was."""
    repo.write({".github/workflows/check.yml": WORKFLOW.replace("origin/main", "origin/main || true")}).commit()

    assert weakened(repo) == [
        (
            ".github/workflows/check.yml:0 warning kb check counts less here: its failure is ignored: "
            "`- run: kb check --base origin/main || true`, was `- run: kb check --base origin/main`"
        )
    ]


@pytest.mark.parametrize(
    "text",
    [
        WORKFLOW.replace("--base origin/main", "--base origin/main --fail-on warning"),
        WORKFLOW + "      - run: kb check --all\n",
        WORKFLOW.replace("jobs:", "env:\n  A: 1\njobs:"),
    ],
)
def test_other_edits_of_a_pipeline_are_silent(repo: Repo, text: str) -> None:
    """Stricter, or about something else."""
    repo.write({".github/workflows/check.yml": text}).commit()

    assert weakened(repo) == []


def test_a_moved_pipeline_still_runs(repo: Repo) -> None:
    """It is followed."""
    repo.move(".github/workflows/check.yml", ".github/workflows/gate.yml").commit()

    assert weakened(repo) == []
