"""The tool `check_change`: what the gate would find, before the commit."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.types import CallToolResult  # noqa: TC002 - as above

from ctxkb.errors import ConfigError
from ctxkb.knowledge.requests import repository_path
from ctxkb_server import arguments
from ctxkb_server.asking import asking, client_name
from ctxkb_server.beginning import begun
from ctxkb_server.caller import current
from ctxkb_server.tools import READS, text_result, tool_of
from ctxkb_server.waiting import waiting

if TYPE_CHECKING:
    from mcp.server.mcpserver.tools import Tool

    from ctxkb_server.tools import Served


def check_change_tool(served: Served) -> Tool:
    """The gate, for an agent."""

    def check_change(
        ctx: Context,
        paths: arguments.Names = [],  # noqa: B006 - pydantic copies it; the schema shall say []
        diff: arguments.Words = "",
        plan: arguments.Words = "",
        budget_tokens: arguments.Number = served.budget,
    ) -> CallToolResult:
        """What `kb check` finds in a change, and the rules that bind it. Call it before you commit.

        paths: files you edited; diff: a patch on HEAD, in place of them; plan: a plan or spec as text.
        """
        from ctxkb_server.judging import judge, judged_text  # the gate takes long to import, and many never call it

        with asking(served.audit, client_name(ctx), "check_change", plan or " ".join(paths)) as asked:
            if not current().sight.everything:
                raise ConfigError("check_change judges the whole repository: it needs a token that may see all of it")
            knowledge = begun(served.knowledge(), waiting(ctx))
            inside = [repository_path(served.root, path) for path in arguments.paths(paths)]
            judged = judge(knowledge, inside, diff, arguments.clean(plan), date.today())
            budget = arguments.clamp(budget_tokens, arguments.BUDGET)
            text, ids = judged_text(knowledge, judged, arguments.clean(plan), budget)
            asked.gave(text, ids)
            return text_result(text)

    return tool_of(check_change, READS)
