"""Seeded mutations of a good change: each deletes, renames or weakens one thing, and the gate must notice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.decision_mutations import Mutation, mutations
from support.gate import judged
from support.repos import Repo
from support.shop import GOOD

if TYPE_CHECKING:
    from pathlib import Path


def notices(repo: Repo, mutation: Mutation) -> bool:
    """Whether the rule that should notice a mutation does, in a change that makes nothing but this mutation."""
    repo.git("checkout", "--quiet", "--force", "-B", "mutant", "main")
    repo.remove(*(path for path, content in mutation.edits.items() if content is None))
    repo.write({path: content for path, content in mutation.edits.items() if content is not None}).commit(mutation.name)
    return any(each.rule == mutation.rule for each in judged(repo, base="main", head="mutant").findings)


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"README.md": "# Shop\n"})
    repo.commit("Begin")
    repo.branch("good").write(GOOD).commit("Add orders, with their decision and guide")
    return repo


def test_the_good_change_passes(repo: Repo) -> None:
    """Nothing is found in the state from which the mutations start, nor by a look at all of it."""
    assert judged(repo, base="main").findings == ()
    assert judged(repo, base="main", everything=True).findings == ()


def test_every_mutation_is_noticed(repo: Repo) -> None:
    """The share of the mutations that the rule for them notices is all of them."""
    repo.git("branch", "--quiet", "--force", "main", "good")
    made = mutations()
    missed = [f"{each.rule}: {each.name}: {sorted(each.edits)}" for each in made if not notices(repo, each)]

    assert (f"{len(made) - len(missed)} of {len(made)} noticed", missed) == (f"{len(made)} of {len(made)} noticed", [])
