from __future__ import annotations

import json
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from ctxkb.catalog.read import Catalog
from ctxkb.vectors.snapshot import open_snapshot
from ctxkb_ingest.keeper import ANEW, Keeper
from ctxkb_ingest.open import reader_vectors
from ctxkb_ingest.scan import Scan, save_snapshot
from support.embedders import HashEmbedder
from support.indexed import Indexed, indexed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.vectors.interface import VectorIndex

ANIMALS = ["walrus", "pelican", "otter", "badger", "heron", "weasel", "stoat", "narwhal"]


def _write(held: Indexed, *animals: str) -> None:
    held.repo.write({f"docs/{animal}.md": f"# {animal}\n\nThe {animal} lives here.\n" for animal in animals})


def _nearest(held: Indexed, vectors: VectorIndex | None, word: str) -> str:
    """The path of the unit whose vector is the nearest to a question's."""
    assert vectors is not None
    found = vectors.query(held.embedder.embed([f"{word} The {word} lives here"])[0], 3)
    at = {key: number for key, number, _ in held.catalog.units_of_embeddings(key for key, _ in found)}
    units = held.catalog.units(at.values())
    return next((units[at[key]].unit.path for key, _ in found if key in at), "")


def _assert_right(held: Indexed, vectors: VectorIndex | None) -> None:
    """Every document is found by its own words, and there is exactly one vector a live text."""
    assert vectors is not None
    for path in held.state():
        assert _nearest(held, vectors, path.removeprefix("docs/").removesuffix(".md")) == path
    everything = vectors.query(held.embedder.embed(["here"])[0], 1000)
    assert sorted(key for key, _ in everything) == held.catalog.live_ids(held.embedder.name).tolist()


def test_a_reader_sees_each_finished_write(tmp_path: Path) -> None:
    """The scan follows the catalog: over a snapshot, beside it, and without one; removed texts are gone."""
    with indexed(tmp_path, {}) as held:
        reader = Scan(Catalog(tmp_path / ".kb"), lambda: held.embedder)
        for step, animal in enumerate(ANIMALS):
            _write(held, animal)
            if step == 5:
                (tmp_path / "docs/walrus.md").unlink()
            held.index()
            _assert_right(held, reader.current())
            if step in {2, 4}:
                save_snapshot(held.catalog, held.embedder.name, always=True)
                _assert_right(held, reader.current())
        snapshot = open_snapshot(tmp_path / ".kb", held.embedder.name)
        assert snapshot is not None
        assert len(snapshot.ids) == 5
        assert reader.current() is reader.current()
        reader._catalog.close()


def test_a_text_that_comes_back_is_found_again(tmp_path: Path) -> None:
    """A vector older than the snapshot that was not live then is found once its text is back."""
    with indexed(tmp_path, {}) as held:
        _write(held, "walrus", "otter")
        held.index()
        (tmp_path / "docs/walrus.md").unlink()
        held.index()
        save_snapshot(held.catalog, held.embedder.name, always=True)
        _write(held, "walrus")
        assert held.index().embedded == 0
        _assert_right(held, Scan(held.catalog, lambda: held.embedder).current())


def test_without_a_model_there_are_no_vectors(tmp_path: Path) -> None:
    """While there is no embedder a reader and an owner have none, and an unreachable server is no obstacle."""
    with indexed(tmp_path, {}) as held:
        _write(held, "otter")
        held.index()
        assert Scan(held.catalog, lambda: None).current() is None
        assert Keeper(held.catalog, "", lambda: None, print).current() is None
        _assert_right(held, reader_vectors(held.catalog, "http://127.0.0.1:9", lambda: held.embedder)())


@contextmanager
def _keeper(held: Indexed, problems: list[str]) -> Iterator[Keeper]:
    keeper = Keeper(held.catalog, "", lambda: held.embedder, problems.append)
    try:
        yield keeper
    finally:
        keeper.close()


def _until_chroma(keeper: Keeper) -> None:
    assert keeper._opening is not None
    keeper._opening.join(30)
    assert keeper._chroma is not None


def test_the_owner_is_right_before_while_and_after_chroma_opens(tmp_path: Path) -> None:
    """Whatever holds the vectors at the moment, a finished write is found and a removed text is not."""
    problems: list[str] = []
    with indexed(tmp_path, {}) as held, _keeper(held, problems) as keeper:
        assert keeper.current() is not None
        _write(held, *ANIMALS[:3])
        held.index()
        _assert_right(held, keeper.current())
        keeper.settle()
        _write(held, *ANIMALS[3:6])
        (tmp_path / "docs/walrus.md").unlink()
        held.index()
        _assert_right(held, keeper.current())
        _until_chroma(keeper)
        _assert_right(held, keeper.current())
        _write(held, "walrus", *ANIMALS[6:])
        (tmp_path / "docs/otter.md").unlink()
        held.index()
        keeper.settle()
        _assert_right(held, keeper.current())
    assert problems == []


def test_chroma_is_opened_again_without_a_rebuild_only_where_it_is_whole(tmp_path: Path) -> None:
    """After a clean close it is used as it is; after a kill, or a change made without it, it is built anew."""
    with indexed(tmp_path, {}) as held:
        _write(held, *ANIMALS)
        held.index()
        folder = tmp_path / ".kb/chroma"

        def opened() -> float:
            with _keeper(held, []) as keeper:
                keeper.current()
                keeper.settle()
                _until_chroma(keeper)
                _assert_right(held, keeper.current())
                return (folder / "db/chroma.sqlite3").stat().st_ctime

        opened()
        inode = (folder / "db/chroma.sqlite3").stat().st_ino
        opened()
        assert (folder / "db/chroma.sqlite3").stat().st_ino == inode
        assert json.loads((folder / "held.json").read_text())["generation"] == held.catalog.meta("vectors")
        (tmp_path / "docs/otter.md").unlink()
        held.index()
        built = (folder / "db/chroma.sqlite3").stat().st_ctime
        time.sleep(0.02)
        assert opened() > built
        (folder / "dirty").write_text("1")
        (folder / "db/chroma.sqlite3").write_bytes(b"garbage")
        opened()


def test_chroma_that_is_gone_at_the_end_is_reported_and_built_again(tmp_path: Path) -> None:
    """Somebody deletes the index while changes wait for Chroma: closing says so, and the next owner is right."""
    problems: list[str] = []
    with indexed(tmp_path, {}) as held:
        _write(held, *ANIMALS)
        held.index()
        with _keeper(held, problems) as keeper:
            keeper.current()
            keeper.settle()
            _until_chroma(keeper)
            (tmp_path / "docs/otter.md").unlink()
            held.index()
            shutil.rmtree(tmp_path / ".kb/chroma")
        assert len(problems) == 1
        assert problems[0].startswith("Chroma failed in")
        assert problems[0].endswith(ANEW)
        with _keeper(held, problems) as keeper:
            keeper.current()
            keeper.settle()
            _until_chroma(keeper)
            _assert_right(held, keeper.current())


def test_a_snapshot_holds_what_is_live(tmp_path: Path) -> None:
    """Ids ascend, vectors belong to them, and a snapshot that is not behind is not written again."""
    with indexed(tmp_path, {}) as held:
        _write(held, *ANIMALS)
        held.index()
        model = HashEmbedder().name
        save_snapshot(held.catalog, model, always=True)
        (file,) = (tmp_path / ".kb").glob("vectors-*.bin")
        before = file.stat().st_ino
        save_snapshot(held.catalog, model, always=True)
        assert file.stat().st_ino == before
        snapshot = open_snapshot(tmp_path / ".kb", model)
        assert snapshot is not None
        ids, matrix = held.catalog.live_embeddings(model)
        assert np.array_equal(snapshot.ids, ids)
        assert np.array_equal(snapshot.matrix, matrix)
