"""One file edited, until a running server answers with it: `python benchmarks/edit.py [--quick]`.

`kb serve` runs over the corpus simpler-grants-gov, or over this repository's docs. Each round writes a section that
holds a word of its own into one Markdown file, in place as most editors do or as a new file moved over the old one,
and calls `get_context` over MCP until the answer holds that section. Beside it stands what no watcher can avoid: the
time in which changes are collected (the debounce), and one answer.

Reach: at most 0.5 s, debounce included. The rounds in which the section was found by its words and those after which
the answer was complete, vectors included, are told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from cold import documents
from ctxkb_ingest.watch import QUIET_SECONDS
from measuring import load, machine, spread, verdict
from serving import UNFINISHED, Serving, served

if TYPE_CHECKING:
    from collections.abc import Callable
LIMIT = 10.0
"""Seconds after which an edit counts as unseen."""


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="few rounds")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--indexed", type=Path, help="this repository, indexed already; the file is restored")
    asked = parser.parse_args()
    print(machine())
    with documents(asked.indexed) as root:
        asyncio.run(measure(root, 4 if asked.quick else asked.rounds))


async def measure(root: Path, rounds: int) -> None:
    """Edits a file again and again, and prints how long each edit took to arrive."""
    path = next(path for path in sorted(root.rglob("*.md")) if 2_000 < path.stat().st_size < 20_000)
    text = path.read_text("utf-8")
    seen: dict[str, list[float]] = {"in place": [], "moved over": []}
    complete, answers = [], []
    async with served(root) as serving:
        for number in range(rounds):
            how = list(seen)[number % 2]
            word = "".join(random.Random(number).choices("bcdfghklmnprst", k=9))  # noqa: S311 - a word, no secret
            answers.append(await serving.timed(f"What does the {word} hold?"))
            write = {"in place": in_place, "moved over": moved_over}[how]
            started = time.perf_counter()
            write(path, f"{text}\n## The {word}\n\nThe {word} holds what was written in round {number}.\n")
            seen[how].append(await until(serving, word, started, lambda reply: "was written in round" in reply))
            complete.append(await until(serving, word, started, lambda reply: UNFINISHED not in reply))
            await asyncio.sleep(0.7)
        path.write_text(text, "utf-8")
    every = [seconds for times in seen.values() for seconds in times]
    print(f"{rounds} edits of {path.relative_to(root)}   ({load()})")
    for how, times in seen.items():
        print(f"  {how:30}{spread(times)}")
    print(f"  {'either way, until complete':30}{spread(complete)}")
    print(f"  {'bare: debounce':30}{QUIET_SECONDS:8.3f} s")
    print(f"  {'bare: one answer':30}{spread(answers)}")
    print(f"  {'median of all':30}{verdict(median(every), 0.5)}")


def in_place(path: Path, text: str) -> None:
    """Writes into the file that is there."""
    path.write_text(text, "utf-8")


def moved_over(path: Path, text: str) -> None:
    """Writes another file and moves it over the one that is there."""
    other = path.with_name(f"{path.name}.tmp~")
    other.write_text(text, "utf-8")
    other.replace(path)


async def until(serving: Serving, word: str, started: float, holds: Callable[[str], bool]) -> float:
    """Seconds from `started` until an answer about `word` is as it shall be."""
    while not holds(await serving.ask(f"What does the {word} hold?", budget_tokens=1000)):
        await asyncio.sleep(0.005)
        assert time.perf_counter() - started < LIMIT, "the edit was not seen"
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
