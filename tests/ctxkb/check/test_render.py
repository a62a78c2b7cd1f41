"""A report as text and as JSON."""

from __future__ import annotations

import json
from datetime import date

from ctxkb.check.findings import Finding, Place, Report, Waived
from ctxkb.check.render import RENDERERS

REPORT = Report(
    findings=(
        Finding(
            "decision-status",
            "error",
            "docs/adr/0001-a.md",
            3,
            'the status "x" is unknown',
            "write another",
            None,
            ("ada",),
        ),
        Finding("couple", "error", "src/größe.py", 0, "changed alone", "change both", Waived(date(2027, 1, 31), "ok")),
        Finding(
            "decision-section",
            "warning",
            "src/\udcff.md",
            1,
            "is missing",
            "add it",
            None,
            ("@team", "bob"),
            (Place("a.md", 2, "the other one"), Place("b.md", 0, "and this")),
        ),
    ),
    base="a" * 40,
    head="working tree",
    files=12,
)


def test_text_groups_by_file_with_lines_and_fixes() -> None:
    """A waived finding shows why in place of how to fix it; bytes that are no UTF-8 are written out."""
    assert RENDERERS["text"](REPORT) == (
        "docs/adr/0001-a.md\n"
        '  3: error decision-status: the status "x" is unknown\n'
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
    assert json.loads(RENDERERS["json"](REPORT)) == {
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
            },
        ],
        "checked": {"base": "a" * 40, "head": "working tree", "files": 12},
        "exit": 1,
    }


def test_every_format_is_ascii_or_utf_8() -> None:
    """Standard output takes it, whatever the paths hold."""
    assert [RENDERERS[name](REPORT).encode("utf-8", "strict")[-1:] for name in RENDERERS] == [b"\n", b"\n"]


def test_nothing_found_is_one_line() -> None:
    """And the base of a new repository is called nothing."""
    assert RENDERERS["text"](Report((), "", "index", 1)) == "no findings in 1 changed file (nothing..index)\n"


def test_the_exit_code_follows_the_worst_finding_that_counts() -> None:
    """With `never` it is always 0, and what is waived never counts."""
    warning = Report(REPORT.findings[1:], "", "", 1)

    assert [Report(warning.findings, "", "", 1, fail_on).exit for fail_on in ("error", "warning", "info", "never")] == [
        0,
        1,
        1,
        0,
    ]
