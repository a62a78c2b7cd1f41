"""Makes the server: its tools, its instructions, and how it explains what went wrong."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from pydantic import ValidationError

from ctxkb import __version__
from ctxkb.errors import KbError
from ctxkb_server.tools import make_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from mcp.server.mcpserver import Context
    from mcp.server.mcpserver.tools import Tool
    from mcp.types import CallToolResult, InputRequiredResult

    from ctxkb_server.tools import Served

NAME = "ctxkb"


class KbServer(MCPServer[None]):
    """An MCP server whose errors are one line each: what was wrong, and what to pass instead."""

    def __init__(
        self,
        tools: list[Tool],
        instructions: str,
        lifespan: Callable[[MCPServer[None]], AbstractAsyncContextManager[None]] | None,
    ) -> None:
        super().__init__(
            NAME,
            title="Context knowledge base",
            instructions=instructions,
            version=__version__,
            tools=tools,
            lifespan=lifespan,
            log_level="WARNING",
        )
        self._arguments = {tool.name: tuple(tool.parameters["properties"]) for tool in tools}

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[None, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The tool's answer. Raises `ToolError` with one line for whatever the caller can mend."""
        self._check_names(name, arguments)
        try:
            return await super().call_tool(name, arguments, context)
        except UnexpectedToolError as error:
            if isinstance(error.__cause__, KbError):
                raise ToolError(_one_line(str(error.__cause__))) from error
            raise
        except ToolError as error:
            if isinstance(error.__cause__, ValidationError):
                raise ToolError(_faults(error.__cause__)) from error
            raise

    def _check_names(self, tool: str, arguments: Mapping[str, Any]) -> None:
        known = self._arguments.get(tool)
        if known is None:
            raise ToolError(f'unknown tool "{tool[:80]}"; the tools are {", ".join(self._arguments)}')
        for name in arguments:
            if name not in known:
                near = get_close_matches(name, known, 1)
                fix = f'did you mean "{near[0]}"?' if near else f"it takes {', '.join(known)}"
                raise ToolError(f'{tool} has no argument "{name[:80]}"; {fix}')


def create_server(
    served: Served,
    instructions: str,
    lifespan: Callable[[MCPServer[None]], AbstractAsyncContextManager[None]] | None = None,
) -> MCPServer[None]:
    """The server of one repository; `lifespan` is entered once it talks to a client."""
    return KbServer(make_tools(served), instructions, lifespan)


def _faults(error: ValidationError) -> str:
    """The arguments that do not fit, in one line."""
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {_sentence(fault['msg'])}" for fault in error.errors()[:3])


def _sentence(message: str) -> str:
    text = _one_line(message).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _one_line(message: str) -> str:
    return " ".join(message.split())
