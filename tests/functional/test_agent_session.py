"""A coding agent's session, end to end: the real client, a server of its own, and a repository with planted rules."""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client, StdioServerParameters

from support.gate import madr
from support.repos import Repo
from support.sample import KB, kb
from support.serving import text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

DATES = "docs/adr/0001-dates.md"
NAMES = "docs/conventions/names.md"
FRONT = """
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: moment}
    message: Use date-fns.
---
"""
FILES: dict[str, str | bytes] = {
    "kb.toml": '[check]\nreceipt = "error"\n',
    ".gitignore": ".kb/\n",
    DATES: madr("Dates come from date-fns").replace("\n---\n", FRONT, 1),
    NAMES: '---\nscope: ["web/**"]\n---\n\n# Names\n\n- A component MUST be called after what it shows.\n',
    "web/page.ts": "export const page = 1;\n",
}
TASK = "show the day of an order on its page"
FILE = "web/order-day.ts"
BAD = 'import moment from "moment";\nexport const orderDay = () => moment().format("L");\n'
GOOD = 'import { format } from "date-fns";\nexport const orderDay = () => format(new Date(), "P");\n'
ZONE = """## Context and Problem Statement

Readers live in other time zones than the shop.

## Considered Options

* The zone of the reader
* The zone of the shop

## Decision Outcome

Chosen option: "The zone of the reader", because an order is made where the reader is.
"""


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """A branch for the work, on top of rules for `web/`: one that is checked, and one that is prose."""
    repo = Repo(tmp_path).write(FILES)
    repo.commit("Begin")
    return repo.branch("work")


def _session(repo: Repo, work: Callable[[Client], Coroutine[Any, Any, str]]) -> str:
    """What `work` comes to with a server of its own, started as an agent's client starts it."""
    command = [*KB[1:], "serve", "--allow-write"]
    server = StdioServerParameters(command=KB[0], args=command, cwd=repo.root, env=dict(os.environ))

    async def conversation() -> str:
        async with Client(server) as client:
            return await work(client)

    return asyncio.run(conversation())


async def _asked(client: Client, wanted: str = "A component MUST be called") -> str:
    """The pack for the task, once what is `wanted` is indexed behind the server."""
    end = time.monotonic() + 20
    while True:
        pack = text_of(await client.call_tool("get_context", {"task": TASK, "paths": [FILE]}))
        if wanted in pack and "The index is being built" not in pack:
            return pack
        assert time.monotonic() < end, pack
        await asyncio.sleep(0.05)


def _receipt(pack: str) -> str:
    """The receipt that the first line of a pack names."""
    found = re.search(r"Receipt: (kb-[a-z2-7]{10})", pack.split("\n")[0])
    assert found is not None, pack
    return found[1]


def _diff(text: str) -> str:
    """A patch that adds the file of the task."""
    rows = text.splitlines()
    added = "\n".join(f"+{row}" for row in rows)
    head = f"diff --git a/{FILE} b/{FILE}\nnew file mode 100644\n--- /dev/null\n+++ b/{FILE}"
    return f"{head}\n@@ -0,0 +1,{len(rows)} @@\n{added}\n"


def _commit(repo: Repo, text: str, receipt: str = "") -> None:
    """Commits the work, with the receipt written out as `kb receipt` does it."""
    trailer = kb(repo.root, "receipt", receipt).stdout.strip() if receipt else ""
    repo.write({FILE: text}).stage()
    message = "Show the day of an order" + (f"\n\n{trailer}" if trailer else "")
    repo.git("commit", "--quiet", "--date=now", "--message", message)


def _check(repo: Repo) -> tuple[int, list[str]]:
    """The exit code of `kb check` on the branch, and its findings."""
    done = kb(repo.root, "check", "--base", "main", "--format", "json")
    return done.returncode, [f"{each['rule']} {each['path']}" for each in json.loads(done.stdout)["findings"]]


def _traced(repo: Repo) -> dict[str, str]:
    done = kb(repo.root, "trace", "HEAD", "--json")
    assert done.returncode == 0, done.stderr
    return {each["rule"] or each["document"]: each["verdict"] for each in json.loads(done.stdout)["traces"]}


async def _diligent(client: Client) -> str:
    """Asks, reads the rules, proposes what it had to decide, and has both drafts of the change judged."""
    pack = await _asked(client)
    assert "Chosen option" in pack
    assert "A component MUST be called after what it shows." in pack
    assert re.search(r"no-moment|date-fns", pack)

    proposal = {"kind": "decision", "title": "Show days in the zone of the reader", "text": ZONE, "paths": ["web/**"]}
    said = text_of(await client.call_tool("propose", proposal))
    assert said.startswith("Drafted docs/adr/0002-show-days-in-the-zone-of-the-reader.md as proposed.")

    bad = text_of(await client.call_tool("check_change", {"diff": _diff(BAD)}))
    assert bad.startswith("kb check on the diff: 1 error")
    assert f"- error rule:no-moment, {FILE}:1:" in bad
    good = text_of(await client.call_tool("check_change", {"diff": _diff(GOOD)}))
    assert good.startswith("kb check on the diff: no findings.")
    return _receipt(pack)


def test_an_agent_that_asks_and_obeys_is_done(repo: Repo) -> None:
    """It gets the rules, proposes a decision that binds nobody, commits with its receipt, and the gate passes."""
    receipt = _session(repo, _diligent)
    drafted = repo.read("docs/adr/0002-show-days-in-the-zone-of-the-reader.md").decode()
    assert "status: proposed" in drafted

    _commit(repo, GOOD, receipt)
    assert f"Context-Receipt: {receipt} " in repo.git("show", "-s", "--format=%B")
    assert _check(repo) == (0, [])
    assert _traced(repo) == {NAMES: "followed", DATES: "followed"}

    report = json.loads(kb(repo.root, "report", "--json", "--last", "0").stdout)
    assert (report["consulted"]["receipts"], report["consulted"]["asked"]) == (1, 1)
    assert report["calls"] >= 4


def test_an_agent_that_asks_and_ignores_the_rule_is_caught(repo: Repo) -> None:
    """The gate names the rule, and the trace says that its author had it."""

    async def careless(client: Client) -> str:
        return _receipt(await _asked(client))

    _commit(repo, BAD, _session(repo, careless))
    assert _check(repo) == (1, [f"rule:no-moment {FILE}"])
    assert _traced(repo) == {"rule:no-moment": "ignored", NAMES: "followed"}


def test_an_agent_that_never_asks_is_caught(repo: Repo) -> None:
    """The gate wants a receipt, and the trace says that nobody asked."""
    _commit(repo, BAD)
    assert _check(repo) == (1, [f"context-receipt {FILE}", f"rule:no-moment {FILE}"])
    assert _traced(repo) == {"rule:no-moment": "not-found", NAMES: "not-found"}


def test_a_correction_holds_for_the_next_agent(repo: Repo) -> None:
    """A person says "we never do that here": the rule is drafted, merged by hand, and given to whoever asks next."""
    correction = {
        "kind": "rule",
        "title": "No default exports",
        "text": "- A module MUST NOT have a default export. A person corrected this.",
        "paths": ["web/**"],
    }
    path = "docs/conventions/no-default-exports.md"

    async def corrected(client: Client) -> str:
        said = text_of(await client.call_tool("propose", correction))
        assert said.startswith(f"Drafted {path} as proposed.")
        pack = await _asked(client)
        assert "### Rule of this repository, from docs/conventions/no-default-exports.md" not in pack
        return pack

    _session(repo, corrected)
    draft = repo.read(path).decode()
    repo.write({path: re.sub(r"status: proposed.*\n", "", draft)}).commit("Accept the correction")

    pack = _session(repo, lambda client: _asked(client, f"### Rule of this repository, from {path}"))
    assert "A module MUST NOT have a default export." in pack
