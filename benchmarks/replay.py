"""What the gate would have said of a repository's past: every commit judged as a change of its own.

Run as `.venv/bin/python benchmarks/replay.py CLONE... [--last N] [--show] [--json]`. Each of the last
N commits that are no merges is compared with its parent on the day it was made, by the configuration that lies in it
(without one, by the defaults). Prints a row a repository: commits, seconds a commit, findings of each severity;
then the findings of each rule, and with `--show` each finding. Two repositories are replayed at a time. A commit that
the gate cannot judge is shown with its traceback, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from ctxkb.check.findings import RANKS
from ctxkb.check.gate import check
from measuring import machine, percentile, timed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROCESSES = 2
HEADER = (
    "| repository | commits | s, median | s, p95 | s, most | errors | warnings | infos | infos a commit | failures |"
)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding that counts, and the commit in which it was told."""

    commit: str
    severity: str
    rule: str
    path: str
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Replay:
    """What came out for one repository: seconds by commit, findings, and the tracebacks of failures by commit."""

    name: str
    seconds: dict[str, float]
    told: tuple[Told, ...]
    failures: dict[str, str]

    def count(self, severity: str) -> int:
        """How many findings have this severity."""
        return sum(each.severity == severity for each in self.told)

    def row(self) -> str:
        """One row of the table."""
        times = sorted(self.seconds.values()) or [0.0]
        counts = " | ".join(str(self.count(severity)) for severity in RANKS)
        infos = self.count("info") / max(len(self.seconds), 1)
        return (
            f"| {self.name} | {len(self.seconds)} | {median(times):.2f} | {percentile(times, 0.95):.2f} "
            f"| {times[-1]:.2f} | {counts} | {infos:.2f} | {len(self.failures)} |"
        )


def commits(root: Path, last: int) -> list[tuple[str, date]]:
    """The last commits that have one parent, and the day of each, the latest first."""
    span = ["--no-merges", "--min-parents=1", *([f"--max-count={last}"] if last else [])]
    log = subprocess.run(
        ["git", "log", "--format=%H %cs", *span], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    pairs = (line.split() for line in log.splitlines())
    return [(commit, date.fromisoformat(day)) for commit, day in pairs]


def judge(root: Path, commit: str, day: date) -> list[Told]:
    """What the gate says of one commit; what is waived or was accepted with a baseline does not count."""
    report = check(root, day=day, base=f"{commit}^", head=commit)
    return [
        Told(commit, each.severity, each.rule, each.path, each.line, each.message)
        for each in report.findings
        if not each.waived
    ]


def replay(root: Path, last: int) -> Replay:
    """Judges the last commits of one repository, all where `last` is 0; a failure is kept, and the next one judged."""
    seconds: dict[str, float] = {}
    told: list[Told] = []
    failures: dict[str, str] = {}
    for commit, day in commits(root, last):
        try:
            seconds[commit] = timed(lambda: told.extend(judge(root, commit, day)))  # noqa: B023 - called at once
        except Exception:  # noqa: BLE001 - the run goes on, and the traceback is printed with the results
            failures[commit] = traceback.format_exc()
    return Replay(root.name, seconds, tuple(told), failures)


def rules_table(replays: Iterable[Replay]) -> list[str]:
    """How often each rule spoke, by severity."""
    counted = Counter((each.rule, each.severity) for one in replays for each in one.told)
    rows = sorted({rule for rule, _ in counted})
    cells = [(rule, " | ".join(str(counted[rule, severity]) for severity in RANKS)) for rule in rows]
    return [
        f"| rule | {' | '.join(RANKS)} |",
        "|---|---|---|---|",
        *(f"| `{rule}` | {counts} |" for rule, counts in cells),
    ]


def show(replays: Sequence[Replay], *, findings: bool) -> None:
    """Prints the tables, and the findings where they are wanted."""
    print(machine(), end="\n\n")
    print(HEADER, "|---" * (HEADER.count("|") - 1) + "|", sep="\n")
    print(*(one.row() for one in replays), sep="\n", end="\n\n")
    print(*rules_table(replays), sep="\n")
    judged = sum(len(one.seconds) for one in replays)
    alarms = sum(one.count("error") + one.count("warning") for one in replays)
    print(f"\n{judged} commits, {alarms} errors and warnings, true and false: {50 * alarms / max(judged, 1):.2f} in 50")
    for one in replays:
        for each in one.told if findings else ():
            print(f"{one.name} {each.commit[:10]} {each.severity} {each.rule} {each.path}:{each.line} {each.message}")
        for commit, trace in one.failures.items():
            print(f"\n{one.name} {commit} FAILED\n{trace}")


def main() -> int:
    """Replays the repositories that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--last", type=int, default=200, help="commits a repository; 0 is all")
    parser.add_argument("--show", action="store_true", help="print each finding")
    parser.add_argument("--json", action="store_true", help="print everything as JSON instead")
    arguments = parser.parse_args()
    roots = [clone.resolve() for clone in arguments.clones]
    with ProcessPoolExecutor(min(PROCESSES, len(roots))) as pool:
        replays = list(pool.map(partial(replay, last=arguments.last), roots))
    if arguments.json:
        print(json.dumps([asdict(one) for one in replays], indent=1))
    else:
        show(replays, findings=arguments.show)
    return 1 if any(one.failures for one in replays) else 0


if __name__ == "__main__":
    sys.exit(main())
