"""gate-weakened on real histories: for each way to make the gate weaker, one beside it that makes it stricter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.gated import CONFIG, gated, weakened

if TYPE_CHECKING:
    from pathlib import Path

    from support.repos import Repo

ANOTHER = """\
[[waivers]]
rule = "guide-link"
paths = ["docs/**"]
until = 2026-07-01
owner = "docs"
reason = "r"

"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A repository with a strict gate, on a branch of its own."""
    return gated(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('fail_on = "warning"', 'fail_on = "never"', 'kb.toml:2 warning check.fail_on is "never", was "warning"'),
        ('fail_on = "warning"\n', "", 'kb.toml:1 warning check.fail_on is "error", was "warning"'),
        ('approval = "ci"', 'approval = "trailer"', 'kb.toml:3 warning check.approval is "trailer", was "ci"'),
        ('receipt = "warning"', 'receipt = "off"', 'kb.toml:4 warning check.receipt is "off", was "warning"'),
        (
            'break = "decision"',
            'break = "any-version"',
            'kb.toml:42 warning contracts.break is "any-version", was "decision"',
        ),
        (
            'decision-section = "error"',
            'decision-section = "off"',
            'kb.toml:5 warning the severity of decision-section is "off", was "error"',
        ),
        (
            'decision-section = "error", ',
            "",
            'kb.toml:5 warning the severity of decision-section is "warning", was "error"',
        ),
        (
            'decision-number = "info"',
            'couple = "off"',
            'kb.toml:5 warning the severity of couple is "off", was "error"',
        ),
        (
            'decision-status = "warning"',
            'decision-status = "info"',
            'kb.toml:7 warning the severity of decision-status is "info" for docs/adr/0001-a.md, was "warning"',
        ),
        (
            '"old/**"',
            '"old/**", "docs/guide.md"',
            (
                'kb.toml:12 warning sources.ignore is ["old/**", "docs/guide.md"], was ["old/**"]: '
                "docs/guide.md is not read"
            ),
        ),
        (
            "[sources]\n",
            '[sources]\nguides = ["help/**"]\n',
            "kb.toml:11 warning [sources] no longer reads docs/guide.md",
        ),
        (
            'when = ["src/api/**"]',
            'when = ["src/api/*.py"]',
            'kb.toml:16 warning the coupling "api" asks less: when is ["src/api/*.py"], was ["src/api/**"]',
        ),
        (
            'require = ["contracts/**"]',
            'require = ["contracts/**", "docs/**"]',
            (
                'kb.toml:17 warning the coupling "api" asks less: '
                'require is ["contracts/**", "docs/**"], was ["contracts/**"]'
            ),
        ),
        (
            'except = ["src/api/tests/**"]',
            'except = ["src/api/tests/**", "src/api/a.py"]',
            (
                'kb.toml:19 warning the coupling "api" asks less: '
                'except is ["src/api/tests/**", "src/api/a.py"], was ["src/api/tests/**"]'
            ),
        ),
        (
            'unless_only = ["tests"]',
            'unless_only = ["tests", "comments"]',
            'kb.toml:20 warning the coupling "api" asks less: unless_only is ["tests", "comments"], was ["tests"]',
        ),
        (
            'severity = "warning"\nexcept',
            'severity = "info"\nexcept',
            'kb.toml:18 warning the coupling "api" asks less: severity is "info", was "warning"',
        ),
        (
            'level = "never"',
            'level = "free"',
            'kb.toml:22 warning authority over infra/prod/a.tf is "free", was "never"',
        ),
        (
            'paths = ["infra/**"]',
            'paths = ["infra/prod/**"]',
            'kb.toml:22 warning authority over infra/a.tf is "free", was "approval"',
        ),
        (
            'allow = ["pytest*"]',
            'allow = ["pytest*", "left-pad"]',
            'kb.toml:31 warning dependencies.allow is ["pytest*", "left-pad"], was ["pytest*"]: left-pad may come in',
        ),
        (
            'banned = { moment = "use date-fns" }',
            "",
            'kb.toml:30 warning moment is banned no more, was "use date-fns"',
        ),
        (
            "[dependencies]\n",
            '[dependencies]\nnew = "off"\n',
            'kb.toml:31 warning dependencies.new is "off", was "decision"',
        ),
        (
            "until = 2026-08-01",
            "until = 2026-09-01",
            "kb.toml:34 warning the waiver of couple for src/api/legacy/** ends on 2026-09-01, was 2026-08-01",
        ),
        (
            'paths = ["src/api/legacy/**"]',
            'paths = ["src/api/**"]',
            'kb.toml:34 warning the waiver of couple for src/api/** covers ["src/api/**"], was ["src/api/legacy/**"]',
        ),
        (
            "[[waivers]]",
            f"{ANOTHER}[[waivers]]",
            "kb.toml:34 warning the waiver of guide-link for docs/** until 2026-07-01 is added (docs: r)",
        ),
    ],
)
def test_each_way_is_named_with_both_values(repo: Repo, old: str, new: str, said: str) -> None:
    """At its line, as a warning."""
    assert old in CONFIG
    repo.write({"kb.toml": CONFIG.replace(old, new, 1)}).commit()

    assert weakened(repo) == [said]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('fail_on = "warning"', 'fail_on = "info"'),
        ('receipt = "warning"', 'receipt = "error"'),
        ('decision-number = "info"', 'decision-number = "error"'),
        (', decision-number = "info"', ""),
        ('decision-status = "warning"', 'decision-status = "error"'),
        ('ignore = ["old/**"]', ""),
        ('name = "api"', 'name = "renamed"'),
        ('when = ["src/api/**"]', 'when = ["src/**"]'),
        ('require = ["contracts/**"]', 'require = ["contracts/*.txt"]'),
        ('except = ["src/api/tests/**"]\n', ""),
        ('unless_only = ["tests"]\n', ""),
        ('severity = "warning"\nexcept', 'severity = "error"\nexcept'),
        ('level = "approval"', 'level = "never"'),
        ('paths = ["infra/**"]', 'paths = ["infra/**", "src/**"]'),
        ('allow = ["pytest*"]', "allow = []"),
        ("banned = {", 'banned = { lodash = "no",'),
        ("until = 2026-08-01", "until = 2026-07-01"),
        ('owner = "payments"', 'owner = "platform"'),
        ("[[waivers]]", "# The waivers.\n[[waivers]]"),
    ],
)
def test_what_makes_it_stricter_is_silent(repo: Repo, old: str, new: str) -> None:
    """So is what only reads differently."""
    assert old in CONFIG
    repo.write({"kb.toml": CONFIG.replace(old, new, 1)}).commit()

    assert weakened(repo) == []


def test_a_waiver_in_the_message_of_a_commit_is_named(repo: Repo) -> None:
    """As one in the configuration is; one that was merged before is no part of the change."""
    waiver = "Kb-Waive: couple src/** until=2026-07-01 owner=payments reason=ticket 88"
    repo.write({"src/api/a.py": "a = 2\n"}).commit(f"Mend\n\n{waiver}")
    assert weakened(repo) == [
        "src/api/a.py:0 warning a waiver of couple for src/** until 2026-07-01 is added (payments: ticket 88)"
    ]

    repo.branch("later").write({"src/api/a.py": "a = 3\n"}).commit("Mend more")
    assert weakened(repo, base="feature") == []


def test_what_is_gone_is_named_one_by_one(repo: Repo) -> None:
    """The whole file, for example."""
    repo.remove("kb.toml").commit()

    assert weakened(repo) == [
        "kb.toml:0 warning [dependencies] is removed: what comes in is only told",
        'kb.toml:0 warning authority over infra/a.tf is "free", was "approval"',
        'kb.toml:0 warning authority over infra/prod/a.tf is "free", was "never"',
        'kb.toml:0 warning check.approval is "trailer", was "ci"',
        'kb.toml:0 warning check.fail_on is "error", was "warning"',
        'kb.toml:0 warning check.receipt is "off", was "warning"',
        'kb.toml:0 warning contracts.break is "major", was "decision"',
        'kb.toml:0 warning moment is banned no more, was "use date-fns"',
        'kb.toml:0 warning the coupling "api" is removed',
        'kb.toml:0 warning the severity of decision-section is "warning", was "error"',
    ]


def test_a_coupling_without_a_name_is_called_by_its_files(repo: Repo) -> None:
    """And one that another one covers is not missed."""
    table = '\n[[couple]]\nwhen = ["src/**"]\nrequire = ["docs/**"]\n'
    repo.switch("main").write({"kb.toml": CONFIG + table}).commit()
    repo.branch("later").write({"kb.toml": CONFIG}).commit()
    assert weakened(repo) == ['kb.toml:14 warning the coupling "src/**" is removed']

    wider = CONFIG + table.replace("src/**", "**")
    repo.write({"kb.toml": wider})
    assert weakened(repo) == []


def test_the_move_to_pyproject_changes_nothing(repo: Repo) -> None:
    """What counts is what the configuration says, not where."""
    text = re.sub(r"^(\[+)(\w)", r"\1tool.kb.\2", CONFIG, flags=re.MULTILINE)
    repo.remove("kb.toml").write({"pyproject.toml": text}).commit()

    assert weakened(repo) == []
