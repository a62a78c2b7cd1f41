"""Executable rules on small real histories: when they are in force, where they look, and what a change answers for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo
from support.ruled import DOCUMENT, FLAGGED, NO_MOMENT, decision, started

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "line", "flagged"),
    [
        ("web/a.ts", 'import moment from "moment";', True),
        ("web/a.ts", '// import moment from "moment";', False),
        ("web/a.ts", "const a = 'import moment from \"moment\"';", False),
        ("web/a.ts", 'import momentum from "momentum";', False),
        ("web/a.ts", 'const m = require("moment/locale/de");', True),
        ("web/a.ts", 'const m = other("moment");', False),
        ("web/a.py", "import moment", True),
        ("web/README.md", 'import moment from "moment";', False),
        ("api/a.ts", 'import moment from "moment";', False),
    ],
)
def test_an_import_is_one_by_its_syntax_and_within_the_scope(
    tmp_path: Path, path: str, line: str, flagged: bool
) -> None:
    """A forbidden import fails in the scope; a comment, a string, a longer name and other folders pass."""
    repo = started(tmp_path).write({path: f"{line}\n"})
    what = "moment/locale/de" if "locale" in line else "moment"
    expected = [FLAGGED.replace("web/a.ts", path).replace("`moment`", f"`{what}`")] if flagged else []
    assert findings(repo) == expected


def test_what_is_too_large_to_parse_is_read_as_text_and_says_so(tmp_path: Path) -> None:
    """A forbidden import cannot hide in it."""
    tangle = "a<b," * 20_000
    repo = started(tmp_path).write({"web/a.ts": f'import moment from "moment";\n{tangle}\n'})
    assert findings(repo) == [FLAGGED.replace("forbids", "forbids (read as text: it is too large to parse)")]


@pytest.mark.parametrize("first", ["let a = 1;", "// \0"])
@pytest.mark.parametrize("attributes", ["", "*.ts -diff\n", "web/** binary\n"])
def test_what_makes_a_file_binary_hides_nothing(tmp_path: Path, first: str, attributes: str) -> None:
    """Neither an attribute nor a NUL byte in a comment; nor does one bring in what stood there before."""
    repo = started(tmp_path, files={"web/a.ts": f"{first}\n"}).write({".gitattributes": attributes})
    repo.commit()

    text = f'{first}\nimport moment from "moment";\n'
    repo.write({"web/a.ts": text})
    assert findings(repo, base="HEAD") == [FLAGGED.replace(":1 ", ":2 ")]
    repo.commit()
    repo.write({"web/a.ts": f"{text}let b = 2;\n"})
    assert findings(repo, base="HEAD") == []


def test_a_finding_tells_the_fix_the_rule_and_whom_to_ask(tmp_path: Path) -> None:
    """A breach leads to the document that carries the rule, and to those who decided."""
    repo = started(tmp_path, status="accepted\ndecision-makers: [Ada]", files={"CODEOWNERS": "web/** @web\n"})
    repo.write({"web/a.ts": 'let a = 1;\nimport "moment";\n'})
    [found] = judged(repo).findings
    assert (found.line, found.fix, found.ask) == (2, "do not import `moment`", ("Ada", "@web"))
    assert [(each.path, each.line, each.about) for each in found.related] == [(DOCUMENT, 6, "the rule stands here")]


@pytest.mark.parametrize("status", ["proposed", "rejected", "deprecated", "superseded by ADR-0002"])
def test_a_rule_is_off_unless_its_decision_holds(tmp_path: Path, status: str) -> None:
    """A rule of a decision that does not hold flags nothing."""
    repo = started(tmp_path, status=status).write({"web/a.ts": 'import "moment";\n'})
    assert [line for line in findings(repo) if "rule:" in line] == []


@pytest.mark.parametrize(("status", "off"), [("accepted", True), ("proposed", False)])
def test_a_successor_that_is_accepted_switches_a_rule_off(tmp_path: Path, status: str, off: bool) -> None:
    """The status in effect counts: what a later decision replaced is off, though it does not say so itself."""
    later = madr("Use Temporal", status=f"{status}\nsupersedes: 0001-use-date-fns.md")
    repo = started(tmp_path, files={"docs/adr/0002-use-temporal.md": later}).write({"web/a.ts": 'import "moment";\n'})
    assert ("rule:no-moment" not in "\n".join(findings(repo))) == off


def test_a_rule_of_a_convention_lives_with_its_file(tmp_path: Path) -> None:
    """A nested AGENTS.md enforces its rule in its folder, while it is there."""
    agents = "# Web\n\nUse date-fns.\n\n```kb-rule\nid: no-moment\nforbid: {import: moment}\n```\n"
    repo = Repo(tmp_path).write({"web/AGENTS.md": agents, "web/a.ts": "", "api/a.ts": ""})
    repo.commit("Begin")
    repo.branch("change").write({"web/a.ts": 'import "moment";\n', "api/a.ts": 'import "moment";\n'})
    assert findings(repo) == ["web/a.ts:1 error rule:no-moment: imports `moment`, which AGENTS.md forbids"]
    assert findings(repo.remove("web/AGENTS.md")) == []


@pytest.mark.parametrize("extra", ["", "globs: web/**\n"])
def test_a_rule_of_a_convention_that_nobody_is_bound_by_is_off(tmp_path: Path, extra: str) -> None:
    """A Cursor rule that an agent only may read enforces nothing; one with globs does."""
    rule = f"---\n{extra}description: Dates\nrules:\n{NO_MOMENT}---\n\n# Dates\n"
    repo = Repo(tmp_path).write({".cursor/rules/dates.mdc": rule})
    repo.commit("Begin")
    repo.branch("change").write({"web/a.ts": 'import "moment";\n'})
    assert len(findings(repo)) == (1 if extra else 0)


def test_only_changed_lines_count(tmp_path: Path) -> None:
    """What stood in a changed file before is let be; a second one fails."""
    repo = started(tmp_path, files={"web/a.ts": 'import "moment";\nlet a = 1;\n'})
    assert findings(repo.write({"web/a.ts": 'import "moment";\nlet a = 2;\n'})) == []
    repo.write({"web/a.ts": 'import "moment";\nlet a = 2;\nimport "moment";\n'})
    assert findings(repo) == [FLAGGED.replace(":1 ", ":3 ")]


def test_a_line_that_is_moved_or_edited_is_known(tmp_path: Path) -> None:
    """A forbidden import that only changes its place or its names is told as info."""
    repo = started(tmp_path, files={"web/a.ts": 'import {b} from "moment";\nlet a = 1;\n'})
    repo.write({"web/a.ts": 'let a = 1;\nimport {b, c} from "moment";\n'})
    assert findings(repo) == [FLAGGED.replace(":1 error", ":2 info")]


def test_a_file_that_moves_into_the_scope_is_judged_whole(tmp_path: Path) -> None:
    """What was allowed where it stood is new where it comes to; within the scope it was there before."""
    text = 'import "moment";\n' + "".join(f"let a{n} = {n};\n" for n in range(20))
    repo = started(tmp_path, files={"api/b.ts": text, "web/c.ts": text})
    assert findings(repo.move("web/c.ts", "web/d/c.ts").stage(), staged=True) == []
    assert findings(repo.move("api/b.ts", "web/b.ts").stage(), staged=True) == [FLAGGED.replace("a.ts", "b.ts")]


def test_everywhere_judges_all_of_a_changed_file(tmp_path: Path) -> None:
    """A rule that holds everywhere fails on a line that the change leaves alone, in files that it touches."""
    rule = f"{NO_MOMENT}    on: everywhere\n"
    files = {"web/a.ts": 'import "moment";\nlet a = 1;\n', "web/b.ts": 'import "moment";\n'}
    repo = started(tmp_path, rule, files)
    assert findings(repo.write({"web/a.ts": 'import "moment";\nlet a = 2;\n'})) == [FLAGGED]


def test_a_new_rule_that_holds_everywhere_judges_the_whole_scope(tmp_path: Path) -> None:
    """A change that brings the rule answers for all files that break it; one that holds on changes answers for none."""
    repo = Repo(tmp_path).write({"web/a.ts": 'import "moment";\n', "api/a.ts": 'import "moment";\n'})
    repo.commit("Begin")
    assert findings(repo.branch("change").write({DOCUMENT: decision(NO_MOMENT)})) == []
    assert findings(repo.write({DOCUMENT: decision(f"{NO_MOMENT}    on: everywhere\n")})) == [FLAGGED]


def test_all_tells_what_was_there_before_as_info(tmp_path: Path) -> None:
    """A look at the whole repository shows what breaks a rule without failing it."""
    repo = started(tmp_path, files={"web/a.ts": 'import "moment";\n'})
    assert findings(repo) == []
    assert findings(repo, everything=True) == [FLAGGED.replace("error", "info")]


def test_severities_and_waivers_name_a_rule_by_its_id(tmp_path: Path) -> None:
    """The rule's own severity, that of the configuration, and a waiver each have their say."""
    rule = f"{NO_MOMENT}    severity: warning\n"
    repo = started(tmp_path, rule).write({"web/a.ts": 'import "moment";\n'})
    assert findings(repo) == [FLAGGED.replace("error", "warning")]
    repo.write({"kb.toml": '[check]\nseverity = { "rule:no-moment" = "info" }\n'})
    assert findings(repo) == [FLAGGED.replace("error", "info")]
    waiver = 'rule = "rule:no-moment"\npaths = ["web/a.ts"]\nuntil = 2026-12-31\nowner = "web"\nreason = "soon"\n'
    repo.write({"kb.toml": f"[[waivers]]\n{waiver}"})
    assert findings(repo) == [f"({FLAGGED.replace('error', 'warning')})"]


def test_a_waiver_at_the_line_names_a_rule_by_its_id(tmp_path: Path) -> None:
    """A comment above the line waives the rule there and not below."""
    mark = "// kb-waive: rule:no-moment until=2026-12-31 owner=web reason=ticket 88"
    repo = started(tmp_path).write({"web/a.ts": f'let a = 1;\n{mark}\nimport "moment";\n\nimport "moment/x";\n'})
    assert findings(repo) == [
        f"({FLAGGED.replace(':1 ', ':3 ')})",
        FLAGGED.replace(":1 ", ":5 ").replace("`moment`", "`moment/x`"),
    ]


@pytest.mark.parametrize(("language", "flagged"), [("python", True), ("go", False)])
def test_a_rule_may_be_for_some_languages(tmp_path: Path, language: str, flagged: bool) -> None:
    """A rule with `languages` leaves files of others alone."""
    rule = f"  - id: no-os\n    forbid: {{import: os}}\n    languages: {language}\n"
    assert bool(findings(started(tmp_path, rule).write({"web/a.py": "import os\n"}))) == flagged


def test_when_narrows_the_scope(tmp_path: Path) -> None:
    """A rule with `when` is about paths that both it and its document name."""
    rule = f"{NO_MOMENT}    when: ['web/ui/**', 'api/**']\n"
    line = 'import "moment";\n'
    repo = started(tmp_path, rule).write({"web/a.ts": line, "api/a.ts": line, "web/ui/a.ts": line})
    assert findings(repo) == [FLAGGED.replace("a.ts", "ui/a.ts", 1)]
