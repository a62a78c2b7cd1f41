"""Answers to questions with known answers, beside two baselines: `python benchmarks/quality.py [--quick]`.

For both corpora of `eval/`: `kb` through `eval/evaluate.py`, over MCP, with the other corpus's questions as foreign
ones; and on the same questions, scored by the functions of the same file,

- SQLite FTS5 over the sections of the files, the best sections packed into the budget,
- the plain LlamaIndex pipeline of `plain_llama.py`, the nearest nodes packed into the budget.

Both baselines fill the budget: each part stands under its path, and the first that does not fit is cut. What the
figures mean stands in `evaluate.py`. "over" counts replies larger than the budget as text and as JSON, "leak" settled
decisions that are not marked; the baselines know neither budgets in JSON nor statuses.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from functools import partial
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

import corpora
import words_only
from measuring import KB, load, machine

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tiktoken import Encoding

BUDGETS = (500, 1000, 2000, 4000)
PARTS = 40
"""How many parts a baseline is asked for: more than the largest budget holds."""

SIDES = {"fts5": "SQLite FTS5", "llamaindex": "plain LlamaIndex", "ctxkb": "ctxkb"}
Score = dict[str, Any]


def main() -> None:
    """Reads the arguments and prints a table for each corpus, and the means of both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one corpus, a quarter of the questions, two budgets")
    parser.add_argument("--sides", default=",".join(SIDES), help=f"which of {', '.join(SIDES)}")
    parser.add_argument("--json", type=Path, help="writes all figures there as well")
    asked = parser.parse_args()
    sides = [side for side in SIDES if side in asked.sides.split(",")]
    budgets = (500, 2000) if asked.quick else BUDGETS
    print(machine())
    scores: dict[str, dict[str, Score]] = {}
    for name in corpora.NAMES[: 1 if asked.quick else None]:
        with tempfile.TemporaryDirectory() as folder:
            files = questions(name, Path(folder), 4 if asked.quick else 1)
            scores[name] = {side: MEASURED[side](name, files, budgets) for side in sides}
        print(f"\n{name}   ({load()})\n\n{table(scores[name], budgets)}", flush=True)
    print(f"\nboth\n\n{means(scores, budgets)}")
    if asked.json:
        asked.json.write_text(json.dumps(scores, indent=1), "utf-8")


def questions(name: str, folder: Path, every: int) -> list[Path]:
    """The questions about a corpus, and those about the other one, as files."""
    paths = []
    for corpus in (name, *(other for other in corpora.NAMES if other != name)):
        lines = [json.dumps(question) for question in corpora.questions(corpus)[::every]]
        paths.append(folder / f"{corpus}.jsonl")
        paths[-1].write_text("\n".join(lines), "utf-8")
    return paths


def by_ctxkb(name: str, files: Sequence[Path], budgets: Sequence[int]) -> Score:
    """What `evaluate.py` measures of `kb`, over MCP."""
    own, *foreign = files
    corpus = corpora.required() / "corpora" / name
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "score.json"
        words = [sys.executable, corpora.required() / "evaluate.py", "--corpus", corpus, "--queries", own, "--kb", KB]
        words += ["--budgets", ",".join(map(str, budgets)), "--json", written]
        words += [word for path in foreign for word in ("--foreign", path)]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        score: Score = json.loads(written.read_text("utf-8"))
        score["budget"] = {int(budget): figures for budget, figures in score["budget"].items()}
        return score


def by_fts5(name: str, files: Sequence[Path], budgets: Sequence[int]) -> Score:
    """The same figures for full text search."""
    with corpora.repository(name) as root:
        found = words_only.indexed(root)
        return scored(lambda question: words_only.best(found, question, PARTS), files, budgets)


def by_llamaindex(name: str, files: Sequence[Path], budgets: Sequence[int]) -> Score:
    """The same figures for the plain LlamaIndex pipeline."""
    import plain_llama

    embedding = plain_llama.PlainEmbedding()
    with corpora.repository(name) as root, tempfile.TemporaryDirectory() as folder:
        collection = plain_llama.stored(plain_llama.embedded(plain_llama.read(root), embedding), Path(folder))
        return scored(partial(_nearest, collection, embedding, root), files, budgets)


def _nearest(collection: Any, embedding: Any, root: Path, question: str) -> list[tuple[str, str]]:  # noqa: ANN401 - libraries' classes
    found = collection.query([embedding.get_query_embedding(question)], n_results=PARTS)
    paths = [str(Path(of["path"]).relative_to(root)) for of in found["metadatas"][0]]
    return list(zip(paths, found["documents"][0], strict=True))


def scored(best: Callable[[str], list[tuple[str, str]]], files: Sequence[Path], budgets: Sequence[int]) -> Score:
    """The figures of something that gives the best (path, text) parts for a question."""
    evaluate = corpora.evaluation()
    count = evaluate.token_counter()
    rows = [_row(question, best(question["query"]), budgets) for question in _asked(files)]
    score: Score = evaluate.score(rows, list(budgets), count)
    return {**score, "over_json": "-", "leak": "-"}


def _asked(files: Sequence[Path]) -> list[dict[str, Any]]:
    """The questions as `evaluate.py` asks them: those about the other corpus without an answer, at most sixty."""
    own, *others = [[json.loads(line) for line in path.read_text("utf-8").splitlines()] for path in files]
    foreign = [question for other in others for question in other]
    foreign = [q for q in foreign if q["relevant"] and q["kind"] in {"paraphrase", "identifier"}]
    nothing = {"relevant": [], "must_contain": [], "stale": [], "kind": "foreign"}
    return own + [{**question, **nothing} for question in (foreign[::2] + foreign[1::2])[:60]]


def _row(question: dict[str, Any], parts: list[tuple[str, str]], budgets: Sequence[int]) -> dict[str, Any]:
    """One question's answers in the form that `evaluate.py` scores."""
    items = [{"path": path, "status": "", "superseded_by": [], "text": text} for path, text in parts]
    return {
        "query": question,
        "text": {budget: packed(parts, budget) for budget in budgets},
        "ms": dict.fromkeys(budgets, 0.0),
        "json": {"confidence": "high", "items": items},
        "json_text": "",
    }


def packed(parts: list[tuple[str, str]], budget: int) -> str:
    """The parts in their order under their paths; the first that does not fit is cut."""
    import tiktoken

    encoding: Encoding = tiktoken.get_encoding("o200k_base")
    whole = "\n\n".join(f"### {path}\n{text.strip()}" for path, text in parts)
    return encoding.decode(encoding.encode_ordinary(whole)[: budget - 2], errors="ignore")


MEASURED = {"fts5": by_fts5, "llamaindex": by_llamaindex, "ctxkb": by_ctxkb}


def table(scores: dict[str, Score], budgets: Sequence[int]) -> str:
    """All figures of one corpus as a Markdown table."""
    rows: dict[str, Callable[[Score], object]] = {
        **{f"recall at {b:,}": lambda score, b=b: f"{score['budget'][b]['recall']:.2f}" for b in budgets},
        "MRR": lambda score: f"{score['mrr']:.2f}",
        "first item right": lambda score: f"{score['hit1']:.2f}",
        "abstain": lambda score: score["abstain"],
        "abstain, foreign": lambda score: score["abstain_foreign"],
        "false none": lambda score: score["false_none"],
        "stale first": lambda score: score["stale_first"],
        "over, text": lambda score: sum(score["budget"][b]["over"] for b in budgets),
        "over, JSON": lambda score: score["over_json"],
        "leak": lambda score: score["leak"],
        f"tokens at {budgets[-1]:,}": lambda score: score["budget"][budgets[-1]]["tokens"],
    }
    return markdown(
        ["", *(SIDES[side] for side in scores)], [[row, *map(of, scores.values())] for row, of in rows.items()]
    )


def means(scores: dict[str, dict[str, Score]], budgets: Sequence[int]) -> str:
    """The means over the corpora as a Markdown table."""
    sides = list(next(iter(scores.values())))

    def row(name: str, of: Callable[[Score], float]) -> list[str]:
        return [name, *(f"{mean(of(corpus[side]) for corpus in scores.values()):.3f}" for side in sides)]

    rows = [row(f"recall at {b:,}", lambda score, b=b: score["budget"][b]["recall"]) for b in budgets]
    rows += [row("MRR", lambda score: score["mrr"]), row("first item right", lambda score: score["hit1"])]
    for name in ("abstain_foreign", "false_none", "stale_first"):
        cells = [_sum(corpus[side][name] for corpus in scores.values()) for side in sides]  # type: ignore[misc] # in the loop
        rows.append([name.replace("_", " "), *cells])
    return markdown(["", *(SIDES[side] for side in sides)], rows)


def _sum(shares: Any) -> str:  # noqa: ANN401 - strings such as "3/40"
    parts = [share.split("/") for share in shares]
    return f"{sum(int(part[0]) for part in parts)}/{sum(int(part[1]) for part in parts)}"


def markdown(head: list[str], rows: Sequence[Sequence[object]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines)


if __name__ == "__main__":
    main()
