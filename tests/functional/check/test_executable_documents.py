"""Executable rules as they are written: malformed ones, ids, and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo
from support.ruled import DOCUMENT, FLAGGED, NO_MOMENT, decision, started

if TYPE_CHECKING:
    from pathlib import Path


def test_a_malformed_rule_is_a_finding_of_its_own(tmp_path: Path) -> None:
    """A rule that cannot be used fails where it is written, and the others are enforced."""
    rules = f"{NO_MOMENT}  - id: broken\n    forbids: {{import: a}}\n"
    repo = started(tmp_path, files={"web/a.ts": ""}).write({DOCUMENT: decision(rules), "web/a.ts": 'import "moment";'})
    assert findings(repo) == [
        f'{DOCUMENT}:9 error rule:broken: the rule cannot be used: unknown key "forbids"; did you mean "forbid"?',
        FLAGGED,
    ]


def test_a_rule_that_was_malformed_before_is_known(tmp_path: Path) -> None:
    """A change elsewhere in the document does not answer for a rule that was broken."""
    rules = "  - id: broken\n    forbids: {import: a}\n"
    repo = started(tmp_path, rules).write({DOCUMENT: decision(rules) + "\nMore.\n"})
    assert [line.split(": ")[0] for line in findings(repo)] == [f"{DOCUMENT}:6 info rule:broken"]


def test_two_rules_in_force_may_not_share_an_id(tmp_path: Path) -> None:
    """A second rule of an id fails; that of a superseded decision is off and shares nothing."""
    second = "docs/adr/0002-dates.md"
    repo = started(tmp_path).write({second: decision(NO_MOMENT, title="Dates")})
    assert findings(repo) == [f'{second}:5 error rule:no-moment: the rule "no-moment" has the id of another one']
    successor = decision(NO_MOMENT, status="accepted\nsupersedes: 0001-use-date-fns.md", title="Dates")
    repo.write({second: successor, DOCUMENT: decision(NO_MOMENT, status="superseded by 0002-dates.md")})
    assert findings(repo) == []


SAMPLES = """\
  - id: no-moment
    forbid: {import: moment}
    languages: ts
    fail: ['import a from "moment"', 'const a = require("moment")']
    pass: ['import a from "date-fns"']
"""


def test_the_samples_of_a_rule_are_checked_when_it_changes(tmp_path: Path) -> None:
    """A sample that the rule does not judge as it says fails; one that it does passes."""
    repo = started(tmp_path, SAMPLES)
    assert findings(repo.write({DOCUMENT: decision(SAMPLES) + "\nMore.\n"})) == []
    wrong = SAMPLES.replace("fail: ['import a", "fail: ['// import a").replace('"date-fns"', '"moment/x"')
    assert findings(repo.write({DOCUMENT: decision(wrong)})) == [
        f'{DOCUMENT}:8 error rule:no-moment: its own sample "// import a from "moment"" under `fail` is not flagged',
        f'{DOCUMENT}:9 error rule:no-moment: its own sample "import a from "moment/x"" under `pass` is flagged',
    ]


@pytest.mark.parametrize(
    ("rule", "faults"),
    [
        ("forbid: {import: a}\n    fail: import a", 1),
        ("forbid: {import: a}\n    fail: {path: a.py, code: import a}", 0),
        ("forbid: {import: a}\n    when: '**/*.{js,ts}'\n    fail: import a from 'a'", 0),
        ("forbid: {file: '*.orig'}\n    fail: a/b.orig\n    pass: a/b", 0),
        ("forbid: {file: '*.orig'}\n    pass: a/b.orig", 1),
        ("forbid: {dependency: a*}\n    fail: ab\n    pass: ba", 0),
        ("require: {pattern: '^a'}\n    pass: a\n    fail: b", 0),
        ("require: {pattern: '^a'}\n    fail: a", 1),
    ],
)
def test_every_kind_of_rule_can_have_samples(tmp_path: Path, rule: str, faults: int) -> None:
    """A sample is code, a path or a name; one of an import says in which language it is."""
    repo = Repo(tmp_path)
    repo.commit("Begin")
    repo.branch("change").write({DOCUMENT: decision(f"  - id: own\n    {rule}\n", scope='["**"]')})
    assert len(findings(repo)) == faults


SEVERITY = '[check]\nseverity = {{ "rule:{name}" = "{severity}" }}\n'


@pytest.mark.parametrize("severity", ["info", "off"])
def test_a_severity_for_a_rule_that_is_not_there_is_told(tmp_path: Path, severity: str) -> None:
    """A name that is misspelt sets nothing; the right one does."""
    repo = started(tmp_path).write({"kb.toml": SEVERITY.format(name="no-momnet", severity=severity)})
    assert findings(repo) == [
        'kb.toml:2 warning rule: a severity is set for "rule:no-momnet", which is no rule of any document'
    ]
    assert [each.fix for each in judged(repo).findings] == ['did you mean "rule:no-moment"?']

    repo.write({"kb.toml": SEVERITY.format(name="no-moment", severity=severity)})
    assert findings(repo) == []


def test_a_severity_may_name_a_rule_that_is_off_or_broken(tmp_path: Path) -> None:
    """It is there, and may hold again."""
    severities = SEVERITY.format(name="no-moment", severity="info")
    repo = started(tmp_path).write({DOCUMENT: decision(NO_MOMENT, status="proposed"), "kb.toml": severities})
    assert findings(repo) == []

    repo.write({DOCUMENT: decision(NO_MOMENT.replace("forbid:", "forbids:"))})
    assert [line.split()[2] for line in findings(repo)] == ["rule:no-moment:"]


def test_a_severity_that_outlives_its_rule_is_told_by_the_change_that_takes_the_rule(tmp_path: Path) -> None:
    """Later it is info where the configuration is touched, and silent elsewhere."""
    repo = started(tmp_path).write({"kb.toml": SEVERITY.format(name="no-moment", severity="info")})
    repo.commit()
    repo.branch("later").write({DOCUMENT: madr("Use date-fns")}).commit()
    told = 'kb.toml:2 {} rule: a severity is set for "rule:no-moment", which is no rule of any document'
    assert findings(repo, base="change") == [told.format("warning")]

    repo.branch("last").write({"web/b.ts": "1\n"}).commit()
    assert findings(repo, base="later") == []
    repo.write({"kb.toml": "# More\n" + SEVERITY.format(name="no-moment", severity="info")})
    assert findings(repo, base="later") == [told.format("info").replace(":2 ", ":3 ")]
