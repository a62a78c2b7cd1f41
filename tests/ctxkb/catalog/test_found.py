from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.rows import FileState
from ctxkb.catalog.write import drop_file, put_embeddings, put_file, text_hash, writing
from ctxkb.types import Document, Kind, Problem, Unit

if TYPE_CHECKING:
    from pathlib import Path

DOCUMENT = Document(
    "docs/adr/0001-ä b.md", Kind.DECISION, "docs/adr/0001-ä b.md", "Use X", "decision", (), "accepted", "✅ Accepted",
    "1",
)  # fmt: skip
UNIT = Unit(
    f"{DOCUMENT.id}#a", DOCUMENT.id, Kind.DECISION, DOCUMENT.path, "Use X", "Outcome", ("Use X", "Part"), "a", 3, 5,
    "## Outcome\n\nWe call createOrder.", "markdown", "outcome", 9, ("one text", "two text", "one text"), ("b", "c"),
)  # fmt: skip
STATE = FileState(DOCUMENT.path, 10, 20, 30, "sha", "decision", "decision", (Problem(DOCUMENT.path, 4, "odd"),))


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    """A catalog that holds one document with one unit."""
    made = Catalog(tmp_path / ".kb")
    _put(made)
    return made


def _put(catalog: Catalog, *units: Unit) -> None:
    with writing(catalog) as connection:
        put_file(connection, STATE, [DOCUMENT], units or [UNIT])


def test_a_dropped_file_leaves_its_embeddings(catalog: Catalog) -> None:
    """They are no live ones any more, and are used again when the text comes back."""
    keys = [text_hash(text) for text in ("one text", "two text")]
    with writing(catalog) as connection:
        put_embeddings(connection, "m", keys, np.eye(2, dtype=np.float32))
    ids, vectors = catalog.live_embeddings("m")
    assert (ids.tolist(), vectors.tolist()) == ([1, 2], [[1, 0], [0, 1]])
    assert [number for _, number, _ in catalog.units_of_embeddings([1, 2, 3])] == [1, 1]
    assert catalog.unembedded("m") == {}
    with writing(catalog) as connection:
        drop_file(connection, DOCUMENT.path)
    assert (catalog.documents(), catalog.files(), catalog.unit_count()) == ([], {}, 0)
    assert (catalog.live_ids("m").tolist(), catalog.units_of_embeddings([1, 2])) == ([], [])
    _put(catalog)
    assert catalog.live_ids("m").tolist() == [1, 2]
    assert set(catalog.unembedded("other").values()) == {"one text", "two text"}


@pytest.mark.parametrize("term", ["createorder", "creat", "adr1", "rfc1", "ä", "outcom"])
def test_words_of_text_heading_path_and_number_find_a_unit(catalog: Catalog, term: str) -> None:
    """Identifiers whole and split, the decision's number, stems."""
    assert [number for number, _ in catalog.search_words([term, "zebra"], 9)] == [1]
    assert catalog.frequencies([term, "zebra"]) == {term: 1}
    assert term in catalog.terms_of([1])[1]


def test_a_title_weighs_more_than_a_text(catalog: Catalog) -> None:
    """BM25 with weights for title and heading; at most so many."""
    with writing(catalog) as connection:
        for number, (title, text) in enumerate([("Ledger", "Other."), ("Other", "The ledger."), ("Fonts", "Big.")]):
            path = f"docs/{number}.md"
            document = Document(path, Kind.GUIDE, path, title, "markdown", ())
            unit = replace(UNIT, id=f"{path}#a", document=path, path=path, title=title, text=text, kind=Kind.GUIDE)
            put_file(connection, FileState(path, 1, 1, 1, ""), [document], [unit])
    found = catalog.search_words(["ledger"], 9)
    assert [catalog.units([number])[number].unit.title for number, _ in found] == ["Ledger", "Other"]
    assert found[0][1] > found[1][1] > 0
    assert len(catalog.search_words(["ledger"], 1)) == 1
    assert catalog.search_words([], 9) == []
