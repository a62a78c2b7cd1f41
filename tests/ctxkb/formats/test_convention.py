from __future__ import annotations

import textwrap
from datetime import date

import pytest

from ctxkb.errors import SourceError
from ctxkb.formats import FORMATS, parse
from ctxkb.formats.convention import parse_agents, parse_claude, parse_cursor
from ctxkb.types import Document, Kind, Link, Parsed, Problem, Scope, Section, Source


def source(path: str, text: str, key: str) -> Source:
    return Source(path, textwrap.dedent(text).lstrip("\n").encode(), Kind.CONVENTION, key)


def read(path: str, text: str, key: str) -> Document:
    parsed = parse(source(path, text, key))
    assert parsed.problems == ()
    return parsed.documents[0]


def test_agents_file_becomes_one_document() -> None:
    """AGENTS.md is one convention: its sections with lines of the file, its folder as scope."""
    text = "# Web\n\nBe kind.\n\n## Tests\n\n- MUST run.\n"
    assert parse_agents(source("web/AGENTS.md", text, "agents")) == Parsed(
        (
            Document(
                id="web/AGENTS.md",
                kind=Kind.CONVENTION,
                path="web/AGENTS.md",
                title="Web",
                format="agents",
                sections=(
                    Section("Web", "web", 1, 3, "# Web\n\nBe kind."),
                    Section("Tests", "tests", 5, 7, "## Tests\n\n- MUST run.", level=2, breadcrumb=("Web",)),
                ),
                scope=Scope(("web/**",), "paths", stated=True),
            ),
        )
    )


OURS = "<!-- ctxkb:begin -->\nBefore you plan,\ncall `get_context`.\n<!-- ctxkb:end -->\n"


def test_the_block_of_kb_init_is_no_rule() -> None:
    """What tells agents to ask is left out, the lines around it stay, and a file of nothing else is no document."""
    document = read("AGENTS.md", f"# Rules\n\nBe kind.\n\n{OURS}\n## Tests\n\n- MUST run.\n", "agents")
    assert [(section.first, section.last, section.text) for section in document.sections] == [
        (1, 3, "# Rules\n\nBe kind."),
        (10, 12, "## Tests\n\n- MUST run."),
    ]
    assert parse(source("AGENTS.md", OURS, "agents")) == Parsed()


def test_front_matter_gives_owners_date_tags_and_moves_the_lines() -> None:
    """Owners, date and tags are read from front matter, and sections keep the lines of the file."""
    text = """
        ---
        owners: [platform, web]
        date: 2026-03-01
        tags: [style]
        ---
        # Style

        Use tabs.
    """
    document = read("docs/style-guide.md", text, "rules")
    assert (document.owners, document.date, document.tags) == (("platform", "web"), date(2026, 3, 1), ("style",))
    assert [(section.first, section.last) for section in document.sections] == [(6, 8)]


@pytest.mark.parametrize(
    ("path", "key", "text", "title"),
    [
        ("AGENTS.md", "agents", "# House rules\n\nx", "House rules"),
        ("AGENTS.md", "agents", "# AGENTS.md\n\nx", "AGENTS.md"),
        ("web/CLAUDE.md", "claude", "# CLAUDE.md\n\nx", "web/CLAUDE.md"),
        ("web/CLAUDE.md", "claude", "No heading at all.", "web/CLAUDE.md"),
        (".cursor/rules/a.mdc", "cursor", "---\ndescription: How  to test\n---\nx", "How to test"),
        (".cursor/rules/a.mdc", "cursor", "---\ndescription: How to test\n---\n# Tests\nx", "Tests"),
        (".cursor/rules/a.mdc", "cursor", "---\nglobs: a\n---\nx", ".cursor/rules/a.mdc"),
        (".github/pull_request_template.md", "rules", "## Summary\n\nx", "Pull request template"),
        ("CONTRIBUTING.md", "rules", "## Before\n\nx\n\n# Contributing\n\ny", "Contributing"),
    ],
)
def test_title(path: str, key: str, text: str, title: str) -> None:
    """The title is the first H1 that says something, else the description, else the path or the words of the name."""
    assert read(path, text, key).title == title


@pytest.mark.parametrize("key", ["agents", "claude", "cursor", "copilot", "rules"])
def test_an_empty_file_is_reported(key: str) -> None:
    """A rule file without text is a problem, not a document."""
    empty = source("x.md", "\n\n", key)
    with pytest.raises(SourceError, match="the file is empty"):
        FORMATS[key](empty)
    assert parse(empty) == Parsed(problems=(Problem("x.md", 0, "the file is empty"),))


def test_binary_content_is_reported() -> None:
    """A file that is no text is a problem."""
    (problem,) = parse(Source("AGENTS.md", b"\x00\x01", Kind.CONVENTION, "agents")).problems
    assert problem.reason == "looks binary: it contains NUL bytes"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("CONTRIBUTING.rst", "Contributing\n============\n\nRun the tests.\n"),
        ("CONTRIBUTING", "# Contributing\n\nRun the tests.\n"),
        ("CONTRIBUTING.txt", "# Contributing\n\nRun the tests.\n"),
    ],
)
def test_prose_rules_are_read_in_any_markup(path: str, text: str) -> None:
    """CONTRIBUTING is read as reStructuredText or Markdown, as its name says."""
    document = read(path, text, "rules")
    assert [section.heading for section in document.sections] == ["Contributing"]


IMPORTS = """
    # Project

    See @README.md and @docs/git-instructions.md, then (@./docs/./style.md).
    @AGENTS.md
    - item with @../shared.md
    - nested
      - deep @package.json

    Not these: `@code.md`, mail me@example.com, [@link](x.md), <!-- @comment.md -->, @~/private.md, @/etc/passwd,
    @../../outside.md, @https://example.com/x, @@twice, @
    `a span
    over @lines.md`

    ```
    @fenced.md
    ```

        @indented.md

    <!--
    @hidden.md
    -->

    | table | @cell.md |
    |---|---|
    | row | @row.md |

    Again @README.md. With a part: @docs/parts.md#two and a space: @my\\ notes.md
    **@docs/bold.md** and @docs/_private_/x.md
"""


def test_imports_are_links_to_repository_paths() -> None:
    """`@path` becomes a link, as Claude Code reads it: not in code, comments or links, not out of the repository."""
    document = read("web/CLAUDE.md", IMPORTS, "claude")
    assert document.links == (
        Link("imports", "web/README.md", 3),
        Link("imports", "web/docs/git-instructions.md", 3),
        Link("imports", "web/docs/style.md", 3),
        Link("imports", "web/AGENTS.md", 4),
        Link("imports", "shared.md", 5),
        Link("imports", "web/package.json", 7),
        Link("imports", "web/cell.md", 24),
        Link("imports", "web/row.md", 26),
        Link("imports", "web/docs/parts.md", 28),
        Link("imports", "web/my notes.md", 28),
        Link("imports", "web/docs/_private_/x.md", 29),
    )


def test_imports_count_lines_behind_front_matter() -> None:
    """An import names its line of the file, and rule files import too."""
    parsed = parse_claude(source(".claude/rules/a.md", "---\npaths: web/**\n---\n\n@../../AGENTS.md\n", "claude"))
    assert parsed.documents[0].links == (Link("imports", "AGENTS.md", 5),)


def test_only_claude_files_import() -> None:
    """In AGENTS.md an `@` is just a character."""
    assert read("AGENTS.md", "Ask @alice or read @README.md.", "agents").links == ()


@pytest.mark.parametrize(
    ("key", "path", "front"),
    [
        ("cursor", ".cursor/rules/a.mdc", "globs: **/*.js, **/*.ts"),
        ("cursor", ".cursor/rules/a.mdc", "description:\nglobs: *.{js,ts}\nalwaysApply: false"),
        ("copilot", ".github/instructions/a.instructions.md", "applyTo: **/*.ts"),
        ("claude", ".claude/rules/a.md", "paths:\n  - **/*.ts"),
    ],
)
def test_front_matter_that_is_no_strict_yaml_is_no_problem(key: str, path: str, front: str) -> None:
    """Globs without quotes are how these files are written; nobody is told to change them."""
    assert parse(source(path, f"---\n{front}\n---\nx\n", key)).problems == ()


def test_a_bad_glob_is_a_problem_and_the_others_hold() -> None:
    """A glob that cannot be used is reported with its line; the rule keeps its other globs."""
    text = '---\ndescription: x\nglobs: ["src/[ab", "web/**"]\n---\nx\n'
    parsed = parse_cursor(source(".cursor/rules/a.mdc", text, "cursor"))
    reason = 'glob "src/[ab" cannot be used: a bracket is not closed, or nothing is left to match'
    assert parsed.problems == (Problem(".cursor/rules/a.mdc", 3, reason),)
    assert parsed.documents[0].scope == Scope(("web/**",), "paths", stated=True)


def test_a_rule_with_only_bad_globs_binds_nothing() -> None:
    """No usable glob does not mean every path."""
    parsed = parse_cursor(source(".cursor/rules/a.mdc", "---\nglobs: src/{a\n---\nx\n", "cursor"))
    assert parsed.documents[0].scope == Scope((), "manual", stated=True)
    assert len(parsed.problems) == 1


def test_broken_front_matter_elsewhere_is_a_problem() -> None:
    """Front matter that says nothing about the scope and is no YAML is reported."""
    parsed = parse_agents(source("AGENTS.md", "---\nowner: 'a\n---\nx\n", "agents"))
    assert [problem.line for problem in parsed.problems] == [2]
    assert parsed.documents[0].scope == Scope((), "always", stated=True)
