"""The same answers as an agent reads them over MCP."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ctxkb.catalog.usage import gaps
from ctxkb.text.count import count_tokens
from support.bases import base_of
from support.calls import AGENTS, HTTPX, NEW, OLD, REQUESTS, SUPERSEDES, decisions
from support.serving import call, served, text_of

if TYPE_CHECKING:
    from pathlib import Path


def test_over_mcp_an_agent_reads_the_same_answer(tmp_path: Path) -> None:
    """Rules first, the successor in the place of what it replaced, each with path and lines."""
    base = base_of(tmp_path, {**decisions("Accepted", SUPERSEDES), "AGENTS.md": AGENTS})
    answer = text_of(
        call(served(base.knowledge), "get_context", task="calls with the library requests", paths=["src/a.py"])
    )
    assert answer.index("from AGENTS.md:1-4") < answer.index(f"from {NEW}:")
    assert HTTPX in answer
    assert REQUESTS not in answer


def test_over_mcp_json_marks_what_no_longer_holds(tmp_path: Path) -> None:
    """Status, successors and binding stand in fields, and the text says it too."""
    base = base_of(tmp_path, decisions("Accepted", SUPERSEDES))
    packed = call(
        served(base.knowledge), "get_context", task="ADR-0001 outgoing calls", format="json"
    ).structured_content
    old = [item for item in packed["items"] if item["path"] == OLD]
    assert [(item["status"], item["superseded_by"], item["binding"]) for item in old] == [
        ("superseded", [NEW], False)
    ] * len(old)
    assert old
    assert all("no longer holds" in item["text"] for item in old)
    assert packed["used_tokens"] == count_tokens(json.dumps(packed, ensure_ascii=False))


def test_over_mcp_nothing_found_is_an_answer(tmp_path: Path) -> None:
    """No error, one line, and the gap is there."""
    base = base_of(tmp_path, decisions())
    result = call(served(base.knowledge), "get_context", task="grow tomatoes in winter")
    assert not result.is_error
    assert "confidence: none" in text_of(result)
    assert [gap.question for gap in gaps(base.catalog.folder)] == ["grow tomatoes in winter"]
