"""Executable rules on small real histories: what must fail beside what nearly fails and must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings, judged, madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = "docs/adr/0001-use-date-fns.md"
NO_MOMENT = """\
  - id: no-moment
    forbid: {import: moment}
    message: Use date-fns.
"""


def decision(rules: str, scope: str = '["web/**"]', status: str = "accepted", title: str = "Use date-fns") -> str:
    """A complete decision that carries rules."""
    front = f"status: {status}\nscope: {scope}\nrules:\n{rules.rstrip()}"
    return madr(title).replace("status: accepted", front, 1)


def started(tmp_path: Path, rules: str = NO_MOMENT, files: dict[str, str] | None = None, **fields: str) -> Repo:
    """A repository whose first decision carries rules, on a branch of its own."""
    repo = Repo(tmp_path).write({DOCUMENT: decision(rules, **fields), "web/a.ts": "let a = 1;\n", **(files or {})})
    repo.commit("Decide")
    return repo.branch("change")


FLAGGED = "web/a.ts:1 error rule:no-moment: imports `moment`, which 0001-use-date-fns.md forbids. Use date-fns."


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


CONSOLE = """\
  - id: no-console
    forbid: {pattern: 'console\\.log'}
"""


@pytest.mark.parametrize(
    ("part", "line", "flagged"),
    [
        ("", "console.log(a);", True),
        ("", "// console.log(a);", False),
        ("", 'let a = "console.log";', False),
        ("", "let a = `${console.log(a)}`;", True),
        ("comments", "// console.log(a);", True),
        ("comments", "console.log(a);", False),
        ("strings", 'let a = "console.log";', True),
        ("strings", "console.log(a);", False),
        ("all", "// console.log(a);", True),
    ],
)
def test_a_pattern_looks_at_one_part_of_the_code(tmp_path: Path, part: str, line: str, flagged: bool) -> None:
    """A pattern is found in the code unless it asks for comments, strings or everything."""
    rule = CONSOLE + (f"    in: {part}\n" if part else "")
    found = findings(started(tmp_path, rule).write({"web/a.ts": f"{line}\n"}))
    expected = "web/a.ts:1 error rule:no-console: holds `console.log`, which 0001-use-date-fns.md forbids"
    assert found == ([expected] if flagged else [])


def test_a_pattern_looks_into_prose_only_where_it_asks_for_everything(tmp_path: Path) -> None:
    """A guide may speak of what the code must not do; the document that carries the rule always may."""
    files = {"web/README.md": "Never call console.log.\n"}
    repo = started(tmp_path, CONSOLE, scope='["**"]').write(files)
    assert findings(repo) == []
    repo.write({DOCUMENT: decision(f"{CONSOLE}    in: all\n", scope='["**"]')})
    assert findings(repo) == [
        "web/README.md:1 error rule:no-console: holds `console.log`, which 0001-use-date-fns.md forbids"
    ]


def test_a_pattern_over_several_lines_is_found_by_any_of_them(tmp_path: Path) -> None:
    """A match that a change completes is new, on the line that was added."""
    rule = "  - id: no-empty-catch\n    forbid: {pattern: 'catch \\(\\w+\\) \\{\\s*\\}'}\n"
    repo = started(tmp_path, rule, {"web/a.ts": "try { a() }\ncatch (e) {\n  b()\n}\n"})
    assert findings(repo.write({"web/a.ts": "try { a() }\ncatch (e) {\n\n}\n"})) == [
        "web/a.ts:3 error rule:no-empty-catch: holds `catch (e) {...`, which 0001-use-date-fns.md forbids"
    ]


def test_a_required_import_or_pattern_is_asked_of_new_files_and_where_it_goes(tmp_path: Path) -> None:
    """A file must come with what is required, and must not lose it; one that never had it is let be."""
    rule = "  - id: strict\n    require: {pattern: '^use strict'}\n    in: all\n    when: ['**/*.ts']\n"
    repo = started(tmp_path, rule, {"web/had.ts": "use strict\n1\n", "web/lacks.ts": "1\n"})
    repo.write({"web/had.ts": "1\n2\n", "web/lacks.ts": "2\n", "web/new.ts": "1\n", "web/good.ts": "use strict\n"})
    words = "error rule:strict: does not hold `^use strict`, which 0001-use-date-fns.md requires"
    assert findings(repo) == [f"web/had.ts:0 {words}", f"web/new.ts:0 {words}"]


def test_a_required_file_changes_with_those_that_ask_for_it(tmp_path: Path) -> None:
    """A handler that changes alone fails; with a test, or outside of `when`, it passes."""
    rule = "  - id: tests-beside-handlers\n    when: ['web/handlers/**']\n    require: {file: 'web/tests/**'}\n"
    repo = started(tmp_path, rule, {"web/tests/a.ts": ""})
    lack = "but nothing in `web/tests/**` did: 0001-use-date-fns.md"
    assert findings(repo.write({"web/b.ts": "1\n"})) == []
    repo.write({"web/handlers/a.ts": "1\n", "web/handlers/b.ts": "1\n"})
    assert findings(repo) == [
        f"web/handlers/a.ts:0 error rule:tests-beside-handlers: web/handlers/a.ts and 1 more changed, {lack}"
    ]
    assert findings(repo.write({"web/tests/a.ts": "1\n"})) == []


def test_a_required_file_must_be_there_where_the_rule_holds_everywhere(tmp_path: Path) -> None:
    """A file that is there and unchanged is enough for a rule that holds everywhere."""
    rule = "  - id: keep-index\n    require: {file: web/index.ts}\n    on: everywhere\n"
    repo = started(tmp_path, rule, {"web/index.ts": ""}).write({"web/b.ts": "1\n"})
    lack = "but there is no `web/index.ts`: 0001-use-date-fns.md"
    assert findings(repo) == []
    assert findings(repo.remove("web/index.ts")) == [
        f"web/b.ts:0 error rule:keep-index: web/b.ts and 1 more changed, {lack}"
    ]


def test_a_forbidden_file_must_not_come(tmp_path: Path) -> None:
    """A file that is added or renamed to a forbidden name fails; one that was there may change."""
    rule = "  - id: no-enzyme\n    forbid: {file: '**/*.enzyme.ts'}\n"
    repo = started(tmp_path, rule, {"web/old.enzyme.ts": "1\n", "web/b.ts": "let b = 12345;\n"})
    assert findings(repo.write({"web/old.enzyme.ts": "2\n"})) == []
    assert findings(repo.move("web/b.ts", "web/b.enzyme.ts")) == [
        "web/b.enzyme.ts:0 error rule:no-enzyme: is `web/b.enzyme.ts`, which 0001-use-date-fns.md forbids"
    ]


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("web/package.json", '{\n "dependencies": {\n  "moment": "2"\n }\n}\n', 3),
        ("web/package.json", '{\n "dependencies": {\n  "moment-timezone": "2"\n }\n}\n', 0),
        ("web/package.json", '{\n "description": "moment"\n}\n', 0),
        ("web/requirements.txt", "moment==1\n", 1),
        ("package.json", '{\n "dependencies": {\n  "moment": "2"\n }\n}\n', 0),
    ],
)
def test_a_forbidden_dependency_is_found_in_manifests(tmp_path: Path, path: str, text: str, line: int) -> None:
    """A dependency fails by its name in a manifest of the scope, and nothing else does."""
    repo = started(tmp_path, "  - id: no-moment\n    forbid: {dependency: moment}\n").write({path: text})
    expected = f"{path}:{line} error rule:no-moment: depends on `moment`, which 0001-use-date-fns.md forbids"
    found = [each for each in findings(repo) if "rule:" in each]
    assert found == ([expected] if line else [])


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


def test_a_pattern_cannot_hang_the_gate(tmp_path: Path) -> None:
    """A pattern that takes other engines for ever is answered at once."""
    rule = "  - id: evil\n    forbid: {pattern: '(a+)+$'}\n    in: strings\n"
    repo = started(tmp_path, rule).write({"web/a.ts": f'let a = "{"a" * 50_000}!";\n'})
    assert findings(repo) == []
