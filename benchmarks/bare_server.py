"""Round trips with nothing behind them: `python benchmarks/bare_server.py REPLIES.json [--pipe]`.

Gives the reply that REPLIES.json holds for a task, as an MCP server with one tool, or with `--pipe` as one line of JSON
for each line of its input. What such a trip takes is the least that any answer over standard input and output takes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from mcp.types import CallToolResult, TextContent


def main() -> None:
    """Serves until the input ends."""
    replies = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    if "--pipe" in sys.argv:
        echo(replies)
        return
    from mcp.server import MCPServer

    server = MCPServer("bare")

    @server.tool()
    def get_context(task: str, budget_tokens: int = 2000, format: str = "text") -> CallToolResult:  # noqa: A002, ARG001 - the arguments of the real one
        return CallToolResult(content=[TextContent(type="text", text=replies.get(task, ""))])

    server.run("stdio")


def echo(replies: dict[str, str]) -> None:
    """One line of JSON for each line."""
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        sys.stdout.write(json.dumps({"text": replies.get(asked["task"], "")}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
