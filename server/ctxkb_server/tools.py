"""The tools: closures over the knowledge base with flat arguments, which check, ask and render."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from inspect import getdoc
from typing import TYPE_CHECKING, Annotated, Any, Literal

from mcp.server.mcpserver import Context  # noqa: TC002 - the SDK reads the tools' annotations when it lists them
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import BeforeValidator

from ctxkb.budget.render import pack_json, pack_text
from ctxkb.errors import KbError
from ctxkb.knowledge import Request
from ctxkb_server import arguments
from ctxkb_server.answers import reading_text, search_text
from ctxkb_server.asking import asking
from ctxkb_server.beginning import begun
from ctxkb_server.caller import current
from ctxkb_server.sights import Sights

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ctxkb.knowledge import Knowledge
    from ctxkb.types import Pack
    from ctxkb_server.audit import Audit

INCOMPLETE = "The index is being built: what you look for may still come."

STRUCTURED_SINCE = "2025-06-18"
"""The first protocol version that knows structured content; older clients get the same JSON as text."""


def _as_list(value: Any) -> Any:  # noqa: ANN401 - what a client sends may be anything
    if value is None:
        return []
    return [part for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _as_text(value: Any) -> Any:  # noqa: ANN401 - what a client sends may be anything
    return "" if value is None else value


def _as_number(value: Any) -> Any:  # noqa: ANN401 - what a client sends may be anything
    try:
        return int(float(value))
    except OverflowError:
        return arguments.BUDGET[value > 0]
    except (TypeError, ValueError):
        raise ValueError(f"{str(value)[:40]!r} is not a whole number") from None


def _as_word(value: Any) -> Any:  # noqa: ANN401 - what a client sends may be anything
    return value.strip().lower() if isinstance(value, str) else value


Words = Annotated[str, BeforeValidator(_as_text)]
Names = Annotated[list[str], BeforeValidator(_as_list)]
Number = Annotated[int, BeforeValidator(_as_number)]
Form = Annotated[Literal["text", "json"], BeforeValidator(_as_word)]


@dataclass(frozen=True, slots=True)
class Served:
    """What the tools answer from. `budget` is what a pack may cost if nobody says; None for `audit` logs nothing.

    `everything` gives the knowledge base of the moment: another one once the index was deleted and built again.
    """

    everything: Callable[[], Knowledge]
    root: Path
    budget: int
    audit: Audit | None = None
    sights: Sights = field(default_factory=Sights)

    def knowledge(self) -> Knowledge:
        """The knowledge base as far as whoever asks may see it: the one place that answers go through."""
        return self.sights.seen(self.everything(), current().sight)

    def complete(self) -> bool:
        """False while the index lacks documents or vectors."""
        return bool(self.knowledge().catalog.meta("complete"))


def make_tools(served: Served) -> list[Tool]:
    """The tools of one repository, in the order in which clients list them."""
    return [_tool(make(served)) for make in (_get_context, _search, _read)]


def _get_context(served: Served) -> Callable[..., CallToolResult]:
    def get_context(
        task: Words,
        ctx: Context,
        paths: Names = [],  # noqa: B006 - pydantic copies it; the schema shall say []
        budget_tokens: Number = served.budget,
        have: Words = "",
        kinds: Names = [],  # noqa: B006 - as above
        format: Form = "text",  # noqa: A002 - the fixed name of the argument
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
            pack = begun(served.knowledge()).context(request)
            asked.gave_pack(pack)
            return _pack_result(pack, format, ctx)

    return get_context


def _search(served: Served) -> Callable[..., CallToolResult]:
    def search(
        query: Words,
        ctx: Context,
        kinds: Names = [],  # noqa: B006 - as above
        path: Words = "",
        status: Words = "",
        limit: Number = 10,
        budget_tokens: Number = 800,
    ) -> CallToolResult:
        """Ranked hits, one line each: id, title, status, path:line, tokens."""
        with asking(served.audit, client_name(ctx), "search", query) as asked:
            result = begun(served.knowledge()).search(
                arguments.required(query, "query", "say what to look for"),
                kinds=arguments.kinds(kinds),
                path=path,
                status=arguments.status(status),
                limit=arguments.clamp(limit, arguments.LIMIT),
            )
            note = "" if served.complete() else INCOMPLETE
            text, shown = search_text(result, arguments.clamp(budget_tokens, arguments.BUDGET), note)
            asked.gave(text, [hit.unit.id for hit in result.hits[:shown]], result.confidence)
            return _text_result(text)

    return search


def _read(served: Served) -> Callable[..., CallToolResult]:
    def read(id: Words, ctx: Context, budget_tokens: Number = 4000) -> CallToolResult:  # noqa: A002 - a fixed name
        """One unit or document by its id, a number such as ADR-0012, or path:line."""
        with asking(served.audit, client_name(ctx), "read", id) as asked:
            identity = arguments.identity(id, served.root)
            try:
                text, found = reading_text(
                    begun(served.knowledge()), identity, arguments.clamp(budget_tokens, arguments.BUDGET)
                )
            except KbError as error:
                if served.complete():
                    raise
                stop = "" if str(error).endswith("?") else "."
                raise KbError(f"{error}{stop} {INCOMPLETE}") from None
            asked.gave(text, [found])
            return _text_result(text)

    return read


def _tool(function: Callable[..., CallToolResult]) -> Tool:
    hints = ToolAnnotations(read_only_hint=True, open_world_hint=False)
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


def _text_result(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


def _pack_result(pack: Pack, form: str, ctx: Context[Any, Any]) -> CallToolResult:
    """Text alone, or structured content alone: whatever is sent twice is paid for twice."""
    if form == "text":
        return _text_result(pack_text(pack))
    packed = pack_json(pack)
    if (ctx.protocol_version or STRUCTURED_SINCE) < STRUCTURED_SINCE:
        return _text_result(json.dumps(packed, ensure_ascii=False))
    return CallToolResult(content=[], structured_content=packed)


def client_name(ctx: Context[Any, Any]) -> str:
    """The client's own name and version, "" where it does not give them."""
    known = ctx.session.client_params
    return arguments.clean(f"{known.client_info.name} {known.client_info.version}")[:100] if known else ""
