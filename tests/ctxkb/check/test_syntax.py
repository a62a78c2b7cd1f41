from __future__ import annotations

import time

import pytest

from ctxkb.check.executable.imports import imports_of
from ctxkb.check.syntax import LARGEST, MOST_ANGLES, Code, open_code, query_fault
from ctxkb.text.languages import SUFFIXES

SAMPLES = {
    "cpp": ('#include "c.h"\nint a = f("secret", \'s\'); // secret\n/* secret */', "int a = f("),
    "csharp": ('var a = f("secret", $"secret {b}", @"secret"); // secret\n/* secret */', "{b}"),
    "go": ("package x\nvar a = f(\"secret\", `secret`, 's') // secret\n/* secret */", "var a = f("),
    "java": ("class X { Y a = f(\"secret\", 's'); } // secret\n/* secret */", "Y a = f("),
    "javascript": ("const a = f(\"secret\", 'secret', `secret ${b}`, /secret/); // secret\n/* secret */", "${b}"),
    "kotlin": ('val a = f("secret ${b}", """secret""") // secret\n/* secret */', "${b}"),
    "php": ("<p>secret</p><?php\n$a = f('secret', \"secret $b\"); // secret\n# secret\n/* secret */", "$b"),
    "python": ("a = f('secret', f\"secret {b}\") # secret\n'''secret'''", "{b}"),
    "ruby": ("a = f('secret', \"secret #{b}\", /secret/) # secret\n=begin\nsecret\n=end\n", "#{b}"),
    "rust": ('fn a() { f("secret", r#"secret"#, \'s\'); } // secret\n/* secret */', "fn a() { f("),
    "tsx": ("const a = <p title='secret'>secret {b}</p>; // secret\n/* secret */", "{b}"),
    "typescript": ("const a: T = f(\"secret\", 'secret', `secret ${b}`); // secret\n/* secret */", "${b}"),
    "vue": ("<p>secret</p>\n<script lang='ts'>\nconst a: T = `secret ${b}`; // secret\n</script>", "${b}"),
}


def test_each_language_has_a_sample() -> None:
    """No language is read by its syntax without a sample here."""
    assert set(SAMPLES) == set(SUFFIXES)


@pytest.mark.parametrize("language", SAMPLES)
def test_code_is_left_without_comments_and_strings(language: str) -> None:
    """The code of a file has neither comments nor strings, keeps what stands within a string, and every line."""
    text, kept = SAMPLES[language]
    code = Code(text.encode(), language).only("code").decode()
    assert ("secret" in code, kept in code, len(code), code.count("\n")) == (False, True, len(text), text.count("\n"))


def test_comments_and_strings_can_be_had_alone() -> None:
    """Of a file only its comments, or only its strings, are left, each where it stands."""
    code = Code(b"a = 'b'  # c\n", "python")
    assert (code.only("comments"), code.only("strings"), code.only("all")) == (
        b"         # c\n",
        b"    'b'     \n",
        b"a = 'b'  # c\n",
    )


def test_plain_text_has_no_parts() -> None:
    """A file in no known language is all text."""
    code = open_code("a.unknown", b"x # y\n")
    assert (code.language, code.only("code")) == ("", b"x # y\n")


def test_what_is_too_large_is_plain_text() -> None:
    """A file above the limit is not parsed."""
    assert open_code("a.js", b" " * (LARGEST + 1)).language == ""


@pytest.mark.parametrize("path", ["a.ts", "a.tsx", "a.vue"])
@pytest.mark.parametrize("unit", ["a<b,", "a&b<", "a<b,c<d|"])
def test_type_arguments_that_never_close_take_no_time(path: str, unit: str) -> None:
    """As many as are parsed take a second or two; a file of more is plain text."""
    many = f'<script>import b from "b"\n{unit * (MOST_ANGLES // unit.count("<") - 1)}'
    parsed, whole = open_code(path, many.encode()), open_code(path, f"{many}{unit * 30_000}".encode())
    start = time.process_time()
    parsed.only("code")
    assert time.process_time() - start < 20
    assert (parsed.language == "", whole.language) == (False, "")
    assert whole.only("code") == whole.content
    assert [each.names for each in imports_of(path, whole)] == [("b",)]


def test_captures_come_by_place_with_their_lines() -> None:
    """A query gives the nodes that it captures in the order of the file."""
    code = open_code("a.py", b"import b\n\nimport c.d\n")
    found = code.find("(import_statement name: (dotted_name) @name)")
    assert [(label, node.text, code.line(node.start_byte)) for label, node in found] == [
        ("name", b"b", 1),
        ("name", b"c.d", 3),
    ]


def test_broken_code_is_parsed_as_far_as_it_goes() -> None:
    """A syntax error hides no more than its surroundings, and bytes that are no UTF-8 are taken."""
    code = open_code("a.py", b"def (\nimport b  # \xff c\n")
    assert b"import b" in code.only("code")


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("(call function: (identifier) @f)", ""),
        ("(no_such_node)", "Invalid node type at row 0, column 1: no_such_node"),
        ("(call", "Unexpected EOF"),
    ],
)
def test_a_query_that_cannot_be_asked_says_why(query: str, fault: str) -> None:
    """A query is checked against the grammar of its language."""
    assert query_fault("python", query) == fault


@pytest.mark.parametrize(
    ("path", "content", "names"),
    [
        ("a.py", b"(" * 50_000, []),
        ("a.rb", b"a." * 25_000, []),
        ("a.rs", b"use a::{" + b"a::{" * 12_000, [("a",)]),
        ("a.vue", b"<script>" * 20_000, []),
        ("a.lua", b"import" + b" " * 100_000, []),
    ],
)
def test_what_is_no_code_takes_no_time(path: str, content: bytes, names: list[tuple[str, ...]]) -> None:
    """A file that would keep a parser or a query busy is read as text."""
    code = open_code(path, content)
    code.only("code")
    assert [each.names for each in imports_of(path, code)] == names


def test_a_file_that_is_no_code_is_text() -> None:
    """Of a file that is one error nothing is blanked."""
    content = b"(" * 10_000 + b'"a" # b'
    assert open_code("a.py", content).only("code") == content
