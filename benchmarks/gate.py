"""How long `kb check` takes for a large change, beside git and the parsing of what changed.

Run from the repository's root: `.venv/bin/python benchmarks/gate.py [--quick]`. A repository of 20,000 files is made,
of which a change edits 2,000: code, decisions, guides and contracts. Timed are whole processes, in turns: `git diff
--stat` of the change; reading at both ends what it edits, and parsing the documents among it; and `kb check`. Prints
the medians, their ratio and the largest memory of `kb check`. `--quick` makes 2,000 files with 200 changed.
"""

from __future__ import annotations

import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import KB, machine

RUNS = 3
DECISION = """---
status: accepted
date: 2026-01-02
---

# Decision {number}

## Context and Problem Statement

Service {number} needs a way to talk to its neighbours; see [the guide](../guides/{guide}.md).

## Considered Options

* Queue {number}
* Call {number}

## Decision Outcome

Chosen option: "Queue {number}", because it is enough for {edit} messages.
"""
GUIDE = "# Guide {number}\n\n## Start\n\nRun `tool-{number} start` and read `src/pkg{folder}/m{number}.py`.\n\n{edit}\n"
CODE = '"""Module {number}."""\n\nimport os\n\n\ndef work_{number}(value: int) -> int:\n    return value + {edit}\n' + (
    "\n\ndef more_{number}_{{}}() -> None:\n    os.getcwd()\n".replace("{{}}", "a") * 6
)
CONTRACT = """openapi: 3.0.0
info: {{title: Api {number}, version: 1.0.{edit}}}
paths:
  /things/{number}:
    get:
      operationId: get{number}
      responses: {{'200': {{description: ok}}}}
"""
SETTINGS = """
[[couple]]
when = ["src/**"]
require = ["docs/**"]

[[authority]]
paths = ["infra/**"]
level = "approval"

[dependencies]
allow = ["*"]
"""
RULE = """---
scope: ["src/**"]
rules:
  - id: no-pickle
    forbid: {import: pickle}
---

# Serialisation

Nothing is pickled.
"""
PARSE = """
import sys
from datetime import date
from pathlib import Path
from ctxkb.check.gate import open_context
context = open_context(Path(sys.argv[1]), "HEAD~1", "HEAD", date(2026, 6, 1))
paths = context.judged()
print(len(list(context.head.tree.read(paths))), len(list(context.base.tree.read(paths))))
print(len(context.head.read(paths)), len(context.base.read(paths)))
"""


def main() -> None:
    """Makes the repository, and prints the figures."""
    size = 2_000 if "--quick" in sys.argv else 20_000
    with tempfile.TemporaryDirectory(prefix="kb-gate-") as folder:
        root = Path(folder)
        made = _files(size, edit=1)
        _write(root, made)
        _commit(root, "Begin")
        edited = _files(size, edit=2)
        changed = {name: edited[name] for name in _sample(made, size // 10)}
        _write(root, changed)
        _commit(root, "Change")
        check = ["check", "--base", "HEAD~1", "--head", "HEAD", "--fail-on", "never"]
        commands = {
            "git diff --stat": ["git", "diff", "--stat", "HEAD~1", "HEAD"],
            "read and parse what changed": [sys.executable, "-c", PARSE, folder],
            "kb check": [KB, *check],
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for _ in range(RUNS):
            for name, command in commands.items():
                times[name].append(_timed(command, root))
        _report({name: statistics.median(each) for name, each in times.items()}, len(made), len(changed))


def _report(medians: dict[str, float], files: int, changed: int) -> None:
    diff, parse, check = medians.values()
    print(machine())
    print(f"{files:,} files, {changed:,} changed; medians of {RUNS} runs")
    for name, seconds in medians.items():
        print(f"{name:<32} {seconds:6.2f} s")
    print(f"kb check / (3 x git diff --stat + parsing) = {check / (3 * diff + parse):.2f}, to reach: 1.0")
    print(f"most memory of a child process   {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB")


def _files(size: int, edit: int) -> dict[str, str]:
    """The files by path: nine of ten are code."""
    found = {"kb.toml": SETTINGS, "docs/conventions/serialisation.md": RULE}
    for number in range(size):
        folder, kind = number % 200, number % 20
        if kind == 0:
            text = GUIDE.format(number=number, folder=folder, edit=f"Text {edit}.")
            found[f"docs/guides/{number}.md"] = text
        elif kind == 1 and number < size // 10:
            found[f"docs/adr/{number:05}-a.md"] = DECISION.format(number=number, guide=number - 1, edit=edit)
        elif kind == 2 and number < size // 10:
            found[f"contracts/{number}.yaml"] = CONTRACT.format(number=number, edit=edit)
        else:
            found[f"src/pkg{folder}/m{number}.py"] = CODE.format(number=number, edit=edit)
    return found


def _sample(files: dict[str, str], count: int) -> list[str]:
    """Some of the files, of each kind as many as its share, without those that say what holds for all."""
    everywhere = {"kb.toml", "docs/conventions/serialisation.md"}
    return random.Random(0).sample(sorted(files.keys() - everywhere), count)  # noqa: S311 - nothing secret


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


def _commit(root: Path, message: str) -> None:
    identity = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "-A"], [*identity, "commit", "-q", "-m", message]):
        subprocess.run(["git", *command], cwd=root, check=True)


def _timed(command: list[str], root: Path) -> float:
    started = time.perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
