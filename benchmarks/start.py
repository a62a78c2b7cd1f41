"""From the start of `kb serve` to its first answer, beside the imports that such a server cannot do without.

Run from the repository's root: `.venv/bin/python benchmarks/start.py [--quick]`. A sample repository is indexed once.
Then, in turns: `python -c "import mcp, chromadb"`, and a server that is started, greeted and asked for a pack over
standard input and output until it answers; and until it lists its tools. `--quick` takes three rounds in place of ten.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measuring import KB, ROOT, in_turns, machine

GREETING = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "start", "version": "1"}},
}
GREETED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
LIST = {"jsonrpc": "2.0", "id": 2, "method": "tools/list"}
CALL = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "get_context", "arguments": {"task": "call another service over HTTP"}},
}


def main() -> None:
    """Prints the medians and their ratio."""
    rounds = 3 if "--quick" in sys.argv else 10
    with tempfile.TemporaryDirectory(prefix="kb-start-") as folder:
        root = Path(folder) / "sample"
        shutil.copytree(ROOT / "examples" / "shop", root)
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        subprocess.run([KB, "index"], cwd=root, check=True, capture_output=True)
        sides = {
            "import mcp, chromadb": lambda: subprocess.run([sys.executable, "-c", "import mcp, chromadb"], check=True),
            "start to the first answer": lambda: _first(root, CALL),
            "start to the list of tools": lambda: _first(root, LIST),
        }
        times = {name: median(each) for name, each in in_turns(sides, rounds).items()}
    print(machine())
    for name, seconds in times.items():
        print(f"{name:<28} {seconds:6.2f} s   {seconds / times['import mcp, chromadb']:.2f} x")
    print("to reach: the first answer within 2 x the imports")


def _first(root: Path, request: dict[str, object]) -> None:
    """Starts a server, and waits until it has answered one request."""
    with subprocess.Popen([KB, "serve"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for message in (GREETING, GREETED, request):
            process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        started = time.monotonic()
        while json.loads(process.stdout.readline()).get("id") != request["id"]:
            assert time.monotonic() - started < 60, "no answer within a minute"
        process.kill()


if __name__ == "__main__":
    main()
