"""A warm `get_context` over MCP, beside the parts that it cannot do without: `python benchmarks/latency.py [--quick]`.

A repository of about 5,000 units (the corpus simpler-grants-gov) is indexed and served by `kb serve`. For each of its
40 questions, in turns:

- `get_context` through the MCP SDK's client, on standard input and output;
- bare: embed the question + ask Chroma + ask FTS5 + one round trip of the same size. Chroma and FTS5 are asked for as
  many candidates as `get_context` takes from each; the round trip is to an MCP server that gives the same reply and
  does nothing else.

Reach: the median of the first is at most 1.5 times the median of the second. A harder yardstick is printed too: ten
candidates from each, and the round trip over a bare pipe without MCP. `--profile` prints where the time goes instead.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import corpora
from ctxkb.config import load_config
from ctxkb.embed.registry import open_embedder
from ctxkb.knowledge import Request
from ctxkb.retrieve.evidence import CANDIDATES, NEAREST
from ctxkb.text.words import query_terms
from ctxkb_ingest.open import open_catalog, open_knowledge
from measuring import load, machine, percentile, timed, verdict
from serving import ask, bare, connected, served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ctxkb.catalog.read import Catalog
    from ctxkb.embed.interface import Embedder

CORPUS = "simpler-grants-gov"
FEW = 10
Times = dict[str, list[float]]


def main() -> None:
    """Reads the arguments, indexes, and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round over a few questions")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget", type=int, default=2000)
    parser.add_argument("--indexed", type=Path, help="this repository, indexed already, instead of the corpus")
    parser.add_argument("--profile", action="store_true", help="where the time goes in process, and nothing else")
    asked = parser.parse_args()
    tasks = [question["query"] for question in corpora.questions(CORPUS)][: 8 if asked.quick else None]
    print(machine())
    with corpora.indexed(CORPUS, asked.indexed) as root:
        if asked.profile:
            profile(root, tasks, asked.budget)
        else:
            asyncio.run(compare(root, tasks, 1 if asked.quick else asked.rounds, asked.budget))


async def compare(root: Path, tasks: Sequence[str], rounds: int, budget: int) -> None:
    """Asks the server and the bare parts in turns, and prints both."""
    with tempfile.TemporaryDirectory() as name, closing(open_catalog(root)) as catalog:
        folder = Path(name)
        embedder = open_embedder(load_config(root).embedding.model)
        parts = bare_parts(catalog, embedder, folder)
        async with served(root) as serving:
            replies = {task: await serving.ask(task, budget_tokens=budget) for task in tasks}
            (folder / "replies.json").write_text(json.dumps(replies), "utf-8")
            pipe = piped(folder / "replies.json")
            async with connected(bare(folder / "replies.json"), root) as (echo, _):
                await ask(echo, tasks[0])
                times: Times = defaultdict(list)
                for _ in range(rounds):
                    for task in tasks:
                        for part, work in parts.items():
                            times[part].append(timed(lambda work=work, task=task: work(task)))  # type: ignore[misc] # in the loop
                        times["pipe"].append(timed(lambda task=task: pipe(task)))  # type: ignore[misc] # in the loop
                        times["trip"].append(await _trip(echo, task, budget))
                        times["get_context"].append(await serving.timed(task, budget_tokens=budget))
        size = round(sum(map(len, replies.values())) / len(replies))
        print(f"{catalog.unit_count()} units, {len(tasks)} questions x {rounds}, {size} characters a reply, {load()}")
    report(times)


async def _trip(echo: Any, task: str, budget: int) -> float:  # noqa: ANN401 - the SDK's client
    started = time.perf_counter()
    await ask(echo, task, budget_tokens=budget)
    return time.perf_counter() - started


def bare_parts(catalog: Catalog, embedder: Embedder, folder: Path) -> dict[str, Callable[[str], object]]:
    """What each part does for one question, by its name; all have run once."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    client = chromadb.PersistentClient(path=folder / "chroma", settings=settings)
    collection = client.create_collection("units", metadata={"hnsw:space": "cosine"}, embedding_function=None)
    ids, matrix = catalog.live_embeddings(embedder.name)
    for start in range(0, len(ids), 1000):
        part = slice(start, start + 1000)
        collection.add([str(key) for key in ids[part]], embeddings=matrix[part])
    vectors: dict[str, NDArray[Any]] = {}

    def vector(task: str) -> NDArray[Any]:
        if task not in vectors:
            vectors[task] = embedder.embed([task])
        return vectors[task]

    parts: dict[str, Callable[[str], object]] = {
        "embed": lambda task: embedder.embed([task]),
        "chroma": lambda task: collection.query(vector(task), n_results=NEAREST, include=["distances"]),
        "fts5": lambda task: catalog.search_words(query_terms(task), CANDIDATES),
        "chroma, few": lambda task: collection.query(vector(task), n_results=FEW, include=["distances"]),
        "fts5, few": lambda task: catalog.search_words(query_terms(task), FEW),
    }
    for work in parts.values():
        work("warm up")
    return parts


def piped(replies: Path) -> Callable[[str], str]:
    """Asks a process that answers each line of its input with a line."""
    echo = subprocess.Popen([*bare(replies), "--pipe"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert echo.stdin
    assert echo.stdout
    given, taken = echo.stdin, echo.stdout

    def trip(task: str) -> str:
        given.write(json.dumps({"task": task}) + "\n")
        given.flush()
        return str(json.loads(taken.readline())["text"])

    trip("warm up")
    return trip


def report(times: Times) -> None:
    """Prints each part, both yardsticks and the ratios."""
    sides = {
        "bare": ("embed", "chroma", "fts5", "trip"),
        "bare, harder": ("embed", "chroma, few", "fts5, few", "pipe"),
    }
    sums = {
        side: [sum(four) for four in zip(*(times[part] for part in parts), strict=True)]
        for side, parts in sides.items()
    }
    called = {"trip": "round trip, MCP", "pipe": "round trip, pipe"}
    print(f"{'ms':20}{'p50':>9}{'p95':>9}")
    for part, values in {**times, **sums}.items():
        print(f"{called.get(part, part):20}{1000 * median(values):9.2f}{1000 * percentile(values, 0.95):9.2f}")
    ours = median(times["get_context"])
    print(f"ratio                {verdict(ours / median(sums['bare']), 1.5)}")
    print(f"ratio, harder        {ours / median(sums['bare, harder']):8.2f}")


def profile(root: Path, tasks: Sequence[str], budget: int) -> None:
    """Prints what takes the time of `Knowledge.context`, without MCP and without Chroma."""
    import cProfile
    import pstats

    config = load_config(root)
    embedder = open_embedder(config.embedding.model)
    knowledge = open_knowledge(root, config, lambda: embedder)
    requests = [Request(task, budget=budget, record=False) for task in tasks]
    for request in requests:
        knowledge.context(request)
    times = [timed(lambda request=request: knowledge.context(request)) for request in requests * 5]  # type: ignore[misc] # in the loop
    print(f"in process: p50 {1000 * median(times):.2f} ms, p95 {1000 * percentile(times, 0.95):.2f} ms, {load()}")
    profiler = cProfile.Profile()
    profiler.enable()
    for request in requests:
        knowledge.context(request)
    profiler.disable()
    pstats.Stats(profiler, stream=sys.stdout).sort_stats("cumulative").print_stats(40)


if __name__ == "__main__":
    main()
