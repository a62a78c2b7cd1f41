"""Front matter as it is found in real repositories."""

from __future__ import annotations

from datetime import date

import pytest

from ctxkb.formats.frontmatter import FrontMatter, split
from ctxkb.types import Problem

READ: dict[str, tuple[str, dict[str, object], int]] = {
    "none": ("# Title\n", {}, 1),
    "plain": ("---\ntitle: X\ndate: 2024-01-02\n---\nbody", {"title": "X", "date": date(2024, 1, 2)}, 5),
    "octal look": ("---\nnav_order: 0034\n---\n", {"nav_order": "0034"}, 4),
    "number": ("---\nnav_order: 34\n---\n", {"nav_order": 34}, 4),
    "no day of a calendar": ("---\ndate: 2024-02-31\n---\n", {"date": "2024-02-31"}, 4),
    "only true and false are booleans": ("---\na: yes\nb: true\n---\n", {"a": "yes", "b": True}, 5),
    "block scalar": ("---\ntitle: >-\n  Use\n  X\n---\n", {"title": "Use X"}, 6),
    "dots close it": ("---\na: b\n...\nbody", {"a": "b"}, 4),
    "blank lines above": ("\n\n---\na: b\n---\n", {"a": "b"}, 6),
    "comments only": ("---\n# nothing yet\n---\nbody", {}, 4),
    "empty": ("---\n---\nbody", {}, 3),
    "a list starting with an alias sign": (
        "---\nglobs: **/*.js, **/*.ts\nalwaysApply: false\ndescription:\n---\n",
        {"globs": "**/*.js, **/*.ts", "alwaysApply": False, "description": None},
        6,
    ),
    "list items starting with an alias sign": (
        "---\nglobs:\n  - **/*.js\n  - *.ts\n---\n",
        {"globs": ["**/*.js", "*.ts"]},
        6,
    ),
    "handles": ("---\ndeciders: @ada, @grace\n---\n", {"deciders": "@ada, @grace"}, 4),
    "colon in a title": (
        "---\ntitle: ADR: Use X\nstatus: accepted\n---\n",
        {"title": "ADR: Use X", "status": "accepted"},
        5,
    ),
    "a link alone": ("---\nstatus: [ADR-5](5-x.md)\n---\n", {"status": "[ADR-5](5-x.md)"}, 4),
    "structure beside what is no YAML": (
        "---\nowner: @ada\nrules:\n  - id: a\n    when: [x]\n---\n",
        {"owner": "@ada", "rules": [{"id": "a", "when": ["x"]}]},
        7,
    ),
    "tags are not constructed": (
        "---\na: !!python/object/apply:os.system [x]\nb: !!int seven\n---\n",
        {"a": ["x"], "b": "seven"},
        5,
    ),
    "JSON in braces": ('{\n  "title": "X",\n  "tags": ["a"]\n}\n\nbody', {"title": "X", "tags": ["a"]}, 5),
    "JSON on one line": ('{"title": "X"}\nbody', {"title": "X"}, 2),
    "JSON between semicolons": (';;;\n{"title": "X"}\n;;;\nbody', {"title": "X"}, 4),
    "JSON without braces": (';;;\n"title": "X"\n;;;\nbody', {"title": "X"}, 4),
    "a placeholder": ("{title}\n\nbody", {}, 1),
    "nothing but data": ('{\n  "title": "X"\n}\n', {}, 1),
    "data in a sentence": ('{"title": "X"} is what it returns.\n', {}, 1),
    "TOML": ("+++\ntitle = 'X'\ntags = ['a']\n+++\nbody", {"title": "X", "tags": ["a"]}, 5),
}


@pytest.mark.parametrize(("text", "data", "first"), READ.values(), ids=READ.keys())
def test_front_matter_is_read(text: str, data: dict[str, object], first: int) -> None:
    """Keys and values come out as written, and the body begins on its own line of the file."""
    front = split(text, "x.md")
    assert (front.data, front.first_body_line, front.problem) == (data, first, None)
    assert front.body == "\n".join(text.split("\n")[first - 1 :])


@pytest.mark.parametrize(
    "text", ["---\nA heading\n---\n", "---\n\nprose\n", "text\n---\na: b\n---\n", "---\n- a\n---\n"]
)
def test_rules_between_prose_are_no_front_matter(text: str) -> None:
    """A horizontal rule on top of a page is no front matter, and nothing of the page is lost."""
    assert split(text) == FrontMatter(body=text)


def _bomb() -> str:
    levels = "".join(f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 10)}]\n" for i in range(1, 9))
    return f"---\nk0: &k0 [1, 2]\n{levels}---\nbody"


REFUSED = {
    "alias bomb": (_bomb(), 2, "front matter refused: its aliases stand for more than 10,000 values"),
    "cycle": ("---\na: &a [*a]\n---\nbody", 2, "front matter refused: an alias contains itself"),
    "nesting": (f"---\na: {'[' * 5000}\n---\nbody", 2, "front matter refused: nested deeper than 40 levels"),
    "size": (f"---\na: {'x' * 200_000}\n---\nbody", 2, "front matter of 200003 characters is too large to read"),
    "TOML": ("+++\na =\n+++\nbody", 2, "front matter is not TOML: Invalid value (at end of document)"),
    "open quote": (
        '---\nb: c\na: "open\n---\nbody',
        3,
        "front matter is not YAML: found unexpected end of stream",
    ),
}


@pytest.mark.parametrize(("text", "line", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_understood_is_named(text: str, line: int, reason: str) -> None:
    """What is refused or makes no sense is a problem with its line, and the body is still there."""
    front = split(text, "docs/x.md")
    assert front.problem == Problem("docs/x.md", line, reason)
    assert front.body == "body"


def test_each_key_knows_its_line() -> None:
    """The line of a key is its line in the file."""
    assert split("\n---\na: 1\nlong key: x\n---\n").lines == {"a": 3, "long key": 4}


def test_a_key_of_json_knows_its_line() -> None:
    """So that a link in front matter has one."""
    assert split('\n{\n  "title": "X",\n  "status": "y"\n}\nbody').lines == {"title": 3, "status": 4}


def test_front_matter_that_is_not_json_is_a_problem() -> None:
    """The file is read without it."""
    front = split(";;;\n{title}\n;;;\nbody", "x.md")
    assert (front.data, front.body) == ({}, "body")
    assert front.problem is not None
    assert (front.problem.line, front.problem.reason.split(":")[0]) == (2, "front matter is not JSON")
