"""Commits that obey or break a decision and a convention, and what `kb trace` says of them."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from ctxkb.cli.boundary import run
from ctxkb.knowledge import Request
from ctxkb.knowledge.carrying import carried
from ctxkb_ingest.folder import kb_folder
from ctxkb_server.audit import Audit
from support.gate import madr
from support.repos import Repo
from support.serving import call, indexed, served

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

RULE = """
scope: ["web/**"]
rules:
  - id: no-moment
    forbid: {import: moment}
    message: Use date-fns.
---
"""
DATES = "docs/adr/0001-dates.md"
DATES_TEXT = madr("Dates come from date-fns").replace("\n---\n", RULE, 1)
NAMES = "docs/conventions/names.md"
NAMES_TEXT = """---
scope: ["web/**"]
---

# Names in the browser

- A component is called after the noun that it shows.
"""
BAD = 'import moment from "moment";\nexport const now = moment();\n'
GOOD = 'import { format } from "date-fns";\nexport const now = format(new Date(), "P");\n'
TASK = "show the day of an order in the browser"


def traced(root: Path) -> Repo:
    """A decision with a rule that is checked and a convention that is not, both about `web/`."""
    repo = Repo(root).write(
        {DATES: DATES_TEXT, NAMES: NAMES_TEXT, "web/a.ts": GOOD, "api/a.py": "x = 1\n", ".gitignore": ".kb/\n"}
    )
    repo.commit("Begin")
    return repo


def ask(repo: Repo, *paths: str, budget: int = 2000) -> str:
    """A receipt in full, as an answer to somebody who has only the knowledge base gives it."""
    knowledge = indexed(repo.root)
    with closing(knowledge.catalog):
        pack = knowledge.context(Request(TASK, paths, budget))
        return carried(knowledge, pack.receipt)


def ask_server(repo: Repo, *paths: str, tool: str = "get_context", **arguments: object) -> None:
    """One call over MCP, which the server logs."""
    knowledge = indexed(repo.root)
    with closing(knowledge.catalog):
        server = served(knowledge, Audit(kb_folder(repo.root)))
        asked = {"task": TASK, "paths": list(paths), **arguments} if tool == "get_context" else arguments
        assert not call(server, tool, **asked).is_error


def commit(
    repo: Repo, files: dict[str, str | bytes], receipt: str = "", message: str = "Show the day of an order"
) -> str:
    """A commit that is made now, as its author's date says, and carries a receipt."""
    repo.write(files).stage()
    trailer = f"\n\nContext-Receipt: {receipt}" if receipt else ""
    repo.git("commit", "--quiet", "--date=now", "--message", f"{message}{trailer}")
    return repo.git("rev-parse", "HEAD")


def trace(capsys: pytest.CaptureFixture[str], repo: Repo, what: str, *options: str) -> dict[str, Any]:
    """What `kb trace --json` gives for a commit or a line."""
    capsys.readouterr()
    assert run(["trace", what, "--json", "--root", str(repo.root), *options]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def verdict(capsys: pytest.CaptureFixture[str], repo: Repo, what: str, rule: str) -> tuple[str, str]:
    """The verdict on one rule or document, and its reason."""
    (found,) = trace(capsys, repo, what, "--rule", rule)["traces"]
    return found["verdict"], found["reason"]


def verdicts(found: dict[str, Any]) -> dict[str, str]:
    """The verdict on each rule, or on each document that no rule of its own is about."""
    return {each["rule"] or each["document"]: each["verdict"] for each in found["traces"]}
