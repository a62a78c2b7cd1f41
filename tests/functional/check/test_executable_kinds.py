"""Each kind of executable rule: what must fail beside what nearly fails and must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.gate import findings
from support.ruled import DOCUMENT, decision, started

if TYPE_CHECKING:
    from pathlib import Path

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


def test_a_pattern_cannot_hang_the_gate(tmp_path: Path) -> None:
    """A pattern that takes other engines for ever is answered at once."""
    rule = "  - id: evil\n    forbid: {pattern: '(a+)+$'}\n    in: strings\n"
    repo = started(tmp_path, rule).write({"web/a.ts": f'let a = "{"a" * 50_000}!";\n'})
    assert findings(repo) == []
