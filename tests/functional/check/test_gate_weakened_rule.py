"""gate-weakened on real histories: for each way to make the gate weaker, one beside it that makes it stricter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = """\
[check]
fail_on = "warning"
approval = "ci"
receipt = "warning"
severity = { decision-section = "error", decision-number = "info" }

[[check.paths]]
paths = ["docs/adr/**"]
severity = { decision-status = "warning" }

[sources]
ignore = ["old/**"]

[[couple]]
name = "api"
when = ["src/api/**"]
require = ["contracts/**"]
severity = "warning"
except = ["src/api/tests/**"]
unless_only = ["tests"]

[[authority]]
paths = ["infra/**"]
level = "approval"

[[authority]]
paths = ["infra/prod/**"]
level = "never"

[dependencies]
allow = ["pytest*"]
banned = { moment = "use date-fns" }

[[waivers]]
rule = "couple"
paths = ["src/api/legacy/**"]
until = 2026-08-01
owner = "payments"
reason = "ticket 88"

[contracts]
break = "decision"
"""

ANOTHER = """\
[[waivers]]
rule = "guide-link"
paths = ["docs/**"]
until = 2026-07-01
owner = "docs"
reason = "r"

"""

WORKFLOW = """\
on: pull_request
jobs:
  check:
    steps:
      - run: kb check --base origin/main
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    repo = Repo(tmp_path).write({"kb.toml": CONFIG, "src/api/a.py": "a = 1\n", "src/api/legacy/b.py": "b = 1\n"})
    repo.write({"contracts/api.txt": "x\n", "docs/adr/0001-a.md": madr(), "docs/guide.md": "# Guide\n"})
    repo.write({"infra/a.tf": "a\n", "infra/prod/a.tf": "a\n", ".github/workflows/check.yml": WORKFLOW}).commit()
    return repo.branch("feature")


def weakened(repo: Repo, **options: object) -> list[str]:
    """What the rule says, without its name."""
    return [
        line.replace(" gate-weakened:", "")
        for line in findings(repo, weakened=True, **options)  # type: ignore[arg-type]
        if " gate-weakened: " in line
    ]


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
            ('kb.toml:16 warning the coupling "api" asks less: when is ["src/api/*.py"], was ["src/api/**"]'),
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
            ('kb.toml:20 warning the coupling "api" asks less: unless_only is ["tests", "comments"], was ["tests"]'),
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
            ('kb.toml:31 warning dependencies.allow is ["pytest*", "left-pad"], was ["pytest*"]: left-pad may come in'),
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
            ('kb.toml:34 warning the waiver of couple for src/api/** covers ["src/api/**"], was ["src/api/legacy/**"]'),
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
    import re

    text = re.sub(r"^(\[+)(\w)", r"\1tool.kb.\2", CONFIG, flags=re.MULTILINE)
    repo.remove("kb.toml").write({"pyproject.toml": text}).commit()

    assert weakened(repo) == []


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


@pytest.mark.parametrize(
    ("new", "how"),
    [
        ("kb check --base origin/main || true", "its failure is ignored"),
        ("kb check --base origin/main\n        continue-on-error: true", "its failure is ignored"),
        ("kb check --fail-on never", "it fails on never, was error"),
    ],
)
def test_a_pipeline_that_lets_it_fail_is_named(repo: Repo, new: str, how: str) -> None:
    """With the command as it was."""
    repo.write({".github/workflows/check.yml": WORKFLOW.replace("kb check --base origin/main", new)}).commit()

    first = new.split("\n")[0]
    assert weakened(repo) == [
        (
            f".github/workflows/check.yml:0 warning kb check counts less here: {how}: `- run: {first}`, "
            "was `- run: kb check --base origin/main`"
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


RULES = """\
---
status: accepted
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: [moment, lodash]}
    message: Use date-fns.
---

# Dates

## Context and Problem Statement

Dates.

## Considered Options

* date-fns

## Decision Outcome

Chosen option: "date-fns", because it is small.
"""


@pytest.fixture
def ruled(repo: Repo) -> Repo:
    """The repository with an executable rule."""
    repo.switch("main").write({"docs/adr/0002-dates.md": RULES, "web/a.ts": "const a = 1\n"}).commit()
    return repo.branch("ruled")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            RULES[RULES.index("rules:") : RULES.index("---\n\n# Dates")],
            "",
            "docs/adr/0002-dates.md:0 warning rule:no-moment is removed (Use date-fns.)",
        ),
        (
            "[moment, lodash]",
            "[moment]",
            (
                "docs/adr/0002-dates.md:5 warning rule:no-moment asks less: "
                'forbid import is ["moment"], was ["moment", "lodash"]'
            ),
        ),
        (
            '"web/**"',
            '"web/b/**"',
            "docs/adr/0002-dates.md:5 warning rule:no-moment asks less: it no longer concerns web/a.ts",
        ),
        (
            "    message",
            "    severity: info\n    message",
            'docs/adr/0002-dates.md:5 warning rule:no-moment asks less: severity is "info", was "error"',
        ),
        (
            "status: accepted",
            "status: deprecated",
            ('docs/adr/0002-dates.md:0 warning rule:no-moment is off: its document is "deprecated", was "accepted"'),
        ),
    ],
)
def test_a_rule_that_is_gone_or_asks_less_is_named(ruled: Repo, old: str, new: str, said: str) -> None:
    """What agents read and CI enforces."""
    assert old in RULES
    ruled.write({"docs/adr/0002-dates.md": RULES.replace(old, new, 1)}).commit()

    assert weakened(ruled) == [said]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[moment, lodash]", "[moment, lodash, dayjs]"),
        ('"web/**"', '"**"'),
        ("Use date-fns.", "Use date-fns, please."),
        ("# Dates", "# Dates and times"),
    ],
)
def test_a_rule_that_asks_more_is_silent(ruled: Repo, old: str, new: str) -> None:
    """So is one that only reads differently."""
    ruled.write({"docs/adr/0002-dates.md": RULES.replace(old, new, 1)}).commit()

    assert weakened(ruled) == []


def test_a_rule_dies_with_its_superseded_decision(ruled: Repo) -> None:
    """That was decided."""
    successor = madr("Use Temporal").replace("# Use", "Supersedes [Dates](0002-dates.md).\n\n# Use")
    old = RULES.replace("status: accepted", "status: superseded by [Use Temporal](0003-temporal.md)")
    ruled.write({"docs/adr/0002-dates.md": old, "docs/adr/0003-temporal.md": successor}).commit()

    assert weakened(ruled) == []


def test_a_rule_that_moves_is_still_there(ruled: Repo) -> None:
    """With its file, or into another one."""
    ruled.move("docs/adr/0002-dates.md", "docs/adr/0009-dates.md").commit()

    assert weakened(ruled) == []
