"""Waivers in one line, and where they are found in files."""

from __future__ import annotations

from datetime import date

import pytest

from ctxkb.check.waiver_lines import marked_lines
from ctxkb.check.waiver_text import Fault, parse_waiver
from ctxkb.config import Waiver

REST = "until=2027-01-31 owner=payments reason=ticket 88"
MARK = "kb-" + "waive: couple " + REST


def _waiver(*paths: str, reason: str = "ticket 88", owner: str = "payments") -> Waiver:
    return Waiver(rule="couple", paths=paths, until=date(2027, 1, 31), owner=owner, reason=reason)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"couple src/** {REST}", _waiver("src/**")),
        (f"couple src/**, docs/* {REST}", _waiver("src/**", "docs/*")),
        (f'couple "src/a b/**" {REST}', _waiver("src/a b/**")),
        (
            'couple src/** owner="the payments team" reason=a=b holds  until=2027-01-31',
            _waiver("src/**", owner="the payments team", reason="a=b holds"),
        ),
    ],
)
def test_a_trailer_is_a_waiver(text: str, expected: Waiver) -> None:
    """The rule, its paths, and the keys in any order."""
    assert parse_waiver(text, at_line=False) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it lacks the rule, the paths, until=, owner= and reason="),
        ("couple src/** until=2027-01-31", "it lacks owner= and reason="),
        (f"couple {REST}", "it lacks the paths"),
        (f"cuople src/** {REST}", 'unknown rule "cuople"; did you mean "couple"?'),
        ("couple src/** until=soon owner=a reason=b", "soon is not a date; write it as 2027-01-31"),
        ("couple src/** untill=2027-01-31 owner=a reason=b", "it knows no untill=; write until="),
        (f"couple ../x {REST}", None),
    ],
)
def test_what_is_missing_is_told(text: str, why: str | None) -> None:
    """One sentence says what the line lacks, or what is wrong in it."""
    found = parse_waiver(text, at_line=False)

    assert isinstance(found, Fault)
    assert why is None or found.why == why


def test_a_waiver_at_a_line_names_no_paths() -> None:
    """Its place tells the path."""
    assert parse_waiver(f"couple {REST}", at_line=True) == _waiver("**")
    assert isinstance(parse_waiver(f"couple src/** {REST}", at_line=True), Fault)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("a.py", f"x = 1  # {MARK}"),
        ("a.go", f"// {MARK}"),
        ("a.c", f"/* {MARK} */"),
        ("a.c", f" * {MARK}"),
        ("a.sql", f"-- {MARK}"),
        ("a.lisp", f";; {MARK}"),
        ("a.tex", f"% {MARK}"),
        ("a.html", f"<p><!-- {MARK} --></p>"),
        ("a.jinja", f"{{# {MARK} #}}"),
        ("a.ml", f"(* {MARK} *)"),
        ("a.hs", f"{{- {MARK} -}}"),
        ("a.rst", f".. {MARK}"),
        ("a.yaml", f'key: "it\'s"  # {MARK}'),
        ("a.md", f"| cell | <!-- {MARK} -->"),
        ("Makefile", f"# {MARK}"),
    ],
)
def test_any_comment_may_hold_one(path: str, line: str) -> None:
    """What closes the comment is no part of it."""
    assert list(marked_lines(path, f"\n{line}\n".encode())) == [(2, f"couple {REST}")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", f's = "# {MARK}"\n'),
        ("a.py", f'"""Text.\n\n# {MARK}\n"""\n'),
        ("a.ts", f"const s = '// {MARK}'\n"),
        ("a.txt", f"Write `# {MARK}` there.\n"),
        ("a.md", f"```\n<!-- {MARK} -->\n```\n"),
        ("a.md", f"Write `<!-- {MARK} -->` there.\n"),
        ("a.md", f"# {MARK}\n"),
        ("a.py", f"x = 1 # see the {MARK}\n"),
        ("a.bin", f"\0\n# {MARK}\n"),
    ],
)
def test_text_about_waivers_is_none(path: str, text: str) -> None:
    """A string, a code block and a sentence in a comment waive nothing."""
    assert list(marked_lines(path, text.encode())) == []


def test_front_matter_has_comments_of_its_own() -> None:
    """In the front matter of a Markdown file a comment begins with a number sign."""
    text = f"---\nstatus: accepted\n# {MARK}\n---\n\n# {MARK}\n"

    assert list(marked_lines("a.md", text.encode())) == [(3, f"couple {REST}")]
