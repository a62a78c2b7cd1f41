from __future__ import annotations

import pytest

from ctxkb.formats import parse
from ctxkb.formats.executable import RuleFault, rules_in
from ctxkb.text.globs import glob_fault
from ctxkb.text.patterns import matches_of, pattern_fault
from ctxkb.types import ExecutableRule, Kind, Problem, Sample, Source

FRONT = """\
---
status: accepted
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: moment}          # import | dependency | pattern | file
    message: Use date-fns.
  - id: tests-beside-handlers
    when: ["web/handlers/**"]
    require: {file: "web/tests/**"}   # file | import | pattern
date: 2026-01-02
---

# Use date-fns
"""


def _rules(yaml: str) -> tuple[ExecutableRule, ...]:
    return rules_in(f"---\nrules:\n{yaml}\n---\n# A\n")[0]


def _faults(yaml: str) -> list[tuple[str, int, str]]:
    return [(fault.id, fault.line, fault.reason) for fault in rules_in(f"---\nrules:\n{yaml}\n---\n# A\n")[1]]


def test_rules_of_front_matter_are_read_with_their_lines() -> None:
    """The rules of the front matter are read in order, each with the lines on which it is written."""
    assert rules_in(FRONT) == (
        (
            ExecutableRule("no-moment", 5, 7, True, "import", ("moment",), "Use date-fns."),
            ExecutableRule("tests-beside-handlers", 8, 10, False, "file", ("web/tests/**",), when=("web/handlers/**",)),
        ),
        (),
    )


def test_every_field_is_read() -> None:
    """A rule holds its message, severity, languages, part, extent and samples."""
    assert _rules(
        """\
  - id: full
    forbid:
      pattern:
        - 'console\\.log'
        - debugger
    severity: warning
    languages: [ts, Go]
    in: all
    on: everywhere
    pass: log.info(x)
    fail:
      - debugger
      - {path: a.ts, code: console.log(1)}"""
    ) == (
        ExecutableRule(
            "full", 3, 15, True, "pattern", (r"console\.log", "debugger"),
            severity="warning", languages=("typescript", "tsx", "vue", "go"), part="all", on="everywhere",
            passes=(Sample("log.info(x)", "", 12),),
            fails=(Sample("debugger", "", 13), Sample("console.log(1)", "a.ts", 13)),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "block",
    [
        "id: a\nforbid: {import: b}",
        "- id: a\n  forbid: {import: b}",
        "rules:\n  - {id: a, forbid: {import: b}}",
    ],
)
def test_a_fenced_block_holds_one_rule_or_a_list(block: str) -> None:
    """A `kb-rule` block is read wherever it stands, as one rule, a list, or a list under `rules`."""
    found, faults = rules_in(f"# A\n\n```kb-rule\n{block}\n```\n")
    assert ([(rule.id, rule.values) for rule in found], faults) == ([("a", ("b",))], ())


def test_a_fenced_block_may_narrow_the_scope_of_its_rules() -> None:
    """The scope of a block stands in for `when` where a rule has none."""
    rules = "  - {id: x, forbid: {import: b}}\n  - {id: y, when: c/**, forbid: {import: b}}"
    text = f'```kb-rule\nscope: "a/**"\nrules:\n{rules}\n```\n'
    assert [(rule.id, rule.when, rule.first) for rule in rules_in(text)[0]] == [
        ("x", ("a/**",), 4),
        ("y", ("c/**",), 5),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "# A\n\n```yaml\nid: a\nforbid: {import: b}\n```\n",
        "# A\n\n<!--\n```kb-rule\nid: a\nforbid: {import: b}\n```\n-->\n",
        "---\nrules: [be kind, be brief]\n---\n# A\n",
        "---\nrules:\n  - name: other tool\n---\n# A\n",
        "---\n# rules:\n#   - id: a\ntitle: b\n---\n# A\n",
        "---\nrules:\n---\n# A\n",
        "---\nrules: {other: tool}\n---\n# A\n",
    ],
)
def test_what_is_no_rule_is_left_alone(text: str) -> None:
    """Blocks of other languages, comments, and lists of that name which another tool reads hold no rules."""
    assert rules_in(text) == ((), ())


@pytest.mark.parametrize(
    ("yaml", "fault"),
    [
        ("  - id: a\n    forbids: {import: b}", ("a", 4, 'unknown key "forbids"; did you mean "forbid"?')),
        ("  - id: a\n    message: b", ("a", 3, "needs either `forbid` or `require`")),
        (
            "  - id: 1a\n    forbid: {import: b}",
            ("unnamed", 3, "`id` is missing, or not a letter followed by letters, digits, `.`, `_` and `-`"),
        ),
        (
            "  - id: a\n    require: {dependency: b}",
            ("a", 4, "`require` takes one of import, pattern, file: `require: {import: NAME}`"),
        ),
        ("  - id: a\n    forbid: {import: []}", ("a", 4, "`import` takes text, or a list of up to 100 texts")),
        ("  - id: a\n    forbid: {import: 'a b'}", ("a", 4, '`import`: "a b" is no name')),
        (
            "  - id: a\n    forbid: {pattern: 'a(?=b)'}",
            ("a", 4, "`pattern`: RE2 cannot read the regular expression: invalid perl operator: (?="),
        ),
        (
            "  - id: a\n    forbid: {pattern: 'a*'}",
            ("a", 4, "`pattern`: the regular expression matches the empty text, so that it is everywhere"),
        ),
        (
            "  - id: a\n    forbid: {file: '../b'}",
            ("a", 4, f"`file`: {glob_fault('../b')}"),
        ),
        ("  - id: a\n    forbid: {import: b}\n    on: always", ("a", 5, "`on` is one of changed, everywhere")),
        (
            "  - id: a\n    forbid: {import: b}\n  - id: a\n    forbid: {import: c}",
            ("a", 5, "a second rule of that id: line 3"),
        ),
        (
            "  - id: a\n    forbid: {import: b}\n  - nothing",
            ("unnamed", 2, "a rule is a mapping with `id` and `forbid` or `require`"),
        ),
    ],
)  # fmt: skip
def test_a_malformed_rule_says_what_is_wrong_and_where(yaml: str, fault: tuple[str, int, str]) -> None:
    """A rule that cannot be used is left out, with the reason and its line."""
    assert _faults(yaml) == [fault]


FORM = "a rule is a mapping with `id` and `forbid` or `require`"


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("# A\n\n```kb-rule\nDo not use moment.\n```\n", 4, FORM),
        ("# A\n\n```kb-rule\n```\n", 3, f"it holds none; {FORM}"),
        ("# A\n\n```kb-rule\n# no-moment\n```\n", 3, f"it holds none; {FORM}"),
        ("# A\n\n```kb-rule\n{}\n```\n", 3, f"it holds none; {FORM}"),
        ("# A\n\n```kb-rule\nrules: []\n```\n", 3, f"it holds none; {FORM}"),
        ("# A\n\n```kb-rule\n- no-moment\n```\n", 4, FORM),
        ("# A\n\n```kb-rule\n- {}\n```\n", 4, FORM),
        (
            "# A\n\n```kb-rule\nmessage: Use date-fns.\n```\n",
            4,
            "needs either `forbid` or `require`",
        ),
        (
            "# A\n\n```kb-rule\na: [\n```\n",
            5,
            "not YAML: while parsing a flow node, did not find expected node content",
        ),
        ("---\nstatus: accepted\nrules: no-moment\n---\n# A\n", 3, FORM),
    ],
)
def test_what_is_meant_to_be_a_rule_and_is_none_is_told(text: str, line: int, reason: str) -> None:
    """Its author believes that it is enforced."""
    assert rules_in(text) == ((), (RuleFault("unnamed", line, reason),))


def test_yaml_that_cannot_be_read_is_a_fault() -> None:
    """Broken YAML that looks like a rule is told; tags construct nothing."""
    text = "```kb-rule\nid: a\nforbid: {import: [b}\n```\n"
    fault = RuleFault("unnamed", 3, "not YAML: while parsing a flow sequence, did not find expected ',' or ']'")
    assert rules_in(text) == ((), (fault,))
    tagged = "```kb-rule\nid: !!python/object/apply:os.system [a]\nforbid: {import: b}\n```\n"
    assert [fault.id for fault in rules_in(tagged)[1]] == ["unnamed"]


def test_a_pattern_takes_time_in_proportion_to_the_text() -> None:
    """A pattern that makes other engines try every combination finds nothing at once."""
    assert pattern_fault("(a+)+$") == ""
    assert list(matches_of("(a+)+b", b"a" * 100_000)) == []


def test_rules_become_sections_of_their_document() -> None:
    """A document has its rules, each a section in words, and its malformed rules are problems."""
    text = FRONT + "\n```kb-rule\nid: bad\n```\n"
    parsed = parse(Source("docs/adr/0001-a.md", text.encode(), Kind.DECISION, "decision"))
    [document] = parsed.documents
    assert [rule.id for rule in document.rules] == ["no-moment", "tests-beside-handlers"]
    assert [(one.anchor, one.first, one.last, one.text) for one in document.sections if one.role == "rule"] == [
        (
            "rule:no-moment", 5, 7,
            "Rule no-moment (error): do not import `moment` in `web/**`. Use date-fns. Enforced by kb check.",
        ),
        (
            "rule:tests-beside-handlers", 8, 10,
            (
                "Rule tests-beside-handlers (error): when `web/handlers/**` changes, change `web/tests/**` too. "
                "Enforced by kb check."
            ),
        ),
    ]  # fmt: skip
    assert parsed.problems == (Problem("docs/adr/0001-a.md", 17, 'rule "bad": needs either `forbid` or `require`'),)


def test_a_guide_carries_no_rules() -> None:
    """An example in a guide is no rule."""
    parsed = parse(Source("docs/a.md", FRONT.encode(), Kind.GUIDE, "markdown"))
    assert parsed.documents[0].rules == ()
