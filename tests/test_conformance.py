"""`make conformance` itself needs npm and is no part of the tests; what it says about itself is."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    import pytest

ROOT = Path(__file__).parents[1]


def test_the_page_lists_what_does_not_apply_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each scenario or check that is left out stands in docs/conformance.md beside why, and so do the versions."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    script, page = import_module("conformance"), " ".join((ROOT / "docs" / "conformance.md").read_text("utf-8").split())
    rows = [f"| `{name}` | {reason} |" for name, reason in script.NOT_APPLICABLE.items()]
    assert [row for row in rows if row not in page] == []
    assert [run for run in script.RUNS if f"| {run[0]} | {run[1]} |" not in page] == []


def test_ci_runs_the_tests_and_the_suite_as_jobs_of_their_own() -> None:
    """The workflow calls `make test` and `make conformance`, and nothing that is not in the Makefile."""
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8"))["jobs"]
    runs = {name: [step["run"] for step in job["steps"] if "run" in step] for name, job in jobs.items()}
    assert runs == {"test": ["make test"], "conformance": ["make conformance"]}
