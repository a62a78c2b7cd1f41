"""Indexing, beside what it is measured against: `python benchmarks/indexing.py FOLDER [--files N]`.

Copies FOLDER, a repository, aside and indexes it, the model loaded beforehand on both sides:

- full index through the LlamaIndex pipeline, beside the bare embedder on the same texts (reach: 0.85 of its speed);
- index again with nothing changed over N files, as a whole process, beside `git status` and a bare import
  (reach: at most twice as long);
- one file edited, until the owner's index answers with its words and its vector (reach: 0.5 s).

Compare ratios: the machine's load moves the absolute figures.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb.text.words import query_terms
from ctxkb_ingest.embedders import configured_embedder
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.open import open_catalog
from ctxkb_ingest.repair import open_for_writing
from ctxkb_ingest.seat import Seat

if TYPE_CHECKING:
    from collections.abc import Callable

    from ctxkb.embed.interface import Embedder

IMPORTS = "import typer, rich, pydantic, sqlite3"


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "repository"
        shutil.copytree(asked.folder, root, ignore=shutil.ignore_patterns(".git", ".kb"))
        print_full(root)
        print_edit(root, asked.rounds)
        print_again(Path(name) / "many", asked.files, asked.rounds)


def print_full(root: Path, rounds: int = 2) -> None:
    """Units per second of full indexes, and of the embedder alone on the same texts, in turns."""
    importing = timed(lambda: import_module("ctxkb_ingest.pipeline"))
    embedder = configured_embedder(load_config(root))
    embedder().embed(["load the model"])
    whole, bare = [], []
    for _ in range(rounds):
        shutil.rmtree(root / ".kb", ignore_errors=True)
        catalog = open_for_writing(root)
        report = index_repository(root, load_config(root), catalog, embedder, through="pipeline")
        assert report.complete
        texts = [row[0] for row in catalog.connection.execute("SELECT DISTINCT text FROM passages")]
        catalog.close()
        whole.append(report.units / report.seconds)
        bare.append(report.units / timed(lambda texts=texts: _embed(embedder(), texts)))  # type: ignore[misc] # in the loop
    print(f"full index     {report.files} files, {report.units} units, {len(texts)} texts")
    print(f"  index        {median(whole):8.1f} units/s")
    print(f"  bare         {median(bare):8.1f} units/s")
    print(f"  ratio        {median(whole) / median(bare):8.2f}     (reach: at least 0.85)")
    print(f"  importing LlamaIndex took {importing:.1f} s more, once a process")


def _embed(embedder: Embedder, texts: list[str]) -> None:
    embedder.embed(sorted(texts, key=len, reverse=True))


def print_edit(root: Path, rounds: int) -> None:
    """Seconds from an edit until the owner's words and vectors answer with it."""
    config = load_config(root)
    embedder = configured_embedder(config)
    seat = Seat(root, config, embedder)
    seat.start()
    catalog = open_catalog(root)
    path = next(path for path in sorted(root.rglob("*.md")) if path.stat().st_size < 20_000)
    text = path.read_text("utf-8")
    time.sleep(3)
    times = []
    for number in range(rounds):
        word = f"quokka{'abcdefghijklmnopqrstuvwxyz'[number % 26] * 3}"
        time.sleep(0.5)
        path.write_text(f"{text}\n## Added\n\nThe {word} was here.\n", "utf-8")
        times.append(timed(lambda word=word: _wait(lambda: bool(catalog.search_words(query_terms(word), 1)))))  # type: ignore[misc] # bound in the loop
        times[-1] += timed(lambda: _wait(lambda: bool(catalog.meta("complete"))))
        seat.vectors()
    print(f"one edit       {median(times):8.2f} s, {max(times):.2f} s at most   (reach: 0.50)")
    seat.close()
    catalog.close()


def _wait(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end, "the edit was not seen"
        time.sleep(0.002)


def print_again(root: Path, files: int, rounds: int) -> None:
    """Seconds of `kb index` with nothing to do over many files, and of what it is measured against."""
    for number in range(files):
        path = root / f"docs/part{number % 50}/note{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Note {number}\n\nIt is about number {number}.\n", "utf-8")
    git = ["git", "-C", str(root), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run([*git, *command], check=True)
    time.sleep(2.1)  # younger files are hashed again once, as git does
    kb = [str(Path(sys.executable).with_name("kb")), "index", "--root", str(root)]
    catalog = open_for_writing(root)
    index_repository(root, load_config(root), catalog, _flat)
    index_repository(root, load_config(root), catalog, _flat)
    catalog.close()
    again = [_process(kb) for _ in range(rounds)]
    status = [_process([*git, "status"]) for _ in range(rounds)]
    imports = [_process([sys.executable, "-c", IMPORTS]) for _ in range(rounds)]
    yard = median(status) + median(imports)
    print(f"again          {files} files, nothing changed")
    print(f"  kb index     {median(again):8.3f} s")
    print(f"  git + import {yard:8.3f} s   ({median(status):.3f} + {median(imports):.3f})")
    print(f"  ratio        {median(again) / yard:8.2f}     (reach: at most 2)")


def _flat() -> Embedder:
    """A stand-in for the model, whose speed does not matter here: one number a text."""
    import numpy as np

    class Flat:
        name = "flat"
        dimensions = 1

        def embed(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
            return np.ones((len(texts), 1), np.float32)

    return Flat()  # type: ignore[return-value] # a list is all it is called with


def _process(command: list[str]) -> float:
    return timed(lambda: subprocess.run(command, check=True, capture_output=True))


def timed(work: Callable[[], object]) -> float:
    """Seconds that `work` takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
