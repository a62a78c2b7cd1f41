from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ctxkb.retrieve.binding import bound_units
from ctxkb.retrieve.library import load_library
from support.bases import adr, base_of

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.retrieve.library import Library

FILES: dict[str, str | bytes] = {
    "AGENTS.md": "# Rules\n\nBe kind.\n",
    "web/AGENTS.md": "# Web\n\nOld rules.\n",
    "web/AGENTS.override.md": "# Web\n\nUse blue.\n\n## More\n\nNever use red. You must not.\n",
    ".cursor/rules/agent.mdc": "---\ndescription: fonts\n---\n\nFonts are big.\n",
    "docs/adr/0001-a.md": adr(1, "A", "Accepted", "Do A.", scope='["web/**"]'),
    "docs/adr/0002-b.md": adr(2, "B", "Accepted", "Do B."),
    "docs/adr/0003-c.md": adr(3, "C", "Proposed", "Do C.", scope='["web/**"]'),
    "docs/adr/0004-d.md": adr(4, "D", "Accepted\n\nSupersedes [2](0002-b.md)", "Do D."),
    "docs/adr/0005-e.md": adr(5, "E", "Accepted\n\nSupersedes [4](0004-d.md)", "Do E."),
    "docs/adr/template.md": "# {title}\n\n## Status\n\n{proposed | accepted}\n\n## Decision\n\n{what}\n",
    "docs/guides/g.md": "# G\n\nA guide.\n",
    "api/openapi.yaml": 'openapi: 3.1.0\ninfo: {title: T, version: "1"}\npaths: {}\n',
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The library of the files above."""
    return load_library(base_of(tmp_path_factory.mktemp("library"), FILES).catalog)


def test_each_document_has_its_status_in_effect(library: Library) -> None:
    """Templates are no documents; what a later decision replaced is superseded."""
    statuses = {identity[9:13]: d.status for identity, d in library.documents.items() if "adr/" in identity}
    assert statuses == {
        "0001": "accepted", "0002": "superseded", "0003": "proposed", "0004": "superseded", "0005": "accepted",
    }  # fmt: skip


def test_heirs_are_the_ends_of_all_chains(library: Library) -> None:
    """What holds has none."""
    assert library.heirs("docs/adr/0002-b.md") == library.heirs("docs/adr/0004-d.md") == ("docs/adr/0005-e.md",)
    assert library.heirs("docs/adr/0005-e.md") == library.heirs("docs/adr/0001-a.md") == ()
    assert library.holds("docs/adr/0003-c.md")
    assert not library.holds("docs/adr/0002-b.md")
    assert not library.holds("nothing")


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ([], []),
        (["src/a.py"], ["AGENTS.md"]),
        (["web/a.ts"], ["web/AGENTS.override.md", "docs/adr/0001-a.md", "AGENTS.md"]),
        (["src/a.py", "web/a.ts"], ["web/AGENTS.override.md", "docs/adr/0001-a.md", "AGENTS.md"]),
        ([""], ["AGENTS.md"]),
    ],
)
def test_what_governs_paths(library: Library, paths: list[str], expected: list[str]) -> None:
    """The nearest first; no proposal, no rule that only an agent may pick, none that another file overrides."""
    assert [document.id for document, _ in library.governing(paths)] == expected


def test_what_binds_depends_on_the_paths(library: Library) -> None:
    """Without paths a rule is a rule; with them it must govern one."""
    documents = library.documents
    web, override, old = (
        documents["docs/adr/0001-a.md"],
        documents["web/AGENTS.override.md"],
        documents["web/AGENTS.md"],
    )
    assert [library.binds_on(d, []) for d in (web, override, old)] == [True, True, False]
    assert [library.binds_on(d, ["src/a.py"]) for d in (web, override, old)] == [False, False, False]
    assert [library.binds_on(d, ["src/a.py", "web/a"]) for d in (web, override, old)] == [True, True, False]
    assert not library.binds_on(documents["docs/guides/g.md"], [])
    assert not library.binds_on(documents["docs/adr/0003-c.md"], ["web/a"])


def test_units_that_bind_come_document_by_document(tmp_path: Path) -> None:
    """The units with must-level words lead, those found by words before them; each says why."""
    base = base_of(tmp_path, FILES)
    library = base.knowledge.library
    found = bound_units(base.catalog, library, ["web/a.ts"], {})
    assert [(bound.row.unit.id, bound.lead, bound.why) for bound in found][:3] == [
        ("web/AGENTS.override.md#more", True, "governs web/a.ts"),
        ("web/AGENTS.override.md#web", False, "governs web/a.ts"),
        ("docs/adr/0001-a.md#decision", True, "governs web/a.ts"),
    ]
    assert (found[-1].row.unit.id, found[-1].why) == ("AGENTS.md#rules", "applies everywhere")
    blue = next(bound.row.row for bound in found if bound.row.unit.anchor == "web")
    assert bound_units(base.catalog, library, ["web/a.ts"], {blue: 2.0})[0].row.row == blue
    many = bound_units(base.catalog, library, ["web/" + "x" * 500, "web/b", "web/c"], {})
    assert many[0].why == f"governs ...{'x' * 80} and 2 more"
    mixed = bound_units(base.catalog, library, ["src/b.py", "web/a.ts"], {})
    assert {bound.why for bound in mixed} == {"governs web/a.ts", "applies everywhere"}
    kinds = {bound.row.unit.kind for bound in bound_units(base.catalog, library, ["web/a.ts"], {}, ["decision"])}
    assert kinds == {"decision"}
