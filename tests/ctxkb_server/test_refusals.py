from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxkb_server.audit import LOG, Audit
from ctxkb_server.caller import Caller, acting
from support.sample import sample
from support.serving import call, indexed, served

if TYPE_CHECKING:
    from pathlib import Path


def test_calls_that_no_tool_gets_to_see_are_logged(tmp_path: Path) -> None:
    """An unknown tool, a misspelt argument and one of the wrong kind are in the log, with why they were refused."""
    knowledge = indexed(sample(tmp_path.resolve()).root)
    server = served(knowledge, Audit(tmp_path))
    with acting(Caller("ci", transport="http")):
        call(server, "../../etc/passwd")
        call(server, "search", qeury="x")
        call(server, "search", query="x", limit="many")
        call(server, "propose", kind="decision", title="x", text="x")
    entries = [json.loads(line) for line in (tmp_path / LOG).read_text("utf-8").splitlines()]
    assert [(entry["tool"], entry["caller"], entry["error"].split(";")[0]) for entry in entries] == [
        ("unknown", "ci", 'unknown tool "../../etc/passwd"'),
        ("search", "ci", 'search has no argument "qeury"'),
        ("search", "ci", "limit: 'many' is not a whole number"),
        ("unknown", "ci", 'unknown tool "propose"'),
    ]
