from __future__ import annotations

import ast
import random
import time
from typing import TYPE_CHECKING

import numpy as np

from ctxkb.catalog.read import Catalog
from support.embedders import HashEmbedder
from support.repos import Repo
from support.workers import worker

if TYPE_CHECKING:
    from pathlib import Path


def _files(count: int) -> dict[str, str | bytes]:
    return {
        f"docs/n{number}.md": f"# Note {number}\n\n"
        + "".join(f"## Part {part}\n\nAbout {number} and {part}.\n\n" for part in range(5))
        for number in range(count)
    }


def _assert_whole(catalog: Catalog) -> None:
    """No ghosts: the words, the passages and the vectors all belong to units, and no file is half there."""
    ask = catalog.connection.execute
    assert ask("SELECT count(*) FROM words").fetchone() == ask("SELECT count(*) FROM units").fetchone()
    assert ask("SELECT count(*) FROM passages WHERE unit NOT IN (SELECT row FROM units)").fetchone() == (0,)
    assert ask("SELECT count(*) FROM units WHERE document NOT IN (SELECT id FROM documents)").fetchone() == (0,)
    assert ask("PRAGMA integrity_check").fetchone() == ("ok",)


def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Killed at any moment, several times, a run loses nothing, leaves no ghost, and no chunk is embedded again."""
    Repo(tmp_path).write(_files(120)).commit()
    dice = random.Random(7)  # noqa: S311 - moments to kill at, the same in every run
    done = 0
    for _ in range(4):
        with worker("index", tmp_path, delay=0.1) as process:
            time.sleep(0.2 + dice.random())
            process.kill()
        catalog = Catalog(tmp_path / ".kb")
        _assert_whole(catalog)
        before, done = done, _embedded(catalog)
        assert done >= before
        catalog.close()
    with worker("index", tmp_path) as process:
        report = ast.literal_eval(process.hears())
    assert (report["files"], report["complete"], report["skipped"]) == (120, True, [])
    assert report["embedded"] == report["texts"] == report["embedded"] + report["reused"] - done
    catalog = Catalog(tmp_path / ".kb")
    _assert_whole(catalog)
    model = HashEmbedder()
    ids, vectors = catalog.live_embeddings(model.name)
    texts = dict(catalog.connection.execute("SELECT e.id, p.text FROM embeddings e JOIN passages p USING (hash)"))
    assert len(ids) == len(texts) == report["embedded"] + report["reused"]
    assert np.array_equal(vectors, model.embed([texts[key] for key in ids.tolist()]))
    catalog.close()


def _embedded(catalog: Catalog) -> int:
    return int(catalog.connection.execute("SELECT count(*) FROM embeddings").fetchone()[0])


def test_two_runs_at_once_wait_for_each_other(tmp_path: Path) -> None:
    """Of two `kb index` at one time the second waits, and then finds nothing to do."""
    Repo(tmp_path).write(_files(60)).commit()
    with worker("index", tmp_path, delay=0.2) as first:
        time.sleep(0.3)
        with worker("index", tmp_path) as second:
            reports = [ast.literal_eval(process.hears()) for process in (first, second)]
    assert [report["files"] for report in reports] == [60, 60]
    texts = reports[0]["embedded"] + reports[0]["reused"]
    assert sorted(report["texts"] for report in reports) == [0, texts]
