"""Where links lead at one end of a change."""

from __future__ import annotations

import pytest

from ctxkb.check.references.files import Files, Lead

FILES = Files(frozenset({"README.md", "docs/a b.md", "docs/guide/index.md", "docs/guide/setup.md", "src/app.py"}))


@pytest.mark.parametrize(
    ("origin", "target", "file"),
    [
        ("README.md", "docs/a b.md", "docs/a b.md"),
        ("README.md", "docs/guide", "docs/guide/index.md"),
        ("README.md", "src/", ""),
        ("docs/guide/index.md", "setup", "docs/guide/setup.md"),
        ("docs/guide/index.md", "setup.html", "docs/guide/setup.md"),
        ("docs/guide/setup.md", "../index", "docs/guide/index.md"),
        ("docs/guide/setup.md", "#part", "docs/guide/setup.md"),
        ("docs/guide/setup.md", "../../src/app.py#L1", "src/app.py"),
        ("docs/guide/setup.md", "../..", "README.md"),
        ("docs/guide/setup.md", "setup.md?plain=1", "docs/guide/setup.md"),
    ],
)
def test_a_link_leads_to_what_its_path_stands_for(origin: str, target: str, file: str) -> None:
    """A file by its path with or without ending, from the page's folder or from the page as one; a folder's index."""
    assert FILES.lead(origin, target) == Lead(True, file=file)


@pytest.mark.parametrize(
    "target", ["https://example.org/a.md", "mailto:a@b.c", "//cdn/x.js", "../../out.md", "{{ x }}.md", ""]
)
def test_what_leads_elsewhere_is_no_link_into_the_repository(target: str) -> None:
    """Nothing is said about it."""
    assert FILES.lead("docs/x.md", target) is None


@pytest.mark.parametrize(
    ("target", "certain"),
    [("none.md", True), ("none.png", True), ("none", True), ("none.html", False), ("/none", False)],
)
def test_a_link_that_leads_nowhere_tells_how_certain_that_is(target: str, certain: bool) -> None:
    """A site may serve what has no file of that name."""
    assert FILES.lead("docs/x.md", target) == Lead(False, certain=certain)


def test_a_site_needs_no_endings() -> None:
    """Where the repository configures a generator, a link without an ending may be a page that it makes."""
    site = Files(FILES.paths | {"mkdocs.yml"})

    assert site.lead("docs/x.md", "none") == Lead(False, certain=False)
    assert site.lead("docs/x.md", "none.md") == Lead(False, certain=True)


def test_an_address_of_a_site_is_found_below_any_folder() -> None:
    """A site is made of a folder whose name its addresses leave out."""
    assert FILES.lead("README.md", "/guide/setup") == Lead(True, certain=False, file="docs/guide/setup.md")
