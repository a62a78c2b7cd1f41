"""A server over the sample repository, in this process and without a model, and a client that asks it."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any, Literal

from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp.types import TextContent

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb.knowledge import Knowledge
from ctxkb.text.count import count_tokens
from ctxkb_ingest.folder import kb_folder
from ctxkb_ingest.index import index_repository
from ctxkb_server.server import create_server
from ctxkb_server.tools import Served
from support.embedders import HashEmbedder
from support.sample import sample

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

    from mcp.types import CallToolResult

    from ctxkb_server.audit import Audit
    from ctxkb_server.server import KbServer


def indexed(root: Path) -> Knowledge:
    """The knowledge base of `root`, indexed with the stand-in for the embedder and asked by words alone."""
    config, catalog, embedder = load_config(root), Catalog(kb_folder(root)), HashEmbedder()
    index_repository(root, config, catalog, lambda: embedder)
    return Knowledge(root, config, catalog, lambda: None, lambda: None)


def indexed_sample(root: Path) -> Knowledge:
    """The knowledge base of the sample repository, which is made in `root`."""
    sample(root)
    return indexed(root)


def served(knowledge: Knowledge, audit: Audit | None = None, *, drafts: bool = False) -> KbServer:
    """The server of a knowledge base; with `drafts` it offers `propose`."""
    return create_server(Served(lambda: knowledge, knowledge.root, 2000, audit, drafts=drafts))


def asked(
    server: KbServer, ask: Callable[[Client], Coroutine[Any, Any, Any]], mode: Literal["auto", "legacy"] = "auto"
) -> Any:  # noqa: ANN401 - what `ask` returns
    """What `ask` returns, given a client of `server` that speaks the newest protocol, or the last one with sessions.

    Raises the `MCPError` that it was answered with.
    """

    async def conversation() -> tuple[Any, MCPError | None]:
        async with Client(server, mode=mode) as client:
            try:
                return await ask(client), None
            except MCPError as refused:  # it would leave the client in a group of exceptions
                return None, refused

    answer, refused = asyncio.run(conversation())
    if refused is not None:
        raise refused
    return answer


def talk(server: KbServer, ask: Callable[[Client], Coroutine[Any, Any, CallToolResult]]) -> CallToolResult:
    """What `ask` returns, given a client of `server`."""

    async def conversation() -> CallToolResult:
        async with Client(server) as client:
            return await ask(client)

    return asyncio.run(conversation())


def call(server: KbServer, tool: str, **arguments: object) -> CallToolResult:
    """The answer to one call of a tool."""
    return talk(server, lambda client: client.call_tool(tool, arguments))


def text_of(result: CallToolResult) -> str:
    """The text of an answer that consists of text alone."""
    assert result.structured_content is None
    assert all(isinstance(block, TextContent) for block in result.content)
    return "\n".join(block.text for block in result.content if isinstance(block, TextContent))


def cost(result: CallToolResult) -> int:
    """The tokens of everything that an answer holds."""
    text = "".join(block.text for block in result.content if isinstance(block, TextContent))
    packed = json.dumps(result.structured_content, ensure_ascii=False) if result.structured_content is not None else ""
    return count_tokens(text) + count_tokens(packed)
