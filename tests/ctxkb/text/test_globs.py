from __future__ import annotations

import time

import pytest

from ctxkb.errors import ConfigError
from ctxkb.text.globs import (
    compile_globs,
    expand_braces,
    folder_glob,
    glob_below,
    glob_fault,
    split_globs,
)


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.ts", "a.ts", True),
        ("*.ts", "web/src/a.ts", True),
        ("*.ts", "web/a.tsx", False),
        ("web/**", "web/a", True),
        ("web/**", "web/a/b/c.py", True),
        ("web/**", "webs/a", False),
        ("web/**", "packages/web/a", False),
        ("web", "web/a/b.py", True),
        ("web", "packages/web/a", True),
        ("web/", "web/a/b.py", True),
        ("web/", "web", False),
        ("/web", "packages/web/a", False),
        ("./web/**", "web/a", True),
        ("web/*.ts", "web/a.ts", True),
        ("web/*.ts", "web/src/a.ts", False),
        ("web//*.ts", "web/a.ts", True),
        ("**/*.py", "a.py", True),
        ("**/*.py", "a/b/c.py", True),
        ("**/**/*.py", "a.py", True),
        ("src/**/test_*.py", "src/test_a.py", True),
        ("src/**/test_*.py", "src/a/b/test_a.py", True),
        ("**", "anything/at.all", True),
        ("*", "anything/at.all", True),
        ("**/*", "anything/at.all", True),
        ("file?.md", "file1.md", True),
        ("file?.md", "file10.md", False),
        ("[ab].md", "b.md", True),
        ("[!ab].md", "b.md", False),
        ("*.{ts,tsx}", "web/a.tsx", True),
        ("*.{ts,tsx}", "web/a.js", False),
        ("src/{a,b/{c,d}}/**", "src/b/d/x", True),
        ("*.{ts}", "a.ts", True),
        (r"app/\[id\]/**", "app/[id]/page.tsx", True),
        (r"a\{b\}", "a{b}", True),
        ("#notes.md", "#notes.md", True),
        ("docs/my file.md", "docs/my file.md", True),
        ("Docs/**", "docs/a", False),
        ("ü/**", "ü/ß.md", True),
    ],
)
def test_pattern_matches_as_git_reads_it(pattern: str, path: str, expected: bool) -> None:
    """A pattern matches a path as in .gitignore, with braces and a leading ./ added."""
    assert compile_globs([pattern]).matches(path) is expected


def test_last_match_decides() -> None:
    """A pattern with an exclamation mark takes out what an earlier one matched, and a later one brings it back."""
    globs = compile_globs(["docs/**", "!docs/old/**", "docs/old/keep.md"])
    paths = ["docs/a.md", "docs/old/a.md", "docs/old/keep.md", "src/a.md"]
    assert [globs.matches(path) for path in paths] == [True, False, True, False]


def test_empty_list_matches_nothing() -> None:
    """No pattern, no match."""
    assert not compile_globs([]).matches("a")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("/", "it is empty"),
        ("!", "it is empty"),
        ("src/[ab", "a bracket is not closed"),
        ("src/{a,b", "a brace is not closed"),
        ("[z-a]", "bad character range z-a"),
        ("../other/**", '".." leaves the repository'),
        ("a/../../b", '".." leaves the repository'),
        ("a\\", "Invalid git pattern"),
        ("a\nb", "it holds a line break"),
        ("x" * 1001, "it has more than 1000 characters"),
        ("*a" * 30, "it has more than 1000 characters or 24 wildcards"),
        ("{a,b}" * 9, "its braces stand for more than 256 patterns"),
    ],
)
def test_bad_pattern_is_refused_with_its_reason(pattern: str, why: str) -> None:
    """A pattern that cannot be used raises one line which shows it and says why."""
    with pytest.raises(ConfigError) as error:
        compile_globs([pattern])
    assert why in str(error.value)
    assert "\n" not in str(error.value).replace(pattern, "")
    assert glob_fault(pattern) == str(error.value)


def test_good_pattern_has_no_fault() -> None:
    """A usable pattern has an empty fault."""
    assert glob_fault("web/**") == ""


def test_compiled_list_is_cached_and_frozen() -> None:
    """The same list is compiled once."""
    assert compile_globs(["a/**", "b"]) is compile_globs(("a/**", "b"))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.ts", ("*.ts",)),
        ("*.{ts,tsx}", ("*.ts", "*.tsx")),
        ("{a,b}/{c,d}", ("a/c", "a/d", "b/c", "b/d")),
        ("a{,b}", ("a", "ab")),
        ("{a,{b,c}d}", ("a", "bd", "cd")),
        ("[{]x", ("[{]x",)),
    ],
)
def test_braces_are_expanded_in_order(pattern: str, expected: tuple[str, ...]) -> None:
    """Braces stand for each of their alternatives, nested ones too."""
    assert expand_braces(pattern) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("**/*.js, **/*.ts", ("**/*.js", "**/*.ts")),
        ("**/*.{js,ts},src/**", ("**/*.{js,ts}", "src/**")),
        ("\"a\", 'b',", ("a", "b")),
        ("[a,b].md,c", ("[a,b].md", "c")),
        ("", ()),
    ],
)
def test_comma_list_is_split_outside_braces(text: str, expected: tuple[str, ...]) -> None:
    """A comma parts two patterns unless it stands in braces or brackets."""
    assert split_globs(text) == expected


@pytest.mark.parametrize(
    ("folder", "inside", "outside"),
    [("web", "web/a", "web2/a"), ("app/[id]", "app/[id]/a", "app/i/a"), ("a{b}", "a{b}/c", "ab/c"), ("", "x", "")],
)
def test_folder_glob_matches_below_that_folder_only(folder: str, inside: str, outside: str) -> None:
    """The pattern of a folder takes its name literally."""
    globs = compile_globs([folder_glob(folder)])
    assert (globs.matches(inside), globs.matches(outside)) == (True, False)


@pytest.mark.parametrize(
    ("folder", "pattern", "expected"),
    [
        ("", "*.ts", "*.ts"),
        ("web", "*.ts", "web/**/*.ts"),
        ("web", "**/*.ts", "web/**/*.ts"),
        ("web", "src/*.ts", "web/src/*.ts"),
        ("web", "/src/", "web/src/"),
        ("web", "src/", "web/**/src/"),
        ("web", "!*.test.ts", "!web/**/*.test.ts"),
        ("web", "./a/b", "web/a/b"),
    ],
)
def test_pattern_of_a_folder_becomes_one_of_the_root(folder: str, pattern: str, expected: str) -> None:
    """A pattern written relative to a folder keeps its meaning below that folder."""
    assert glob_below(folder, pattern) == expected


def test_matching_is_fast() -> None:
    """3,000 paths against 20 patterns take well below 50 ms (five times that here, for a busy machine)."""
    globs = compile_globs([f"dir{number}/**/*.md" for number in range(19)] + ["**/*.{zz,yy}"])
    paths = [f"web/src/a{number % 30}/b{number % 7}/file{number}.ts" for number in range(3000)]
    best = min(_seconds(globs, paths) for _ in range(3))
    assert best < 0.25


def _seconds(globs: object, paths: list[str]) -> float:
    start = time.perf_counter()
    assert not any(globs.matches(path) for path in paths)  # type: ignore[attr-defined]
    return time.perf_counter() - start
