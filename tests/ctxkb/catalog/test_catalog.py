from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pytest

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.rows import FileState
from ctxkb.catalog.write import (
    drop_file,
    put_embeddings,
    put_file,
    raise_vectors,
    set_meta,
    text_hash,
    touch_file,
    writing,
)
from ctxkb.errors import StoreError
from ctxkb.types import Document, Kind, Link, Problem, Scope, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STATE = FileState("docs/a.md", 10, 20, 30, "ab", "decision", "decision", (Problem("docs/a.md", 3, "odd"),))
DOCUMENT = Document(
    id="docs/a.md",
    kind=Kind.DECISION,
    path="docs/a.md",
    title="Use parseHTTPResponse",
    format="decision",
    sections=(),
    status="accepted",
    status_text="✅ Accepted",
    number="7",
    date=date(2026, 1, 2),
    owners=("ada",),
    tags=("web",),
    scope=Scope(("web/**",), "paths", True),
    links=(Link("supersedes", "3", 9),),
)


def _unit(number: int, text: str, *embed: str) -> Unit:
    return Unit(
        f"docs/a.md#{number}", "docs/a.md", Kind.DECISION, "docs/a.md", DOCUMENT.title, f"Head {number}",
        ("Top", "Mid"), f"{number}", number, number, text, "markdown", "outcome", 5, embed or (text,), ("docs/b.md",),
    )  # fmt: skip


UNITS = (_unit(1, "widgets and parseHTTPResponse", "one", "two"), _unit(2, "gadgets"))


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    """An open catalog that holds one file."""
    found = Catalog(tmp_path)
    with writing(found) as connection:
        put_file(connection, STATE, [DOCUMENT], UNITS)
    yield found
    found.close()


def test_what_is_put_is_read_back(catalog: Catalog) -> None:
    """Files, documents and units come back as they were; a unit's embedded texts are kept apart."""
    assert catalog.files() == {"docs/a.md": STATE}
    assert (catalog.file("docs/a.md"), catalog.file("x")) == (STATE, None)
    assert catalog.problems() == list(STATE.problems)
    assert catalog.documents() == catalog.documents("decision") == [DOCUMENT]
    assert catalog.documents("guide") == []
    rows = catalog.units_of(["docs/a.md"])
    assert [row.unit for row in rows] == [replace(unit, embed=()) for unit in UNITS]
    assert catalog.units_of_file("docs/a.md") == rows
    assert catalog.units(row.row for row in rows) == {row.row: row for row in rows}
    assert catalog.unit("docs/a.md#2") == rows[1]
    assert catalog.passages(row.row for row in rows) == {rows[0].row: ("one", "two"), rows[1].row: ("gadgets",)}
    assert (catalog.counts(), catalog.unit_count(), catalog.totals()) == ({"decision": 1}, 2, (1, 2, 3))


def test_words_are_found_by_their_parts_and_whole(catalog: Catalog) -> None:
    """An identifier is found by its parts and as one word; the better match comes first."""
    first, second = (row.row for row in catalog.units_of(["docs/a.md"]))
    assert [number for number, _ in catalog.search_words(["widget"], 5)] == [first]
    assert [number for number, _ in catalog.search_words(["parsehttprespons", "gadget"], 5)] == [second]
    assert {number for number, _ in catalog.search_words(["http"], 5)} == {first, second}
    assert catalog.search_words([], 5) == []
    assert catalog.frequencies(["widget", "gadget", "nothing"]) == {"widget": 1, "gadget": 1}


def test_counts_follow_every_change(catalog: Catalog) -> None:
    """What was counted for one question is counted anew once a file has changed."""
    assert [catalog.frequencies(["gadget", "gizmo"]) for _ in range(2)] == [{"gadget": 1}, {"gadget": 1}]
    with writing(catalog) as connection:
        put_file(connection, replace(STATE, sha256="cd"), [DOCUMENT], [_unit(2, "gizmos")])
    assert (catalog.frequencies(["gadget", "gizmo"]), catalog.unit_count()) == ({"gizmo": 1}, 1)


def test_putting_again_replaces_and_dropping_forgets(catalog: Catalog) -> None:
    """Nothing of the former content stays, in no table, but the embeddings."""
    with writing(catalog) as connection:
        put_embeddings(connection, "m", [text_hash("one"), text_hash("gadgets")], np.eye(2, dtype=np.float32))
        put_file(connection, replace(STATE, sha256="cd"), [DOCUMENT], [_unit(2, "gizmos")])
    assert [row.unit.text for row in catalog.units_of(["docs/a.md"])] == ["gizmos"]
    assert catalog.search_words(["gadget"], 5) == []
    assert set(catalog.unembedded("m").values()) == {"gizmos"}
    with writing(catalog) as connection:
        drop_file(connection, "docs/a.md")
    for table in ("files", "documents", "units", "words", "passages"):
        assert catalog.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)  # noqa: S608 - listed above
    assert len(catalog.vectors("m", [text_hash("one"), text_hash("gadgets")])) == 2


def test_embeddings_are_by_model_and_text(catalog: Catalog) -> None:
    """A text has one vector of each model; only those of live texts are given, newer ones apart where asked."""
    vectors = np.eye(3, dtype=np.float32)
    with writing(catalog) as connection:
        put_embeddings(connection, "m", [text_hash("one"), text_hash("gone"), text_hash("gadgets")], vectors)
        put_embeddings(connection, "m", [text_hash("one")], np.zeros((1, 3), np.float32))
    assert set(catalog.unembedded("m").values()) == {"two"}
    assert set(catalog.unembedded("n").values()) == {"one", "two", "gadgets"}
    assert catalog.unembedded("m", ["docs/b.md"]) == {}
    assert set(catalog.unembedded("m", ["docs/a.md"]).values()) == {"two"}
    assert catalog.unembedded_files("m") == [("docs/a.md", 1)]
    ids, matrix = catalog.live_embeddings("m")
    assert np.array_equal(matrix, vectors[[0, 2]])
    assert np.array_equal(catalog.live_ids("m"), ids)
    later, newer = catalog.live_embeddings("m", after=int(ids[0]))
    assert (later.tolist(), newer.tolist()) == ([ids[1]], [vectors[2].tolist()])
    assert [part.tolist() for part in catalog.embeddings(ids[::-1].tolist())] == [
        ids.tolist(),
        vectors[[0, 2]].tolist(),
    ]
    assert [len(part) for part in catalog.embeddings([10_000])] == [0, 0]
    first, second = (row.row for row in catalog.units_of(["docs/a.md"]))
    assert sorted(catalog.units_of_embeddings([*ids.tolist(), 99])) == sorted([(ids[0], first, 0), (ids[1], second, 0)])
    found = catalog.vectors("m", [text_hash("one"), text_hash("two")])
    assert {key: value.tolist() for key, value in found.items()} == {text_hash("one"): vectors[0].tolist()}


def test_a_transaction_is_seen_whole_or_not_at_all(catalog: Catalog) -> None:
    """While one thread writes, others read the former state; what fails leaves nothing."""
    generation = catalog.generation
    seen: list[tuple[int, int]] = []

    def read() -> None:
        seen.append((catalog.unit_count(), catalog.generation))

    with writing(catalog) as connection:
        drop_file(connection, "docs/a.md")
        raise_vectors(connection)
        set_meta(connection, {"complete": 1})
        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
    assert seen == [(2, generation)]
    assert (catalog.unit_count(), catalog.generation) == (0, generation + 1)
    assert (catalog.meta("vectors"), catalog.meta("complete"), catalog.meta("nothing")) == (1, 1, 0)

    def fail() -> None:
        with writing(catalog) as connection:
            put_file(connection, STATE, [DOCUMENT], UNITS)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (catalog.unit_count(), catalog.generation) == (0, generation + 1)


def test_touching_a_file_keeps_its_units(catalog: Catalog) -> None:
    """New times of a file whose content is the same change nothing else."""
    with writing(catalog) as connection:
        touch_file(connection, replace(STATE, mtime_ns=99))
    assert catalog.files()["docs/a.md"].mtime_ns == 99
    assert catalog.unit_count() == 2


def test_a_full_disk_is_one_clear_line(catalog: Catalog) -> None:
    """Where the file cannot grow, the error says what to do, and what was there stays."""
    pages = catalog.connection.execute("PRAGMA page_count").fetchone()[0]
    catalog.connection.execute(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        with writing(catalog) as connection:
            for number in range(10, 500):
                put_file(connection, replace(STATE, path=f"{number}"), [], [_unit(number, "word " * 1000)])

    with pytest.raises(StoreError, match=r"cannot write the index .*full.*free disk space"):
        fill()
    assert catalog.unit_count() == 2


def test_a_file_that_is_no_catalog_is_one_clear_line(tmp_path: Path) -> None:
    """Garbage in the catalog's place is told with its path and what to do."""
    (tmp_path / "catalog.sqlite").write_bytes(b"no catalog " * 999)
    with pytest.raises(StoreError, match=r"cannot open the index .*delete the file and run `kb index`"):
        _ = Catalog(tmp_path).connection
