from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.catalog.view import CatalogView, Sight
from ctxkb.types import Kind
from support.bases import adr, base_of

if TYPE_CHECKING:
    from pathlib import Path

HOLDS_NO_TEXT = {"meta", "embeddings"}
"""Counters, and vectors by the hash of their text."""


def test_every_table_is_covered(tmp_path: Path) -> None:
    """A table that is added must be covered by a view, or shown here to tell nothing of any document."""
    catalog = base_of(tmp_path, {"docs/adr/0001-a.md": adr(1, "A", "Accepted", "We do a.")}).catalog
    query = "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    tables = {row[0] for row in catalog.connection.execute(query)}
    view = CatalogView(catalog.folder, Sight(frozenset({Kind.GUIDE})))
    covered = {row[0] for row in view.connection.execute("SELECT name FROM temp.sqlite_schema WHERE type = 'view'")}
    searched = {table for table in tables if table == "words" or table.startswith("words_")}  # only beside `units`
    assert tables - covered - searched == HOLDS_NO_TEXT
    for name in covered:
        assert view.connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (0,)  # noqa: S608 - our own names
    assert view.search_words(["do"], 10) == []
    assert catalog.search_words(["do"], 10) != []
    view.close()


def test_a_sight_is_told_by_what_it_shows() -> None:
    """The same kinds and paths have the same mark, whatever their order; other ones another."""
    some = Sight(frozenset({Kind.GUIDE, Kind.SPEC}), ("docs/**",))
    assert some.mark == Sight(frozenset({Kind.SPEC, Kind.GUIDE}), ("docs/**",)).mark
    assert len({some.mark, Sight().mark, Sight(paths=("docs/**",)).mark, Sight(frozenset()).mark}) == 4
    assert [some.sees("guide", "docs/a.md"), some.sees("guide", "a.md"), some.sees("decision", "docs/a.md")] == [
        True, False, False,
    ]  # fmt: skip
