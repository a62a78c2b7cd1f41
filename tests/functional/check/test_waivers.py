"""Waivers and their two rules on real histories."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

ADR = "docs/adr/0002-use-this.md"
WAIVER = """\
# The gate of this repository

[[waivers]]
rule = "decision-status"
paths = ["docs/adr/**"]
until = 2026-06-01
owner = "platform"
reason = "until the words are agreed"
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path)
    repo.write({"docs/adr/0001-begin.md": madr("Begin"), "kb.toml": WAIVER}).commit("Begin")
    return repo.branch("feature")


def test_a_waiver_holds_on_its_last_day(repo: Repo) -> None:
    """The finding is still shown, with the reason, and does not count."""
    repo.write({ADR: madr(status="acceptd")}).commit()

    found = judged(repo)

    assert [(each.rule, each.waived and (str(each.waived.until), each.waived.reason)) for each in found.findings] == [
        ("decision-status", ("2026-06-01", "until the words are agreed"))
    ]
    assert found.exit == 0


def test_after_its_last_day_it_is_an_error_and_covers_nothing(repo: Repo) -> None:
    """A way out that expires; the line is that of the waiver."""
    repo.write({ADR: madr(status="acceptd")}).commit()

    assert [line.split(": ", 1)[0] for line in findings(repo, day=date(2026, 6, 2))] == [
        f"{ADR}:2 error decision-status",
        "kb.toml:3 error waiver-expired",
    ]
    assert findings(repo, day=date(2026, 6, 2))[1].endswith(
        "the waiver of decision-status for docs/adr/** ended on 2026-06-01"
    )


def test_a_waiver_of_another_rule_or_path_covers_nothing(repo: Repo) -> None:
    """Both must match."""
    repo.write({"packages/a/adr/0002-x.md": madr(status="acceptd")})
    repo.write({ADR: madr().replace("* That", "* [option 2]")}).commit()

    assert [line.split(": ", 1)[0] for line in findings(repo)] == [
        f"{ADR}:15 error decision-placeholder",
        "packages/a/adr/0002-x.md:2 error decision-status",
    ]


def test_a_waiver_that_no_file_matches_is_a_warning(repo: Repo) -> None:
    """Nobody would notice that it lies around."""
    repo.write({"kb.toml": WAIVER.replace("docs/adr/**", "docs/decisions/**")})

    assert findings(repo) == [
        (
            "kb.toml:3 warning waiver-unused: the waiver of decision-status for docs/decisions/** covers nothing: "
            "no file matches it"
        )
    ]


def test_whether_a_waiver_is_needed_is_told_by_a_look_at_everything(repo: Repo) -> None:
    """A single change says nothing about the findings of the others."""
    assert findings(repo) == []
    assert findings(repo, everything=True) == [
        (
            "kb.toml:3 warning waiver-unused: the waiver of decision-status for docs/adr/** covers nothing: "
            "there is no such finding in the whole repository"
        )
    ]


def test_a_waiver_in_pyproject_has_its_line_there(repo: Repo) -> None:
    """[tool.kb] holds the same tables."""
    repo.remove("kb.toml").write({"pyproject.toml": WAIVER.replace("[[waivers]]", "[[tool.kb.waivers]]")})

    assert [line.split(": ", 1)[0] for line in findings(repo, day=date(2027, 1, 1))] == [
        "pyproject.toml:3 error waiver-expired"
    ]


def test_the_rules_about_waivers_can_be_switched_off(repo: Repo) -> None:
    """As any other rule."""
    policy = '\n[check]\nseverity = { "waiver-expired" = "off" }\n'
    repo.write({"kb.toml": WAIVER + policy})

    assert findings(repo, day=date(2027, 1, 1)) == []
