"""The memory of `kb serve` after 100 questions on 10,000 units: `python benchmarks/memory.py [--quick]`.

A repository of about 10,000 units is generated and indexed. Two servers run on it: the first is the owner, which
watches, writes and holds Chroma; the second only reads. Each is asked 100 questions over MCP; then what the kernel
says of the process is printed: resident memory (the figure to compare), its proportional share, what is its own alone,
and the most that it ever had. Beside it stands the least that such a process can have: the imports of the SDK,
onnxruntime, numpy and, for the owner, chromadb, with the model loaded.

Reach: the owner at most 350 MB, others at most 250 MB.
"""

from __future__ import annotations

import argparse
import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

import generated
from measuring import load, machine, timed, verdict
from processes import memory
from serving import served

REACH = {"owner": 350, "reader": 250}
BARE = """
import sys
import mcp.server, numpy, sqlite3, tiktoken, pydantic, typer
{chroma}
from ctxkb.embed.registry import open_embedder
from ctxkb.text.count import count_tokens
count_tokens("a")
open_embedder("default").embed(["a"])
print("ready", flush=True)
sys.stdin.read()
"""


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 units and 20 questions")
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    asked = parser.parse_args()
    units, count = (1_000, 20) if asked.quick else (asked.units, asked.questions)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        root = Path(name)
        generated.write(root, units)
        asyncio.run(measure(root, generated.asked(count)))


async def measure(root: Path, tasks: list[str]) -> None:
    """Prints the memory of the owner and of a reader, and of bare processes."""
    took = timed(lambda: generated.index(root))
    async with served(root) as owner, served(root) as reader:
        for serving in (owner, reader):
            for task in tasks:
                await serving.ask(task)
        print(f"{units_of(root)} units, indexed in {took:.0f} s; {len(tasks)} questions to each   ({load()})")
        for role, serving in (("owner", owner), ("reader", reader)):
            found = memory(serving.pid)
            print(f"{role:8}{found}")
            print(f"{'':8}RSS {verdict(found.rss, REACH[role])}")
    for role, chroma in (("owner", "import chromadb; chromadb.EphemeralClient()"), ("reader", "")):
        print(f"bare {role:8}{bare(chroma)}")


def units_of(root: Path) -> int:
    """How many units an index holds."""
    from ctxkb_ingest.open import open_catalog

    catalog = open_catalog(root)
    count = catalog.unit_count()
    catalog.close()
    return count


def bare(chroma: str) -> str:
    """The memory of a process that has imported what a server needs, and loaded the model."""
    process = subprocess.Popen(
        [sys.executable, "-c", BARE.format(chroma=chroma)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    found = str(memory(process.pid))
    process.communicate("")
    return found


if __name__ == "__main__":
    main()
