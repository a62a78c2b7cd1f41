"""The tools that read: closures over the knowledge base with flat arguments, which check, ask and render."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from inspect import getdoc
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations

from ctxkb.budget.render import pack_json, pack_text
from ctxkb.errors import KbError
from ctxkb.knowledge import Request
from ctxkb.knowledge.facade import LOOKING
from ctxkb_server import arguments
from ctxkb_server.answers import reading_text, search_text
from ctxkb_server.asking import asking, client_name
from ctxkb_server.beginning import begun
from ctxkb_server.caller import current
from ctxkb_server.sights import Sights
from ctxkb_server.waiting import waiting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ctxkb.knowledge import Knowledge
    from ctxkb.types import Pack
    from ctxkb_server.audit import Audit

INCOMPLETE = "The index is being built: what you look for may still come."

STRUCTURED_SINCE = "2025-06-18"
"""The first protocol version that knows structured content; older clients get the same JSON as text."""

READS = ToolAnnotations(read_only_hint=True, open_world_hint=False)


@dataclass(frozen=True, slots=True)
class Served:
    """What the tools answer from. `budget` is what a pack may cost if nobody says; None for `audit` logs nothing.

    `everything` gives the knowledge base of the moment: another one once the index was deleted and built again.
    `drafts` tells whether `propose` is offered.
    """

    everything: Callable[[], Knowledge]
    root: Path
    budget: int
    audit: Audit | None = None
    sights: Sights = field(default_factory=Sights)
    drafts: bool = False

    def knowledge(self) -> Knowledge:
        """The knowledge base as far as whoever asks may see it: the one place that answers go through."""
        return self.sights.seen(self.everything(), current().sight)

    def note(self) -> str:
        """What to tell of the index: that it lacks documents or vectors, or is as it was before the start; else ""."""
        knowledge = self.knowledge()
        if not knowledge.catalog.meta("complete"):
            return INCOMPLETE
        return "" if knowledge.looked() else LOOKING


def get_context_tool(served: Served) -> Tool:
    """What binds a task."""

    def get_context(
        task: arguments.Words,
        ctx: Context,
        paths: arguments.Names = [],  # noqa: B006 - pydantic copies it; the schema shall say []
        budget_tokens: arguments.Number = served.budget,
        have: arguments.Words = "",
        kinds: arguments.Names = [],  # noqa: B006 - as above
        format: arguments.Form = "text",  # noqa: A002 - the fixed name of the argument
    ) -> CallToolResult:
        """Everything that binds a task: rules, decisions, contracts, guides. Call it before you plan or write code.

        paths: files you will touch. kinds: decision, contract, convention, spec, guide; all if empty.
        have: receipt of an earlier answer, to get only what changed since.
        """
        with asking(served.audit, client_name(ctx), "get_context", task) as asked:
            request = Request(
                task=arguments.required(task, "task", "say what you are about to do"),
                paths=arguments.paths(paths),
                budget=arguments.clamp(budget_tokens, arguments.BUDGET),
                kinds=arguments.kinds(kinds),
                have=arguments.clean(have),
                format=format,
                client=client_name(ctx),
            )
            pack = begun(served.knowledge(), waiting(ctx)).context(request)
            asked.gave_pack(pack)
            return _pack_result(pack, format, ctx)

    return tool_of(get_context, READS)


def search_tool(served: Served) -> Tool:
    """Ranked hits."""

    def search(
        query: arguments.Words,
        ctx: Context,
        kinds: arguments.Names = [],  # noqa: B006 - as above
        path: arguments.Words = "",
        status: arguments.Words = "",
        limit: arguments.Number = 10,
        budget_tokens: arguments.Number = 800,
    ) -> CallToolResult:
        """Ranked hits, one line each: id, title, status, path:line, tokens."""
        with asking(served.audit, client_name(ctx), "search", query) as asked:
            result = begun(served.knowledge(), waiting(ctx)).search(
                arguments.required(query, "query", "say what to look for"),
                kinds=arguments.kinds(kinds),
                path=path,
                status=arguments.status(status),
                limit=arguments.clamp(limit, arguments.LIMIT),
            )
            text, shown = search_text(result, arguments.clamp(budget_tokens, arguments.BUDGET), served.note())
            asked.gave(text, [hit.unit.id for hit in result.hits[:shown]], result.confidence)
            return text_result(text)

    return tool_of(search, READS)


def read_tool(served: Served) -> Tool:
    """One unit or document."""

    def read(id: arguments.Words, ctx: Context, budget_tokens: arguments.Number = 4000) -> CallToolResult:  # noqa: A002 - a fixed name
        """One unit or document by its id, a number such as ADR-0012, or path:line."""
        with asking(served.audit, client_name(ctx), "read", id) as asked:
            identity = arguments.identity(id, served.root)
            budget = arguments.clamp(budget_tokens, arguments.BUDGET)
            knowledge = begun(served.knowledge(), waiting(ctx))
            with perhaps_later(served):
                text, found = reading_text(knowledge, identity, budget)
            asked.gave(text, [found])
            return text_result(text)

    return tool_of(read, READS)


@contextmanager
def perhaps_later(served: Served) -> Iterator[None]:
    """Adds to what is not found that the index is being built or looked through, where it is."""
    try:
        yield
    except KbError as error:
        note = served.note()
        if not note:
            raise
        stop = "" if str(error).endswith("?") else "."
        raise KbError(f"{error}{stop} {note}") from None


def tool_of(function: Callable[..., CallToolResult], hints: ToolAnnotations) -> Tool:
    """The tool of a function: its name, its docstring, and the schema of its arguments without what costs in vain."""
    tool = Tool.from_function(function, description=getdoc(function), annotations=hints)
    tool.parameters = _without_titles(tool.parameters)
    return tool


def _without_titles(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without the titles that pydantic derives from names: each costs the model tokens, none says more."""
    lean = {key: value for key, value in schema.items() if key != "title"}
    lean["properties"] = {
        name: {key: value for key, value in one.items() if key != "title"} for name, one in schema["properties"].items()
    }
    return lean


def text_result(text: str) -> CallToolResult:
    """An answer in text and nothing else: clients give a model structured content in its place."""
    return CallToolResult(content=[TextContent(type="text", text=text)])


def _pack_result(pack: Pack, form: str, ctx: Context[Any, Any]) -> CallToolResult:
    """Text alone, or structured content alone: whatever is sent twice is paid for twice."""
    if form == "text":
        return text_result(pack_text(pack))
    packed = pack_json(pack)
    if (ctx.protocol_version or STRUCTURED_SINCE) < STRUCTURED_SINCE:
        return text_result(json.dumps(packed, ensure_ascii=False))
    return CallToolResult(content=[], structured_content=packed)
