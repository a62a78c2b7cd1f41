"""The command line from cold, beside bare processes: `python benchmarks/cold.py [--quick]`.

Each side is a whole process, started anew, in turns:

- `kb query` beside `python -c "import chromadb"` (reach: at most 1.0 of it);
- the same with a server running for the repository (reach: at most 0.35);
- `kb index` with nothing changed over 3,000 files, beside `git status` + `python -c "import typer, rich, pydantic,
  sqlite3"` (reach: at most 2).

The repository of the first two is the corpus simpler-grants-gov, or this repository's own docs where that is not here.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import corpora
from ctxkb.config import load_config
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.repair import open_for_writing
from measuring import KB, ROOT, command, in_turns, load, machine, spread, verdict
from serving import served

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.embed.interface import Embedder

QUERY = "how do we page through the results of a search"
CHROMA = (sys.executable, "-c", "import chromadb")
IMPORTS = (sys.executable, "-c", "import typer, rich, pydantic, sqlite3")


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds and files")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--files", type=int, default=3_000)
    parser.add_argument("--indexed", type=Path, help="this repository, indexed already, for the queries")
    asked = parser.parse_args()
    rounds, files = (3, 300) if asked.quick else (asked.rounds, asked.files)
    print(machine())
    with documents(asked.indexed) as root:
        query_alone(root, rounds)
        asyncio.run(query_beside_server(root, rounds))
    with tempfile.TemporaryDirectory() as name:
        index_again(Path(name) / "many", files, rounds)


@contextmanager
def documents(given: Path | None) -> Iterator[Path]:
    """An indexed repository."""
    if given or corpora.found():
        with corpora.indexed("simpler-grants-gov", given) as root:
            yield root
        return
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "docs", Path(name) / "docs")
        corpora.commit(Path(name))
        subprocess.run([KB, "index"], cwd=name, check=True, stdout=sys.stderr)
        yield Path(name)


def query_alone(root: Path, rounds: int) -> None:
    """A query by a process that finds nobody to ask."""
    sides = {"kb query": command(KB, "query", QUERY, cwd=root), "import chromadb": command(*CHROMA)}
    in_turns(sides, 1)
    times = in_turns(sides, rounds)
    show("kb query, no server", times, "kb query", ["import chromadb"], 1.0)


async def query_beside_server(root: Path, rounds: int) -> None:
    """A query that a running server answers."""
    async with served(root):
        sides = {"kb query": command(KB, "query", QUERY, cwd=root), "import chromadb": command(*CHROMA)}
        times = in_turns(sides, rounds)
    show("kb query, a server running", times, "kb query", ["import chromadb"], 0.35)


def index_again(root: Path, files: int, rounds: int) -> None:
    """`kb index` over files that did not change."""
    write_notes(root, files)
    corpora.commit(root)
    time.sleep(2.1)  # younger files are hashed again once, as git does
    catalog = open_for_writing(root)
    for _ in range(2):
        index_repository(root, load_config(root), catalog, flat)
    catalog.close()
    sides = {
        "kb index": command(KB, "index", "--root", str(root)),
        "git status": command("git", "-C", str(root), "status"),
        "import typer, rich, pydantic, sqlite3": command(*IMPORTS),
    }
    in_turns(sides, 1)
    times = in_turns(sides, rounds)
    show(f"kb index, nothing changed, {files} files", times, "kb index", list(sides)[1:], 2)


def write_notes(root: Path, files: int) -> None:
    """Small Markdown files in fifty folders."""
    for number in range(files):
        path = root / f"docs/part{number % 50}/note{number}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"# Note {number}\n\nIt is about number {number}.\n", "utf-8")


def flat() -> Embedder:
    """A stand-in for the model, whose speed does not matter here: one number a text."""
    import numpy as np

    class Flat:
        name = "flat"
        dimensions = 1

        def embed(self, texts: list[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
            return np.ones((len(texts), 1), np.float32)

    return Flat()  # type: ignore[return-value] # a list is all it is called with


def show(title: str, times: dict[str, list[float]], ours: str, others: list[str], reach: float) -> None:
    """Prints both sides, and the ratio of their medians."""
    print(f"\n{title}   ({load()})")
    for side, seconds in times.items():
        print(f"  {side:40}{spread(seconds)}")
    yard = sum(median(times[other]) for other in others)
    print(f"  {'ratio':40}{verdict(median(times[ours]) / yard, reach)}")


if __name__ == "__main__":
    main()
