"""A report in every format: whole outputs."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from ctxkb import __version__
from ctxkb.check.findings import Finding, Report
from ctxkb.check.render import RENDERERS
from support.findings import COUPLE, HOSTILE, REPORT, SECTION, STATUS, rendered

SCHEMA = Path(__file__).parents[2] / "data" / "sarif-schema-2.1.0.json"


def test_text_groups_by_file_with_lines_and_fixes() -> None:
    """A waived finding shows why in place of how to fix it; bytes that are no UTF-8 are written out."""
    assert RENDERERS["text"](REPORT) == (
        "docs/adr/0001-a.md\n"
        '  3: error decision-status: the status "x" is unknown\n'
        "    | status: x\n"
        "    fix: write another\n"
        "    ask: ada\n"
        "\n"
        "src/größe.py\n"
        "  error couple: changed alone\n"
        "    waived until 2027-01-31: ok\n"
        "\n"
        "src/\\udcff.md\n"
        "  1: warning decision-section: is missing\n"
        "    fix: add it\n"
        "    see a.md:2: the other one\n"
        "    see b.md: and this\n"
        "    ask: @team, bob\n"
        "\n"
        "1 error, 1 warning, 1 waived in 12 changed files (aaaaaaaaaa..working tree)\n"
    )


def test_json_has_exactly_the_published_keys() -> None:
    """Programs rely on them."""
    found = json.loads(RENDERERS["json"](REPORT))
    fingerprints = [each.pop("fingerprint") for each in found["findings"]]
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in fingerprints)
    assert len(set(fingerprints)) == 3
    assert found == {
        "findings": [
            {
                "rule": "decision-status",
                "severity": "error",
                "path": "docs/adr/0001-a.md",
                "line": 3,
                "message": 'the status "x" is unknown',
                "fix": "write another",
                "ask": ["ada"],
                "related": [],
                "waived": None,
                "baselined": False,
            },
            {
                "rule": "couple",
                "severity": "error",
                "path": "src/größe.py",
                "line": 0,
                "message": "changed alone",
                "fix": "change both",
                "ask": [],
                "related": [],
                "waived": {"until": "2027-01-31", "reason": "ok"},
                "baselined": False,
            },
            {
                "rule": "decision-section",
                "severity": "warning",
                "path": "src/\udcff.md",
                "line": 1,
                "message": "is missing",
                "fix": "add it",
                "ask": ["@team", "bob"],
                "related": [
                    {"path": "a.md", "line": 2, "about": "the other one"},
                    {"path": "b.md", "line": 0, "about": "and this"},
                ],
                "waived": None,
                "baselined": False,
            },
        ],
        "checked": {"base": "a" * 40, "head": "working tree", "files": 12},
        "exit": 1,
    }


def test_a_fingerprint_follows_a_finding_to_another_line() -> None:
    """Equal ones are told apart; another file, message or text of the line makes another one."""

    def marks(*findings: Finding) -> list[str]:
        return [each["fingerprint"] for each in json.loads(rendered("json", *findings))["findings"]]

    moved = replace(STATUS, line=9, severity="info", fix="or that")
    assert marks(STATUS) == marks(moved)
    assert marks(STATUS, moved)[0] == marks(STATUS)[0]
    others = [replace(STATUS, path="b"), replace(STATUS, message="b"), replace(STATUS, excerpt="b")]
    assert len(set(marks(STATUS, moved, *others))) == 5


def test_github_gives_annotations_and_then_the_report() -> None:
    """The worst first, without what is waived; commands are stopped while the report is written."""
    text = RENDERERS["text"](REPORT)
    annotations, _, rest = RENDERERS["github"](REPORT).partition("::stop-commands::")
    assert annotations == (
        "::error file=docs/adr/0001-a.md,line=3,title=kb check%3A decision-status::"
        'the status "x" is unknown%0AFix: write another%0AAsk: ada\n'
        "::warning file=src/\\udcff.md,line=1,title=kb check%3A decision-section::"
        "is missing%0AFix: add it%0AAsk: @team, bob\n"
    )
    word = rest.split("\n")[0]
    assert rest == f"{word}\n{text}::{word}::\n"
    assert re.fullmatch("[0-9a-f]{64}", word)


def test_github_shows_ten_of_each_severity_and_says_how_many_more() -> None:
    """As many as the service shows of one step."""
    many = [replace(STATUS, line=line) for line in range(1, 14)]
    few = [replace(SECTION, severity="info", line=line) for line in range(1, 4)]
    rows = rendered("github", *few, *many).split("\n")
    assert [row.split(" ")[0] for row in rows[:14]] == ["::error"] * 10 + ["10"] + ["::notice"] * 3
    assert rows[10] == "10 of 13 findings of severity error are annotations; all are listed below."


def test_gitlab_lists_what_counts() -> None:
    """With the first line for a whole file."""
    report = replace(REPORT, findings=(STATUS, COUPLE, replace(SECTION, line=0)))
    found = json.loads(RENDERERS["gitlab"](report))
    assert [each.pop("fingerprint") for each in found] == [
        each["fingerprint"] for each in json.loads(RENDERERS["json"](report))["findings"] if not each["waived"]
    ]
    assert found == [
        {
            "description": 'the status "x" is unknown (fix: write another)',
            "check_name": "decision-status",
            "severity": "major",
            "location": {"path": "docs/adr/0001-a.md", "lines": {"begin": 3}},
        },
        {
            "description": "is missing (fix: add it)",
            "check_name": "decision-section",
            "severity": "minor",
            "location": {"path": "src/\\udcff.md", "lines": {"begin": 1}},
        },
    ]


def test_junit_fails_what_fails_the_check() -> None:
    """What is waived is skipped, and what is below the bar passes with its words."""
    assert RENDERERS["junit"](REPORT) == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<testsuites name="kb check" tests="3" failures="1" errors="0" skipped="1">\n'
        '  <testsuite name="kb check" tests="3" failures="1" errors="0" skipped="1">\n'
        '    <testcase classname="decision-status" name=\'docs/adr/0001-a.md:3 the status "x" is unknown\''
        ' file="docs/adr/0001-a.md" line="3">\n'
        '      <failure type="error" message=\'the status "x" is unknown\'>docs/adr/0001-a.md:3: error '
        'decision-status: the status "x" is unknown\nfix: write another</failure>\n'
        "    </testcase>\n"
        '    <testcase classname="couple" name="src/größe.py changed alone" file="src/größe.py" line="1">\n'
        '      <skipped message="waived until 2027-01-31: ok"/>\n'
        "    </testcase>\n"
        '    <testcase classname="decision-section" name="src/\\udcff.md:1 is missing"'
        ' file="src/\\udcff.md" line="1">\n'
        "      <system-out>src/\\udcff.md:1: warning decision-section: is missing\nfix: add it</system-out>\n"
        "    </testcase>\n"
        "  </testsuite>\n"
        "</testsuites>\n"
    )
    assert ElementTree.fromstring(rendered("junit")).find("testsuite/testcase") is not None  # noqa: S314 - our own


def test_markdown_is_a_table_with_a_marker() -> None:
    """By the marker the comment on a pull request is found again; owners are named without calling them."""
    assert RENDERERS["markdown"](REPORT) == (
        "<!-- ctxkb:kb-check -->\n"
        "### kb check: 1 error, 1 warning, 1 waived\n"
        "\n"
        "| severity | where | rule | what |\n"
        "|---|---|---|---|\n"
        '| error | `docs/adr/0001-a.md:3` | `decision-status` | the status "x" is unknown<br>**Fix:** write another'
        "<br>**Ask:** `ada` |\n"
        "| warning | `src/\\udcff.md:1` | `decision-section` | is missing<br>**Fix:** add it"
        "<br>**Ask:** `@team`, `bob` |\n"
        "\n"
        "<details><summary>set aside</summary>\n"
        "\n"
        "| severity | where | rule | what |\n"
        "|---|---|---|---|\n"
        "| error | `src/größe.py` | `couple` | changed alone<br>waived until 2027-01-31\\: ok |\n"
        "\n"
        "</details>\n"
        "\n"
        "In 12 changed files (aaaaaaaaaa..working tree).\n"
    )
    assert rendered("markdown").split("\n")[1] == "### kb check: no findings"


def test_markdown_fits_into_a_comment() -> None:
    """It says how many findings it leaves out."""
    many = [replace(STATUS, line=line, message="x" * 400) for line in range(1, 400)]
    waived = [replace(COUPLE, line=line, message="y" * 400) for line in range(1, 400)]
    text = rendered("markdown", *many, *waived)
    assert len(text) < 60_000
    assert [int(found) for found in re.findall(r"^and (\d+) more; run `kb check`", text, re.MULTILINE)] == [
        399 - text.count("x" * 400),
        399 - text.count("y" * 400),
    ]


def test_sarif_is_valid_and_complete() -> None:
    """After the schema of OASIS, with what GitHub reads: a line, a fingerprint, suppressions, related places."""
    report = replace(REPORT, findings=(HOSTILE, *REPORT.findings), baselined=(replace(STATUS, baselined=True),))
    data = json.loads(RENDERERS["sarif"](report))
    assert _faults(data) == []
    run = data["runs"][0]
    assert (run["tool"]["driver"]["name"], run["tool"]["driver"]["semanticVersion"]) == ("kb check", __version__)
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [each["ruleId"] for each in run["results"]]
    assert all(each["helpUri"].startswith("https://") for each in rules)
    assert [each["level"] for each in run["results"]] == ["error", "error", "error", "error", "warning"]
    _, first, baselined, waived, third = run["results"]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "docs/adr/0001-a.md", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 3},
            }
        }
    ]
    assert first["message"] == {"text": 'the status "x" is unknown To fix: write another. Ask: ada.'}
    assert waived["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "waived until 2027-01-31: ok"}
    ]
    assert baselined["suppressions"][0]["justification"] == "in the baseline"
    assert waived["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/gr%C3%B6%C3%9Fe.py"
    assert third["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "src/%FF.md"
    assert [each["message"]["text"] for each in third["relatedLocations"]] == ["the other one", "and this"]


def _faults(data: object) -> list[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from jsonschema import Draft4Validator

    return [error.message for error in Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).iter_errors(data)]


def test_nothing_found_is_one_line() -> None:
    """And the base of a new repository is called nothing."""
    assert RENDERERS["text"](Report((), "", "index", 1)) == "no findings in 1 changed file (nothing..index)\n"
    assert json.loads(rendered("gitlab")) == []
    assert _faults(json.loads(rendered("sarif"))) == []


def test_what_is_in_the_baseline_counts_for_nothing() -> None:
    """It is counted, and shown as such where it was asked for."""
    old = replace(STATUS, baselined=True)
    assert rendered("text", baselined=(old, old)) == ("2 baselined in 12 changed files (aaaaaaaaaa..working tree)\n")
    assert "    in the baseline\n" in rendered("text", old)
    assert json.loads(rendered("gitlab", old)) == []
    assert "::error" not in rendered("github", old)


def test_the_exit_code_follows_the_worst_finding_that_counts() -> None:
    """With `never` it is always 0, and what is waived never counts."""
    warning = Report(REPORT.findings[1:], "", "", 1)

    assert [Report(warning.findings, "", "", 1, fail_on).exit for fail_on in ("error", "warning", "info", "never")] == [
        0,
        1,
        1,
        0,
    ]
