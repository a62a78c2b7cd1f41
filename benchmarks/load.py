"""`kb serve --http` under load: `python benchmarks/load.py [--quick]`.

A generated repository is indexed and served on loopback, each of 50 clients with a token of its own and a connection of
its own. All of them call `get_context`, each time with another task. In this order:

- one client alone, one call after the other: the median that the rest is compared with;
- the capacity: as many calls at once as the server works on, for a while, answered a second;
- 50 clients at 60 % of that, each at its own even pace: a call's time counts from when it was due, also where its
  client was still busy with the one before;
- four times as many callers as there is room for, as fast as they can; then one client alone again.

Reach: 10,000 calls at 60 % without an error, their 95th percentile at most 4 times the median of one client, resident
memory flat to within 10 %. Past capacity only answers and polite refusals (429 or 503 with Retry-After), and afterwards
the median of one client as before, within half of it again.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import subprocess
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import generated
from ctxkb_server.http.tokens import TokenFile
from measuring import KB, load, machine, percentile, verdict
from processes import memory, settle
from wire import Line, call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wire import Answer

CLIENTS = 50
SHARE = 0.6
CONCURRENCY, WAITING = 2, 64
SETTINGS = f"[server]\nrate = 100000\nburst = 100000\nconcurrency = {CONCURRENCY}\nwaiting = {WAITING}\n"
SAMPLES = 20
"""How often the memory is looked at."""


@dataclass(frozen=True, slots=True)
class Target:
    """A running server: its process, its port, and the requests to send to it, in turn, by client."""

    pid: int
    port: int
    requests: Sequence[Sequence[bytes]]

    def request(self, client: int, number: int) -> bytes:
        """The bytes of a client's next call."""
        own = self.requests[client % len(self.requests)]
        return own[number % len(own)]


@dataclass(slots=True)
class Tally:
    """What came of some calls."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    failed: int = 0
    rude: int = 0
    """Refusals that do not say when to come again."""

    def note(self, answer: Answer, seconds: float) -> None:
        """Counts one answer."""
        self.statuses[answer.status] += 1
        if answer.good:
            self.seconds.append(seconds)
        elif answer.status not in {429, 503}:
            self.failed += 1
        elif "retry-after" not in answer.headers:
            self.rude += 1


def main() -> None:
    """Reads the arguments and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="1,000 units, 1,000 calls")
    parser.add_argument("--units", type=int, default=5_000)
    parser.add_argument("--calls", type=int, default=10_000)
    asked = parser.parse_args()
    units, calls = (1_000, 1_000) if asked.quick else (asked.units, asked.calls)
    print(machine())
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as name:
        root = Path(name)
        generated.write(root, units)
        generated.index(root)
        with served(root) as target:
            asyncio.run(measure(target, calls, 5 if asked.quick else 20))


@contextmanager
def served(root: Path) -> Iterator[Target]:
    """The server of a repository, warm, with a token for each client."""
    (root / "kb.toml").write_text(SETTINGS, "utf-8")
    tokens = [TokenFile(root / ".kb").create(f"client-{number}", ["read"], None)[1] for number in range(CLIENTS)]
    tasks = generated.asked(200)
    with subprocess.Popen([KB, "serve", "--http", "0"], cwd=root, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        announced = next(line for line in process.stderr if "serving MCP at" in line)
        port = int(announced.strip().removesuffix("/mcp").rpartition(":")[2])
        requests = [[call(port, token, "get_context", task=task) for task in tasks] for token in tokens]
        settle(process.pid)
        yield Target(process.pid, port, requests)
        process.terminate()


async def measure(target: Target, calls: int, seconds: float) -> None:
    """Prints everything."""
    await closed(target, CONCURRENCY, 3)
    one = await closed(target, 1, seconds)
    capacity = await closed(target, CONCURRENCY, seconds)
    alone, most = median(one.seconds), len(capacity.seconds) / seconds
    print(f"one client      p50 {1000 * alone:6.1f} ms, p95 {1000 * percentile(one.seconds, 0.95):6.1f}   ({load()})")
    print(
        f"capacity        {most:6.1f} calls a second, {CONCURRENCY} at once, "
        f"p50 {1000 * median(capacity.seconds):.1f} ms"
    )
    held, sizes = await paced(target, SHARE * most, calls)
    p95 = percentile(held.seconds, 0.95)
    print(
        f"{CLIENTS} clients      {calls} calls at {SHARE * most:.1f} a second: "
        f"p50 {1000 * median(held.seconds):.1f} ms, p95 {1000 * p95:.1f}, statuses {dict(held.statuses)}   ({load()})"
    )
    print(f"  errors        {verdict(held.failed + held.statuses[429] + held.statuses[503], 0)}")
    print(f"  p95 / p50 of one client {verdict(p95 / alone, 4)}")
    print(
        f"  memory        {sizes[0]:.0f} MB, then {min(sizes):.0f} to {max(sizes):.0f}: "
        f"{verdict(max(sizes) / sizes[0], 1.1)}"
    )
    over = await closed(target, 4 * (CONCURRENCY + WAITING), seconds)
    after = median((await closed(target, 1, seconds)).seconds)
    print(
        f"past capacity   {4 * (CONCURRENCY + WAITING)} at once: {len(over.seconds) / seconds:.1f} answered a second, "
        f"p50 {1000 * median(over.seconds):.0f} ms, statuses {dict(over.statuses)}"
    )
    print(f"  neither answered nor refused politely {verdict(over.failed + over.rude, 0)}")
    print(f"  answered, of the capacity {verdict(len(over.seconds) / seconds / most, 0.7, most=False)}")
    print(f"afterwards      p50 of one client {1000 * after:.1f} ms: {verdict(after / alone, 1.5)}   ({load()})")


async def closed(target: Target, clients: int, seconds: float) -> Tally:
    """`clients` that call again as soon as they are answered, or may come again, for some seconds."""
    tally, end = Tally(), time.monotonic() + seconds

    async def client(number: int) -> None:
        line, calls = Line(target.port), 0
        while time.monotonic() < end:
            answer = await line.send(target.request(number, calls))
            calls += 1
            tally.note(answer, answer.seconds)
            if answer.status in {429, 503}:
                await asyncio.sleep(random.uniform(0.5, 1.5) * float(answer.headers.get("retry-after", 1)))  # noqa: S311 - not for secrets
        line.close()

    await asyncio.gather(*(client(number) for number in range(clients)))
    return tally


async def paced(target: Target, rate: float, calls: int) -> tuple[Tally, list[float]]:
    """All clients, which together send `rate` calls a second; and the server's memory in MB at equal distances.

    The first fifth of the calls warms up what 50 clients need: memory counts from there.
    """
    tally, begun = Tally(), time.perf_counter()
    sizes: list[float] = []

    async def client(number: int) -> None:
        line, interval = Line(target.port), CLIENTS / rate
        offset = interval * random.random()  # noqa: S311 - not for secrets
        for turn in range(calls // CLIENTS):
            due = begun + offset + turn * interval
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            answer = await line.send(target.request(number, turn))
            tally.note(answer, time.perf_counter() - due)
        line.close()

    async def watch() -> None:
        await asyncio.sleep(0.2 * calls / rate)
        while True:
            sizes.append(memory(target.pid).rss)
            await asyncio.sleep(0.8 * calls / rate / SAMPLES)

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(client(number) for number in range(CLIENTS)))
    watching.cancel()
    return tally, [*sizes, memory(target.pid).rss]


if __name__ == "__main__":
    main()
