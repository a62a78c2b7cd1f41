"""Time and memory of an answer as a repository grows: `python benchmarks/growth.py [--quick] [--million]`.

Repositories of about 1,000, 10,000 and 100,000 units (with `--million` also 1,000,000) are generated and indexed, with
vectors that are drawn, not computed. On each, `kb serve` runs twice, as the owner, which asks Chroma, and as a reader,
which scans the vectors; both answer the same questions over MCP in turns. Printed are the median and the 95th
percentile of their answers, and their memory; a chart goes to docs/growth.svg.

Reach: p95 at 100,000 units at most 3 times that at 10,000, for the owner.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import generated
from chart import Line, panels
from measuring import ROOT, load, machine, percentile, timed, verdict
from processes import memory
from serving import served

SIZES = (1_000, 10_000, 100_000)
REACH = 3.0


@dataclass(frozen=True, slots=True)
class Point:
    """What was measured at one size: milliseconds and megabytes of the owner and of a reader."""

    units: int
    owner_p50: float
    owner_p95: float
    reader_p50: float
    reader_p95: float
    owner_rss: float
    reader_rss: float


def main() -> None:
    """Reads the arguments, prints the figures and draws the chart."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="300 and 3,000 units, few questions, no chart")
    parser.add_argument("--million", action="store_true", help="1,000,000 units as well: an hour, 15 GB of disk")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--chart", type=Path, default=ROOT / "docs" / "growth.svg")
    parser.add_argument("--points", type=Path, help="a JSON file of points: those in it are not measured again")
    asked = parser.parse_args()
    sizes = (300, 3_000) if asked.quick else (*SIZES, *([1_000_000] if asked.million else []))
    print(machine(), flush=True)
    known = json.loads(asked.points.read_text("utf-8")) if asked.points and asked.points.exists() else {}
    points = []
    for size in sizes:
        if str(size) not in known:
            known[str(size)] = asdict(measured(size, 10 if asked.quick else asked.questions))
        points.append(Point(**known[str(size)]))
        if asked.points:
            asked.points.write_text(json.dumps(known, indent=1), "utf-8")
    print(table(points))
    print()
    for few, many in pairwise(points):
        ratio = verdict(many.owner_p95 / few.owner_p95, REACH)
        print(f"p95 of the owner, {many.units:,} beside {few.units:,} units {ratio}")
    if not asked.quick:
        draw(points, asked.chart)


def measured(size: int, questions: int) -> Point:
    """Generates, indexes and asks one repository."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        root = Path(name)
        wrote = timed(lambda: generated.write(root, size))
        units = 0

        def index() -> None:
            nonlocal units
            units = generated.index(root)

        took = timed(index)
        print(f"{units:,} units: written in {wrote:.0f} s, indexed in {took:.0f} s without the model", flush=True)
        return asyncio.run(ask(root, units, generated.asked(questions)))


async def ask(root: Path, units: int, tasks: list[str]) -> Point:
    """The answers of an owner and a reader in turns."""
    async with served(root) as owner, served(root) as reader:
        times: dict[str, list[float]] = {"owner": [], "reader": []}
        for _ in range(2):
            for task in tasks:
                times["owner"].append(1000 * await owner.timed(task))
                times["reader"].append(1000 * await reader.timed(task))
        sizes = [memory(serving.pid).rss for serving in (owner, reader)]
        print(f"  asked {2 * len(tasks)} questions each   ({load()})", flush=True)
    shares = [share for role in times.values() for share in (median(role), percentile(role, 0.95))]
    return Point(units, *shares, *sizes)


def table(points: list[Point]) -> str:
    """The points as a Markdown table."""
    head = ["| units | owner p50 ms | p95 | reader p50 ms | p95 | owner RSS MB | reader RSS MB |", f"|{'---|' * 7}"]
    rows = [
        f"| {p.units:,} | {p.owner_p50:.1f} | {p.owner_p95:.1f} | {p.reader_p50:.1f} | {p.reader_p95:.1f} "
        f"| {p.owner_rss:.0f} | {p.reader_rss:.0f} |"
        for p in points
    ]
    return "\n".join([*head, *rows])


def draw(points: list[Point], path: Path) -> None:
    """Time and memory over the number of units, on logarithmic scales."""
    at = [float(p.units) for p in points]
    time = [
        Line("owner, p95", at, [p.owner_p95 for p in points], 0),
        Line("owner, p50", at, [p.owner_p50 for p in points], 0, dashed=True),
        Line("reader, p95", at, [p.reader_p95 for p in points], 1),
        Line("reader, p50", at, [p.reader_p50 for p in points], 1, dashed=True),
    ]
    size = [Line("owner", at, [p.owner_rss for p in points], 0), Line("reader", at, [p.reader_rss for p in points], 1)]
    path.write_text(panels("units", {"one answer over MCP, ms": time, "resident memory, MB": size}), "utf-8")
    print(f"drawn to {path}")


if __name__ == "__main__":
    main()
