"""The whole path on a copy of examples/shop: an index, a question over MCP, and a change that `kb check` refuses."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from mcp import Client, StdioServerParameters
from mcp.types import TextContent

SHOP = Path(__file__).parents[1] / "examples" / "shop"
KB = Path(sys.executable).with_name("kb")
TASK = "add an endpoint that refunds an order in part and calls the payment provider"
PATHS = ["api/routes/refunds.py"]
OFFSET_PAGES = """\
---
status: accepted
date: 2026-11-20
scope: ["api/routes/**"]
---

# Page numbers for lists

Supersedes [6. Cursor pagination for lists](0006-cursor-pagination.md).

## Context and Problem Statement

Partners ask for a jump to the last page.

## Considered Options

* Cursors
* Page numbers

## Decision Outcome

Chosen option: "Page numbers", because partners ask for them.
"""


def main() -> int:
    """Runs the demonstration; 0 if everything did what it is shown for."""
    with TemporaryDirectory(prefix="kb-demo-") as folder:
        shop = Path(folder) / "shop"
        shutil.copytree(SHOP, shop, ignore=shutil.ignore_patterns(".kb", "__pycache__"))
        git(shop, "init", "--quiet", "--initial-branch=main")
        commit(shop, "SHOP-1: The shop")

        title("The shop's decisions, contract, conventions and guides are indexed")
        indexed = run(shop, "index")

        title("A coding agent asks over MCP before it writes code")
        print(f"get_context(task={TASK!r}, paths={PATHS!r}, budget_tokens=2000)\n")
        answer = asyncio.run(ask(shop))
        print(answer)

        title("A change renames a field of the API and goes back to page numbers, without a word elsewhere")
        change(shop)
        print(git(shop, "diff", "--stat", "main...HEAD"))
        checked = run(shop, "check", "--base", "main")

    if indexed == 0 and answer and checked == 1:
        print("\nkb check ended with 1, as it should: this change is not done.")
        return 0
    print(
        f"\nThis is not what the demo shows: kb index ended with {indexed}, kb check with {checked}.", file=sys.stderr
    )
    return 1


async def ask(shop: Path) -> str:
    """What `get_context` answers over the real protocol, from a server that this call starts and ends."""
    server = StdioServerParameters(command=str(KB), args=["serve"], cwd=shop, env=dict(os.environ))
    async with Client(server) as client:
        result = await client.call_tool("get_context", {"task": TASK, "paths": PATHS, "budget_tokens": 2000})
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def change(shop: Path) -> None:
    """Commits, on a branch, what a hurried person or agent might."""
    git(shop, "switch", "--quiet", "--create", "page-numbers")
    order = shop / "api/schemas/order.py"
    order.write_text(order.read_text().replace("    total: Money", "    amount_paid: Money"))
    (shop / "docs/adr/0009-page-numbers-for-lists.md").write_text(OFFSET_PAGES)
    commit(shop, "SHOP-2: Page numbers")


def run(shop: Path, *arguments: str) -> int:
    """Runs `kb` where a person would see it, and returns its exit code."""
    print("$ kb", *arguments, flush=True)
    return subprocess.run([KB, *arguments], cwd=shop, check=False).returncode


def commit(shop: Path, message: str) -> None:
    """Commits everything under a made-up name, whatever the machine's own git configuration says."""
    git(shop, "add", "--all")
    identity = ("-c", "user.name=Demo", "-c", "user.email=demo@shop.example", "-c", "commit.gpgsign=false")
    git(shop, *identity, "commit", "--quiet", "--message", message)


def git(shop: Path, *arguments: str) -> str:
    """What git prints; raises where it fails."""
    return subprocess.run(["git", *arguments], cwd=shop, check=True, capture_output=True, text=True).stdout


def title(text: str) -> None:
    """One step's heading."""
    print(f"\n== {text}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
