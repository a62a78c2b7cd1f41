"""The project is its own first user: its decisions, conventions and contracts are indexed, and its gate holds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.sample import kb

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The files of this repository that git knows, as they are in the work tree, in a repository of their own."""
    copy = tmp_path_factory.mktemp("own") / "ctxkb"
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copy / name)
    subprocess.run(["git", "init", "-q"], cwd=copy, check=True)
    yield copy
    shutil.rmtree(copy)


def test_its_own_gate_holds() -> None:
    """`kb check` finds no error in the decisions, contracts and couplings of this repository."""
    done = kb(ROOT, "check", "--all")
    assert (done.returncode, done.stderr) == (0, "")


def test_its_own_rules_are_found(own: Path) -> None:
    """Whoever edits a parser is told the conventions of the code, and a question about Chroma finds its decision."""
    assert kb(own, "index").returncode == 0
    rules = kb(own, "rules", "kb/ctxkb/formats/decision.py").stdout
    assert "Rule of this repository, from docs/conventions/code.md" in rules
    answer = kb(own, "context", "which process may open Chroma?").stdout
    assert "docs/adr/0004-chroma-belongs-to-one-owner.md" in answer
