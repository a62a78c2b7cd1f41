"""The tool `report_gap`: a question that the documents leave open, told by whoever met it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.types import CallToolResult, ToolAnnotations

from ctxkb.catalog.usage import record_gap
from ctxkb.knowledge.requests import storable
from ctxkb.privacy.clean import masked
from ctxkb_server import arguments
from ctxkb_server.asking import asking, client_name
from ctxkb_server.tools import text_result, tool_of

if TYPE_CHECKING:
    from mcp.server.mcpserver.tools import Tool

    from ctxkb_server.tools import Served

NOTES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

LONGEST = 2_000
"""Characters of a question or note that are kept."""


def report_gap_tool(served: Served) -> Tool:
    """Gaps, told by an agent."""

    def report_gap(question: arguments.Words, ctx: Context, note: arguments.Words = "") -> CallToolResult:
        """Records a question that the documents leave open, for the people who write them."""
        with asking(served.audit, client_name(ctx), "report_gap", question) as asked:
            knowledge = served.knowledge()
            privacy = knowledge.config.privacy
            wanted = arguments.required(question, "question", "say what you looked for and did not find")[:LONGEST]
            nearest = [hit.unit.id for hit in knowledge.search(wanted, limit=3).hits]
            kept, told = (storable(masked(text, privacy)) for text in (wanted, arguments.clean(note)[:LONGEST]))
            record_gap(knowledge.catalog.folder, kept, datetime.now(UTC), (), told, nearest)
            near = f" Nearest: {', '.join(nearest)}." if nearest else ""
            answer = f"Recorded as a gap.{near}"
            asked.gave(answer, nearest)
            return text_result(answer)

    return tool_of(report_gap, NOTES)
