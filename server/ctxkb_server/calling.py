"""Calls of tools: their arguments are checked by name, and what went wrong is one line that says what to pass."""

from __future__ import annotations

import logging
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import CallToolResult, ListToolsResult, TextContent
from mcp.types import Tool as ListedTool
from pydantic import ValidationError

from ctxkb.errors import KbError
from ctxkb_server.asking import client_name
from ctxkb_server.audit import Call
from ctxkb_server.caller import current

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mcp.server import ServerRequestContext
    from mcp.server.mcpserver.tools import Tool
    from mcp.types import CallToolRequestParams, PaginatedRequestParams

    from ctxkb_server.audit import Audit

    Asked = ServerRequestContext[None, Any]

_LOG = logging.getLogger(__name__)

BUG = "{} failed inside the server, which has logged why; try other arguments, or tell who runs it"


class Calls:
    """The tools of a server; those in `writing` are offered to callers who may write.

    Calls that no tool gets to see, for their names or arguments, are logged to `audit` here.
    """

    def __init__(self, tools: Iterable[Tool], writing: Iterable[str], audit: Audit | None = None) -> None:
        self._audit = audit
        self._tools = {tool.name: tool for tool in tools}
        self._writing = frozenset(writing)

    async def list_tools(self, _ctx: Asked, _params: PaginatedRequestParams | None) -> ListToolsResult:
        """All tools that the caller may use, in one page."""
        return ListToolsResult(tools=[_listed(tool) for tool in self._offered().values()])

    async def call_tool(self, ctx: Asked, params: CallToolRequestParams) -> CallToolResult:
        """The tool's answer, or one line that says what was wrong and what to pass instead."""
        try:
            tool = self._named(params.name, params.arguments or {})
            answer: CallToolResult = await tool.run(params.arguments or {}, Context(request_context=ctx))
        except UnexpectedToolError as error:
            if isinstance(error.__cause__, KbError):
                return _refused(str(error.__cause__))
            _LOG.exception("%s failed", params.name)
            return _refused(BUG.format(params.name))
        except ToolError as error:
            cause = error.__cause__
            reason = _faults(cause) if isinstance(cause, ValidationError) else str(error)
            self._log(client_name(ctx), params.name, reason)
            return _refused(reason)
        return answer

    def _log(self, client: str, name: str, reason: str) -> None:
        if self._audit is not None:
            tool = name if name in self._tools else "unknown"
            self._audit.record(Call(client=client, tool=tool, asked="", error=one_line(reason)))

    def schema(self, name: str) -> Mapping[str, Any] | None:
        """The schema of a tool's arguments, None for an unknown one."""
        return self._tools[name].parameters if name in self._tools else None

    def _offered(self) -> Mapping[str, Tool]:
        if current().write:
            return self._tools
        return {name: tool for name, tool in self._tools.items() if name not in self._writing}

    def _named(self, name: str, arguments: Mapping[str, Any]) -> Tool:
        """The tool of that name, if it takes these arguments. Raises `ToolError`."""
        offered = self._offered()
        if name not in offered:
            raise ToolError(f'unknown tool "{name[:80]}"; the tools are {", ".join(offered)}')
        known = tuple(offered[name].parameters["properties"])
        for argument in arguments:
            if argument not in known:
                near = get_close_matches(argument, known, 1)
                fix = f'did you mean "{near[0]}"?' if near else f"it takes {', '.join(known)}"
                raise ToolError(f'{name} has no argument "{argument[:80]}"; {fix}')
        return offered[name]


def _listed(tool: Tool) -> ListedTool:
    return ListedTool(
        name=tool.name, description=tool.description, input_schema=tool.parameters, annotations=tool.annotations
    )


def _refused(reason: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=one_line(reason))], is_error=True)


def _faults(error: ValidationError) -> str:
    """The arguments that do not fit, in one line."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {_sentence(fault['msg'])}" for fault in error.errors()[:3])


def _sentence(message: str) -> str:
    text = one_line(message).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def one_line(message: str) -> str:
    """A message without line breaks."""
    return " ".join(message.split())
