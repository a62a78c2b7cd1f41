"""How the next decision is named, told by those that exist."""

from __future__ import annotations

from datetime import date

import pytest

from ctxkb.adr.style import Style, detect, file_name, folder_of_glob, next_number, slug_of
from ctxkb.formats import parse
from ctxkb.types import Document, Kind, Source
from support.gate import madr, nygard

DAY = date(2026, 3, 4)
FULL = (
    madr().replace("## Considered", "## Decision Drivers\n\n* x\n\n## Considered")
    + "\n## Pros and Cons of the Options\n"
)


def decisions(*paths: str, text: str = "") -> list[Document]:
    return [
        document
        for path in paths
        for document in parse(Source(path, (text or madr()).encode(), Kind.DECISION, "decision")).documents
    ]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["0001-a.md", "0002-b.md"], "0003-use-x.md"),
        (["001-a.md", "009-b.md"], "010-use-x.md"),
        (["adr-0001-a.md", "adr-0002-b.md"], "adr-0003-use-x.md"),
        (["ADR_07_a.md"], "ADR_08-use-x.md"),
        (["2024-01-31-a.md", "2024-02-01-b.md"], "2026-03-04-use-x.md"),
        (["20240131-a.md"], "20260304-use-x.md"),
        (["use-a.md", "use-b.md"], "use-x.md"),
        ([], "0001-use-x.md"),
    ],
)
def test_the_next_name_follows_the_others(names: list[str], expected: str) -> None:
    """Numbers with their width and prefix, dates in their form, or the title alone."""
    style = detect(decisions(*(f"docs/adr/{name}" for name in names)))

    assert style.folder == "docs/adr"
    assert file_name(style, next_number(names, style), DAY, "Use X") == expected


@pytest.mark.parametrize(
    ("text", "template"),
    [
        (madr(), "madr-minimal"),
        (FULL, "madr"),
        (nygard(1), "nygard"),
        ("# X\n\n## Decision\n\nIn the context of A, facing B, we decided for C.\n", "y-statement"),
    ],
)
def test_the_form_follows_the_others(text: str, template: str) -> None:
    """The form that most of them have."""
    assert detect(decisions("adr/0001-a.md", "adr/0002-b.md", text=text)) == Style("adr", template=template)


def test_the_folder_with_most_decisions_is_meant_unless_another_is_named() -> None:
    """A monorepo has several; each has its own style."""
    found = decisions("docs/adr/0001-a.md", "docs/adr/0002-b.md", "pkg/adr/001-c.md")

    assert detect(found).folder == "docs/adr"
    assert detect(found, "pkg/adr") == Style("pkg/adr", width=3)


def test_templates_and_other_series_take_no_number() -> None:
    """Only names of the same series count; unfilled drafts do, for their names are taken."""
    style = Style("docs/adr")

    assert next_number(["0001-a.md", "template.md", "rfc-0009-x.md", "2024-01-31-y.md", "README.md"], style) == 2


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Use PostgreSQL, not MySQL!", "use-postgresql-not-mysql"),
        ("Größe & Maß für Café", "grosse-mass-fur-cafe"),
        ("使用 SQLite", "使用-sqlite"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 40, "word-" * 15 + "word"),
        ("!!!", "decision"),
    ],
)
def test_a_title_becomes_a_file_name(title: str, slug: str) -> None:
    """Small letters and hyphens, never a path, never too long."""
    assert slug_of(title) == slug


@pytest.mark.parametrize(
    ("pattern", "folder"),
    [("docs/adr/**", "docs/adr"), ("./a/b/*.md", "a/b"), ("**/adr/**", "docs/adr"), ("*.md", "docs/adr")],
)
def test_the_configured_glob_names_the_first_folder(pattern: str, folder: str) -> None:
    """Up to its first wildcard."""
    assert folder_of_glob(pattern) == folder
