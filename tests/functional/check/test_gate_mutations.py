"""Seeded mutations of a good change: its policy, manifests, decisions, specs, executable rules, synced files, waivers.

The good change adds an endpoint with all that goes with it, and passes. Each mutation forgets, breaks or weakens one
thing of it, and the rule that is there for it must say so.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from ctxkb.cli.boundary import run
from support.gate import judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SEED = 20260601
ROUNDS = 3
"""How often each kind of mutation is made, each time of another thing."""

CONFIG = """\
[check]
receipt = "off"
severity = { spec-uncovered = "error" }

[sync]
conventions = ["docs/conventions/**"]
targets = ["agents", "cursor"]

[[couple]]
name = "contract"
when = ["src/api/**"]
require = ["contracts/**"]

[[couple]]
name = "tested"
when = ["src/api/**"]
require = ["tests/**"]

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
rule = "rule:no-print"
paths = ["src/legacy/**"]
until = 2026-12-31
owner = "payments"
reason = "it is thrown away in autumn"
"""
RULES = r"""\
status: accepted
scope: ["src/**"]
rules:
  - id: no-pickle
    forbid: {import: pickle}
  - id: no-print
    forbid: {pattern: '\bprint\('}
  - id: no-copies
    forbid: {file: "**/*.orig"}
  - id: beside-api
    when: ["src/api/**"]
    require: {file: "tests/**"}"""
RULED, OLD, DATES, NEW = (
    f"docs/adr/{name}.md" for name in ("0001-rules-of-code", "0002-keep-moment", "0003-use-date-fns", "0004-use-more")
)
WEB, CURSOR = "docs/conventions/web.md", ".cursor/rules/kb-web.mdc"
CONVENTION = '---\nscope: ["web/**"]\n---\n\n# Web pages\n\n- Indent with tabs.\n'
PACKAGE = '{"dependencies": {\n"left": "^1.0.0"\n}}\n'
PROJECT = '[project]\nname = "shop"\ndependencies = [\n"httpx>=0.27",\n]\n'
API, TEST, CONTRACT, SPEC = "src/api/refunds.py", "tests/test_refunds.py", "contracts/refunds.md", "specs/refunds.md"
REFUNDS = "# Refunds\n\n## Why\n\nTrust.\n\n## Acceptance criteria\n\n- AC-1: It is paid once.\n- AC-2: It is logged.\n"
BEFORE: dict[str, str] = {
    "kb.toml": CONFIG,
    RULED: madr("Rules of code").replace("status: accepted", RULES),
    OLD: madr("Keep the dates"),
    WEB: CONVENTION,
    "package.json": PACKAGE,
    "pyproject.toml": PROJECT,
    "src/api/orders.py": "orders = 1\n",
    "src/legacy/old.py": "a = 1\n",
    "web/page.ts": "let a = 1;\n",
    "infra/main.tf": "a\n",
    "infra/prod/main.tf": "a\n",
    "specs/template.md": "# [FEATURE]\n\n## Why\n\n## Acceptance criteria\n",
    "tests/test_orders.py": "def test_orders(): ...\n",
}
GOOD: dict[str, str] = {
    OLD: madr("Keep the dates", status="superseded by 0003-use-date-fns.md"),
    DATES: madr("Use date-fns", status="accepted\nsupersedes: 0002-keep-moment.md"),
    "package.json": PACKAGE.replace('"left": "^1.0.0"', '"left": "^1.0.0",\n"date-fns": "^3.0.0"'),
    API: "def refund(order):\n    return order\n",
    TEST: "def test_ac_1_paid_once(): ...\n\n\ndef test_ac_2_logged(): ...\n",
    CONTRACT: "# Refunds\n\nA refund is paid once.\n",
    SPEC: REFUNDS,
    "src/legacy/old.py": "print(1)\n",
    "web/page.ts": "let a = 2;\n",
}
WAIVER = "kb-waive: {} until=2026-12-31 owner=a reason=b"
Edits = dict[str, str | None]
"""The files of a mutation by path, None for one that it leaves out or deletes."""


def edit(path: str, *choices: tuple[str, str]) -> Callable[[random.Random], Edits]:
    """Replaces a piece of one file of the good state: one of `choices`, the old text and the new."""
    text = {**BEFORE, **GOOD}[path]
    assert all(old in text for old, _ in choices), path
    return lambda chance: {path: text.replace(*chance.choice(choices), 1)}


def one_of(*choices: Edits) -> Callable[[random.Random], Edits]:
    return lambda chance: chance.choice(choices)


def added(path: str, *lines: str, before: str = "") -> Callable[[random.Random], Edits]:
    """Adds one of `lines` to a file, at its end or before a piece of it."""
    text = {**BEFORE, **GOOD}.get(path, "")
    at = text.index(before) if before else len(text)
    return lambda chance: {path: f"{text[:at]}{chance.choice(lines)}{text[at:]}"}


KINDS: dict[str, tuple[str, Callable[[random.Random], Edits]]] = {
    "forget the contract": ("couple", one_of({CONTRACT: None}, {CONTRACT: None, "docs/refunds.md": GOOD[CONTRACT]})),
    "forget the tests": ("couple", one_of({TEST: None}, {TEST: None, "src/test_refunds.py": GOOD[TEST]})),
    "touch what needs an approval": (
        "authority",
        one_of({"infra/main.tf": "b\n"}, {"infra/main.tf": None}, {"infra/new file.tf": "a\n"}),
    ),
    "touch what nobody may": (
        "authority",
        one_of({"infra/prod/main.tf": "b\n"}, {"infra/prod/main.tf": None}, {"infra/prod/ü.tf": "a\n"}),
    ),
    "leave a dependency undecided": (
        "dependency-new",
        one_of({DATES: madr("Dates", status="proposed")}, {DATES: None}),
    ),
    "add another dependency": (
        "dependency-new",
        one_of(
            {"pyproject.toml": PROJECT.replace('0.27",', '0.27", "attrs",')},
            {"package.json": GOOD["package.json"].replace("}}", ',"right": "1"}}')},
            {"go.mod": "module example.com/me\n\nrequire github.com/c/d v1.2.0\n"},
        ),
    ),
    "add a banned dependency": (
        "dependency-banned",
        edit("package.json", ("}}", ',"moment": "2"}}'), ("}}", '},"devDependencies": {"moment": "^2.1.0"}}')),
    ),
    "raise a major version": ("dependency-major", edit("package.json", ("^1.0.0", "^2.0.0"), ("^1.0.0", "3.1.0"))),
    "import what is forbidden": (
        "rule:no-pickle",
        added(API, "import pickle\n", "from pickle import loads\n", "def f():\n    import pickle as p\n"),
    ),
    "call what is forbidden": ("rule:no-print", added(API, "print(refund)\n", "if 1:\n    print(2)\n")),
    "add a forbidden file": ("rule:no-copies", one_of({"src/a.orig": "x"}, {"src/api/b.py.orig": "y"})),
    "leave a required file out": ("rule:beside-api", one_of({TEST: None})),
    "edit a convention alone": (
        "rule-drift",
        edit(WEB, ("tabs", "spaces"), ("# Web pages", "# Pages"), ("web/**", "ui/**"), ("- Indent with tabs.\n", "")),
    ),
    "delete what is written from it": ("rule-drift", one_of({"AGENTS.md": None}, {CURSOR: None})),
    "write the opposite": ("rule-contradiction", one_of({"web/AGENTS.md": "# Web\n\n- Indent with spaces.\n"})),
    "let a waiver end": ("waiver-expired", edit("kb.toml", ("2026-12-31", "2026-05-31"), ("2026-12-31", "2025-12-31"))),
    "mislead a waiver": ("waiver-unused", edit("kb.toml", ("src/legacy/**", "src/old/**"), ("legacy/**", "*.legacy"))),
    "waive what is not there": (
        "waiver-unused",
        added(API, f"x = 1  # {WAIVER.format('rule:no-print')}\n", f"y = 2  # {WAIVER.format('rule:no-pickle')}\n"),
    ),
    "waive without a reason": (
        "waiver-invalid",
        added(
            API,
            "print(1)  # kb-waive: rule:no-print\n",
            "x = 1  # kb-waive: rule:no-print until=soon owner=a reason=b\n",
        ),
    ),
    "drop a coupling": ("gate-weakened", edit("kb.toml", ('when = ["src/api/**"]', 'when = ["src/none/**"]'))),
    "ask a coupling for less": (
        "gate-weakened",
        edit(
            "kb.toml", ('require = ["contracts/**"]', 'require = ["**"]'), ('"contract"\n', '"c"\nseverity = "info"\n')
        ),
    ),
    "free what was guarded": ("gate-weakened", edit("kb.toml", ('"never"', '"free"'), ('"approval"', '"free"'))),
    "let dependencies in": (
        "gate-weakened",
        edit(
            "kb.toml",
            ('"pytest*"', '"*"'),
            ('moment = "use date-fns"', ""),
            ("[dependencies]", '[dependencies]\nnew = "off"'),
        ),
    ),
    "switch a rule off": (
        "gate-weakened",
        edit("kb.toml", ('"error" }', '"error", couple = "off" }'), ("[check]", '[check]\nfail_on = "never"')),
    ),
    "stretch a waiver": ("gate-weakened", edit("kb.toml", ("2026-12-31", "2027-12-31"), ("src/legacy/**", "src/**"))),
    "weaken an executable rule": (
        "gate-weakened",
        edit(
            RULED,
            ("forbid: {import: pickle}", "forbid: {import: pickle}\n    severity: info"),
            ("src/**", "src/api/**"),
        ),
    ),
    "drop an executable rule": (
        "gate-weakened",
        edit(RULED, ("  - id: no-pickle\n    forbid: {import: pickle}\n", ""), ("accepted", "deprecated")),
    ),
    "misspell a status": ("decision-status", edit(DATES, ("accepted", "acceptd"), ("accepted", "acepted"))),
    "drop a section": (
        "decision-section",
        edit(
            DATES,
            ('## Decision Outcome\n\nChosen option: "This", because it is enough.\n', ""),
            ("## Context and", "## A"),
        ),
    ),
    "leave the template's text": (
        "decision-placeholder",
        edit(
            DATES,
            ("We need one way to do it.", "{Describe the context and problem statement}"),
            ("* This", "* {option 1}"),
        ),
    ),
    "take a number again": ("decision-number", one_of({"docs/adr/0003-other.md": madr("Other")})),
    "supersede from one side": (
        "decision-supersession",
        one_of({OLD: BEFORE[OLD]}, {OLD: GOOD[OLD].replace("0003-use-date-fns", "0009-nothing")}),
    ),
    "drop a section of a spec": ("spec-section", edit(SPEC, ("## Why\n", "## Words\n"))),
    "leave a spec unfilled": (
        "spec-placeholder",
        edit(SPEC, ("Trust.", "[NEEDS CLARIFICATION: why?]"), ("Trust.", "[FEATURE NAME]")),
    ),
    "prove one criterion less": ("spec-uncovered", edit(TEST, ("ac_1_", ""), ("ac_2_", ""), ("ac_2_", "ac_3_"))),
}


def mutations() -> list[tuple[str, str, Edits]]:
    """Name, rule and edits of every kind of mutation `ROUNDS` times; the same one twice counts once."""
    found: dict[str, tuple[str, str, Edits]] = {}
    for name, (rule, make) in KINDS.items():
        for turn in range(ROUNDS):
            edits = make(random.Random(f"{SEED} {name} {turn}"))  # noqa: S311 - which one is made is no secret
            found.setdefault(f"{name} {edits}", (name, rule, edits))
    return list(found.values())


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """The state before on `main`, with the files that are written from its conventions, and the good change."""
    repo = Repo(tmp_path).write(dict(BEFORE))
    monkeypatch.chdir(repo.root)
    assert run(["sync"]) == 0
    repo.commit("Begin")
    repo.branch("good").write(dict(GOOD)).commit("Add refunds, with all that goes with them")
    return repo


def told(repo: Repo, edits: Edits) -> list[str]:
    """The rules that speak of the good change with `edits` made to it."""
    repo.git("checkout", "--quiet", "--force", "-B", "mutant", "good")
    repo.remove(*(path for path, content in edits.items() if content is None))
    repo.write({path: content for path, content in edits.items() if content is not None}).commit("Mutate")
    found = judged(repo, base="main", head="mutant").findings
    return [each.rule for each in found if each.severity != "info" and not each.waived]


def test_the_good_change_passes(repo: Repo) -> None:
    """What it does is decided, coupled, covered, and waived where it must be."""
    assert told(repo, {}) == []
    assert [each.rule for each in judged(repo, base="main").findings] == ["rule:no-print"]


def test_every_mutation_is_noticed(repo: Repo) -> None:
    """The share of the mutations that the rule for them notices is all of them."""
    made = mutations()
    missed = [f"{rule}: {name}: {edits}" for name, rule, edits in made if rule not in told(repo, edits)]

    assert (f"{len(made) - len(missed)} of {len(made)} noticed", missed) == (f"{len(made)} of {len(made)} noticed", [])
