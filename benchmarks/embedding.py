"""Embedding and nearest neighbours, beside what they are measured against: `python benchmarks/embedding.py FOLDER...`.

Reads the Markdown below the folders, cut at headings. Prints texts per second and one query's latency for
sentence-transformers and for the bundled model in both precisions, how far their vectors and neighbours agree, and the
time of a query by exact scan and by Chroma. Compare ratios: the machine's load moves the absolute figures.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import numpy as np

from ctxkb.embed import bundled
from ctxkb.embed.registry import open_embedder
from ctxkb.vectors.chroma import open_chroma
from ctxkb.vectors.exact import ExactIndex
from ctxkb.vectors.snapshot import open_snapshot, write_snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from ctxkb.vectors.interface import VectorIndex

P = ParamSpec("P")
T = TypeVar("T")

QUERIES = ["how do we handle errors in the api", "may I use moment for dates", "who may change the migrations"]


def main() -> None:
    """Reads the arguments and prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--texts", type=int, default=600)
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000, 10_000])
    asked = parser.parse_args()
    print_indexes(asked.rows, print_embedders(sections(asked.folders, asked.texts)))


def sections(folders: Sequence[Path], limit: int) -> list[str]:
    """At most `limit` texts between headings, drawn with a seed."""
    files = sorted(path for folder in folders for path in folder.rglob("*.md"))
    parts = [part for path in files for part in re.split(r"(?m)^(?=#{1,3} )", path.read_text("utf-8", "replace"))]
    texts = [part for part in parts if len(part.strip()) > 40]
    assert texts, "there is no Markdown below these folders"
    return [texts[at] for at in np.random.default_rng(0).permutation(len(texts))[:limit]]


def print_embedders(texts: Sequence[str]) -> NDArray[np.float32]:
    """Speed of each engine, and how far it agrees with sentence-transformers; gives the reference's vectors."""
    engines = [
        ("sentence-transformers, bare", bare_encode()),
        ("ctxkb default-fp32", open_embedder("default-fp32").embed),
        ("ctxkb default (int8)", open_embedder("default").embed),
    ]
    vectors, figures = {}, {}
    for name, embed in engines:
        embed(["load"])
        vectors[name], seconds = timed(embed, texts)
        latency = median(timed(embed, [query])[1] for query in QUERIES * 20)
        figures[name] = (len(texts) / seconds, 1000 * latency)
    reference, base = vectors[engines[0][0]], figures[engines[0][0]]
    print(
        f"{len(texts)} texts\n{'':29}{'texts/s':>9}{'ratio':>7}{'query ms':>10}{'cosine':>8}{'least':>7}{'top ten':>9}"
    )
    for name, (rate, latency) in figures.items():
        cosine = (vectors[name] * reference).sum(axis=1)
        print(
            f"{name:29}{rate:9.0f}{rate / base[0]:7.2f}{latency:10.2f}{cosine.mean():8.4f}{cosine.min():7.3f}"
            f"{shared_neighbours(reference, vectors[name]):9.3f}"
        )
    return reference


def more_like(vectors: NDArray[np.float32], size: int) -> NDArray[np.float32]:
    """`size` vectors as texts have them: each between two real ones, a little aside. Even noise has no neighbours."""
    random = np.random.default_rng(size)
    one, other = random.integers(0, len(vectors), (2, size))
    weight = random.uniform(0.6, 0.95, (size, 1))
    drawn = weight * vectors[one] + (1 - weight) * vectors[other]
    drawn += random.standard_normal(drawn.shape) * 0.015
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True), np.float32)


def bare_encode() -> Callable[[Sequence[str]], NDArray[np.float32]]:
    """sentence-transformers as its own documentation uses it: batches of 32, normalised."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(bundled.model_folder()), device="cpu", local_files_only=True)
    return lambda texts: np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))


def shared_neighbours(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Which part of each text's ten nearest texts is the same in both."""
    tops = []
    for vectors in (one, other):
        near = vectors @ vectors.T
        np.fill_diagonal(near, -1)
        tops.append(np.argsort(-near, axis=1)[:, :10])
    return float(np.mean([len(set(a) & set(b)) / 10 for a, b in zip(*tops, strict=True)]))


def print_indexes(sizes: Sequence[int], vectors: NDArray[np.float32]) -> None:
    """A query's time by exact scan and by Chroma, the rebuild, and how many of the exact ten Chroma finds."""
    print(f"\n{'rows':>9}{'exact ms':>10}{'chroma ms':>11}{'ratio':>7}{'recall@10':>11}{'rebuild s':>11}")
    for size in sizes:
        drawn = more_like(vectors, size + 50)
        rows, queries = (np.arange(size), drawn[:size]), drawn[size:]
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_snapshot(folder, "m", *rows, generation=1)
            truth, slow = ask(ExactIndex(open_snapshot(folder, "m")), queries)
            chroma, seconds = timed(open_chroma, folder / "chroma", "m", drawn.shape[1], partial(list, [rows]), 1)
            found, fast = ask(chroma, queries)
            chroma.close()
        recall = np.mean([len(a & b) / 10 for a, b in zip(truth, found, strict=True)])
        print(f"{size:9,}{slow:10.2f}{fast:11.2f}{fast / slow:7.1f}{recall:11.3f}{seconds:11.1f}")


def ask(index: VectorIndex, queries: NDArray[np.float32]) -> tuple[list[set[int]], float]:
    """The ten nearest of each query, and the median milliseconds of one."""
    index.query(queries[0], 10)
    runs = [timed(index.query, query, 10) for query in queries]
    return [{key for key, _ in found} for found, _ in runs], 1000 * median(seconds for _, seconds in runs)


def timed(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> tuple[T, float]:
    """What `work` gives, and the seconds that it took."""
    start = time.perf_counter()
    result = work(*given, **named)
    return result, time.perf_counter() - start


if __name__ == "__main__":
    main()
