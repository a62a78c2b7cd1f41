"""gate-weakened cannot be switched off, waived or gone around by the change that it judges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import judged, madr
from support.gated import CONFIG, WORKFLOW, gated, weakened
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a strict gate, on a branch of its own."""
    return gated(tmp_path)


def test_a_change_cannot_switch_off_what_names_it(repo: Repo) -> None:
    """The policy that it found weighs the rule."""
    repo.write({"kb.toml": CONFIG.replace("decision-number =", 'gate-weakened = "off", decision-number =')}).commit()
    assert weakened(repo) == ['kb.toml:5 warning the severity of gate-weakened is "off", was "warning"']

    repo.branch("later").write({"kb.toml": ""})
    assert weakened(repo, base="feature") == []


def test_a_change_cannot_make_itself_pass(repo: Repo) -> None:
    """Of both ends the stricter `fail_on` counts."""
    repo.write({"kb.toml": CONFIG.replace('fail_on = "warning"', 'fail_on = "never"')}).commit()

    assert judged(repo).exit == 1
    assert judged(repo, fail_on="error").exit == 0


def test_it_is_not_waived(repo: Repo) -> None:
    """By no means that the change itself has."""
    waiver = (
        CONFIG[CONFIG.index("[[waivers]]") : CONFIG.index("[contracts]")]
        .replace('"couple"', '"gate-weakened"')
        .replace("src/api/legacy/", "")
    )
    repo.write({"kb.toml": CONFIG.replace('"never"', '"free"') + "\n" + waiver}).commit()

    assert [line for line in weakened(repo) if line.startswith("(")] == []
    assert len(weakened(repo)) == 2


def test_there_is_nothing_to_weaken_before_there_is_a_gate(tmp_path: Path) -> None:
    """The first configuration says what a team wants to begin with."""
    repo = Repo(tmp_path).write({"src/a.py": "a = 1\n"})
    repo.commit()
    repo.branch("feature").write({"kb.toml": CONFIG, ".kbignore": "old/\n"}).commit()

    assert weakened(repo) == []


def test_a_gate_without_configuration_is_one_that_ci_runs(tmp_path: Path) -> None:
    """Its defaults can be weakened, too."""
    repo = Repo(tmp_path).write({"src/a.py": "a = 1\n", ".github/workflows/check.yml": WORKFLOW})
    repo.commit()
    repo.branch("feature").write({"kb.toml": '[check]\nseverity = { decision-status = "off" }\n'}).commit()

    assert weakened(repo) == ['kb.toml:2 warning the severity of decision-status is "off", was "error"']


def test_a_baseline_that_grows_is_named(repo: Repo) -> None:
    """By rule; one that shrinks is not."""
    repo.write({"docs/adr/0002-b.md": madr(status="acceptd")})
    assert run(["check", "--write-baseline", "--root", str(repo.root)]) == 0
    assert weakened(repo) == [
        "kb-baseline.json:0 warning the baseline accepts 1 findings, was 0; more of decision-status (1)"
    ]

    repo.commit()
    repo.branch("later").write({"docs/adr/0002-b.md": madr()})
    assert run(["check", "--write-baseline", "--root", str(repo.root)]) == 0
    assert weakened(repo, base="feature") == []


def test_kbignore_that_grows_is_named(repo: Repo) -> None:
    """Line by line; a comment, and a line that takes something back, are none."""
    repo.write({".kbignore": "# Old things.\nold/\n!old/kept.md\n"}).commit()

    assert weakened(repo) == [".kbignore:2 warning old/ is not read any more"]


def test_a_waiver_at_a_line_is_named_once(repo: Repo) -> None:
    """When it comes; not when its line moves."""
    comment = "# kb-" + "waive: couple until=2026-07-01 owner=payments reason=ticket 88\n"
    repo.write({"src/api/a.py": comment + "a = 1\n"}).commit()
    assert weakened(repo) == [
        "src/api/a.py:1 warning a waiver of couple until 2026-07-01 is added (payments: ticket 88)"
    ]

    repo.branch("later").write({"src/api/a.py": "import x\n\n" + comment + "a = 2\n"})
    assert weakened(repo, base="feature") == []
