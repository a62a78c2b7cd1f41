"""How long the hook of Claude Code takes, the whole process, beside a running server and beside a bare Python.

Run from the repository's root: `.venv/bin/python benchmarks/hook.py [--quick]`. A sample repository is indexed once and
`kb serve` started there. Then, in turns: `python -c pass`, the hook for the first edit of a session, which is told
everything, and the hook for its second edit, which is told nothing new. `--quick` takes ten rounds in place of thirty.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from measuring import KB, ROOT, in_turns, machine, percentile, verdict

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = "api/routes/refunds.py"


def main() -> None:
    """Prints p50 and p95 of each side in milliseconds."""
    rounds = 10 if "--quick" in sys.argv else 30
    with tempfile.TemporaryDirectory(prefix="kb-hook-") as folder:
        root = Path(folder) / "sample"
        shutil.copytree(ROOT / "examples" / "shop", root)
        subprocess.run(["git", "init", "-q"], cwd=root, check=True)
        subprocess.run([KB, "index"], cwd=root, check=True, capture_output=True)
        with subprocess.Popen([KB, "serve"], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as server:
            _wait_for(root / ".kb" / "owner.json")
            times = in_turns(_sides(root), rounds)
            server.kill()
    print(machine())
    for name, seconds in times.items():
        print(
            f"{name:<28} p50 {percentile(seconds, 0.5) * 1e3:6.0f} ms   p95 {percentile(seconds, 0.95) * 1e3:6.0f} ms"
        )
    print("p95 of the first edit, ms  ", verdict(percentile(times["first edit of a session"], 0.95) * 1e3, 300))


def _sides(root: Path) -> dict[str, Callable[[], object]]:
    sessions = count()
    return {
        "python -c pass": lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
        "first edit of a session": lambda: _edit(root, f"session {next(sessions)}", told=True),
        "a later edit": lambda: _edit(root, "session 0", told=False),
    }


def _edit(root: Path, session: str, *, told: bool) -> None:
    """Runs the hook as Claude Code does, and expects an answer or none."""
    call = {"session_id": session, "cwd": str(root), "tool_name": "Edit", "tool_input": {"file_path": FILE}}
    words = [KB, "rules", "--hook"]
    done = subprocess.run(words, cwd=root, input=json.dumps(call), text=True, capture_output=True, check=True)
    assert bool(done.stdout) == told, done.stderr


def _wait_for(file: Path) -> None:
    """Waits until the server says where it can be asked."""
    started = time.monotonic()
    while not file.exists():
        assert time.monotonic() - started < 60, "no server within a minute"
        time.sleep(0.1)


if __name__ == "__main__":
    main()
