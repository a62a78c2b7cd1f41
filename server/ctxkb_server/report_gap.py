"""The tool `report_gap`: a question that the documents leave open, told by whoever met it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.types import CallToolResult, ToolAnnotations

from ctxkb.knowledge.gaps import LONGEST, NEAREST, remember
from ctxkb_server import arguments
from ctxkb_server.asking import asking, client_name
from ctxkb_server.tools import text_result, tool_of

if TYPE_CHECKING:
    from mcp.server.mcpserver.tools import Tool

    from ctxkb_server.tools import Served

NOTES = ToolAnnotations(read_only_hint=False, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


def report_gap_tool(served: Served) -> Tool:
    """Gaps, told by an agent."""

    def report_gap(question: arguments.Words, ctx: Context, note: arguments.Words = "") -> CallToolResult:
        """Records a question that the documents leave open, for the people who write them."""
        with asking(served.audit, client_name(ctx), "report_gap", question) as asked:
            knowledge = served.knowledge()
            wanted = arguments.required(question, "question", "say what you looked for and did not find")
            found = knowledge.search(wanted[:LONGEST], limit=NEAREST)
            units, told = [hit.unit for hit in found.hits], arguments.clean(note)
            remember(knowledge, wanted, datetime.now(UTC), units, note=told, confidence=found.confidence)
            nearest = [unit.id for unit in units]
            near = f" Nearest: {', '.join(nearest)}." if nearest else ""
            answer = f"Recorded as a gap.{near}"
            asked.gave(answer, nearest)
            return text_result(answer)

    return tool_of(report_gap, NOTES)
