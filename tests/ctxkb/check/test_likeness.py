"""Which changes of a file are nothing but comments or formatting."""

from __future__ import annotations

import pytest

from ctxkb.check.rules.likeness import alike
from ctxkb.check.rules.trivial import is_lock_file, is_test

PYTHON = "def pay(a, b):\n    return a + b  # both\n"


def _differs(path: str, old: str, new: str) -> set[str]:
    """For which of the two settings, and for both of them, the files are not alike."""
    settings = {"comments": (True, False), "formatting": (False, True), "both": (True, True)}
    return {
        name
        for name, (comments, formatting) in settings.items()
        if not alike(path, old.encode(), new.encode(), comments=comments, formatting=formatting)
    }


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", PYTHON, PYTHON.replace("  # both", "")),
        ("a.py", PYTHON, "# New.\n\n" + PYTHON),
        ("a.go", "package a\n\nvar x = 1\n", "package a\n\n// x counts.\nvar x = 1\n"),
        ("a.ts", "const a = 1\n", "/* One.\n * Two. */\nconst a = 1\n"),
        ("a.rs", "fn a() {}\n", "/// Does it.\nfn a() {}\n"),
        ("a.sh", "echo a\n", "# Say a.\necho a\n"),
        ("Dockerfile", "FROM a\n", "# Base.\nFROM a\n"),
        ("a.sql", "select 1;\n", "-- One.\nselect 1;\n"),
    ],
)
def test_a_comment_says_nothing_to_the_machine(path: str, old: str, new: str) -> None:
    """It is no formatting."""
    assert _differs(path, old, new) == {"formatting"}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", PYTHON, PYTHON.replace("a, b", "\n    a,\n    b\n")),
        ("a.py", PYTHON, PYTHON.replace("    ", "  ")),
        ("a.java", "class A { int x = 1; }\n", "class A {\n  int x = 1;\n}\n"),
        ("a.tsx", "const a = <b>x</b>\n", "const a =   <b>x</b>\n"),
    ],
)
def test_formatting_is_no_comment(path: str, old: str, new: str) -> None:
    """The same words in another layout."""
    assert _differs(path, old, new) == {"comments"}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", PYTHON, PYTHON.replace("\n", "\r\n")),
        ("a.py", PYTHON, PYTHON + "\n\n"),
        ("a.txt", "a\nb\n", "a  \n\nb\n"),
        ("a.json", '{"a": 1.0, "b": [1]}', '{\n  "a": 1.0,\n  "b": [1]\n}\n'),
        ("a.yaml", "a: 1 # one\nb: [x]\n", "# Two.\na: 1\nb: [ x ]\n"),
        ("a.toml", "a = 1\n", "# One.\na   = 1\n"),
    ],
)
def test_blanks_and_data_formats(path: str, old: str, new: str) -> None:
    """Blank lines are neither, and of data what is read counts."""
    assert _differs(path, old, new) == set()


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("a.py", PYTHON, PYTHON.replace("+", "-")),
        ("a.py", "if a:\n    b\nc\n", "if a:\n    b\n    c\n"),
        ("a.py", 's = "a  b"\n', 's = "a b"\n'),
        ("a.py", '"""Old."""\n', '"""New."""\n'),
        ("a.py", "#!/bin/a\n", "#!/bin/b\n"),
        ("a.py", "x = 1\n", "x = 1  # type: ignore\n"),
        ("a.py", "def (:\n", "def (: # comment\n"),
        ("a.go", "package a\n", "//go:build linux\n\npackage a\n"),
        ("a.ts", "return\nx\n", "return x\n"),
        ("a.ts", "// @ts-ignore\nx()\n", "x()\n"),
        ("a.tsx", "const a = <b>x y</b>\n", "const a = <b>x  y</b>\n"),
        ("a.json", '{"a": 1, "b": 2}', '{"b": 2, "a": 1}'),
        ("a.json", '{"a": 1}', '{"a": true}'),
        ("a.json", "{", "{ "),
        ("a.yaml", "a: 1\n", 'a: "1"\n'),
        ("a.yaml", "a: |\n  # no comment\n", "a: |\n  # none\n"),
        ("a.toml", "a = 1\n", "a = true\n"),
        ("a.sh", "cat <<EOF\n# a\nEOF\n", "cat <<EOF\n# b\nEOF\n"),
        ("a.sh", "a=b\n", "a = b\n"),
        ("Makefile", "a:\n\tb\n", "a:\n    b\n"),
        ("a.txt", "# a\n", "# b\n"),
        ("a.vue", "<b>x</b>\n", "<b>y</b>\n"),
    ],
)
def test_everything_else_is_a_change(path: str, old: str, new: str) -> None:
    """What looks like a comment but is a string or a directive, blanks that mean something, broken files."""
    assert _differs(path, old, new) == {"comments", "formatting", "both"}


@pytest.mark.parametrize(
    "path",
    ["tests/a.py", "src/a/test_b.py", "a_test.go", "web/a.test.tsx", "web/a.spec.ts", "web/__tests__/a.js",
     "src/test/java/A.java", "src/ATest.java", "spec/models/a_spec.rb", "conftest.py", "pkg/testdata/a.json"],
)  # fmt: skip
def test_tests_are_told_by_their_names(path: str) -> None:
    """As the test runners do."""
    assert is_test(path)


@pytest.mark.parametrize(
    "path",
    ["src/a.py", "src/latest.py", "src/contest/a.go", "src/Protest.java", "docs/specs/a.md", "spec/openapi.yaml",
     "tests/README.md", "src/attest.ts"],
)  # fmt: skip
def test_other_files_are_no_tests(path: str) -> None:
    """A spec and a guide about tests are documents."""
    assert not is_test(path)


def test_lock_files() -> None:
    """A package manager wrote them."""
    assert [is_lock_file(path) for path in ("uv.lock", "web/yarn.lock", "web/package.json", "src/lock.py")] == [
        True,
        True,
        False,
        False,
    ]
