"""Resources, prompts and completion as the protocol asks for them: each answer is made on a worker thread."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from anyio import to_thread
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CompleteResult,
    GetPromptResult,
    ListPromptsResult,
    Prompt,
    PromptArgument,
    PromptMessage,
    TextContent,
)

from ctxkb.errors import KbError
from ctxkb_server.asking import asking, client_name
from ctxkb_server.beginning import begun
from ctxkb_server.completions import completed
from ctxkb_server.prompts import filled, prompts
from ctxkb_server.resources import list_resources, list_templates, read_resource

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mcp.server import ServerRequestContext
    from mcp.types import (
        CompleteRequestParams,
        GetPromptRequestParams,
        ListResourcesResult,
        ListResourceTemplatesResult,
        PaginatedRequestParams,
        ReadResourceRequestParams,
        ReadResourceResult,
    )

    from ctxkb.knowledge import Knowledge
    from ctxkb_server.prompt_gaps import Gap
    from ctxkb_server.tools import Served

    Asked = ServerRequestContext[None, Any]

Answer = TypeVar("Answer")


class Offers:
    """What a client may list, read and fill in, beside the tools."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def _knowledge(self) -> Knowledge:
        return begun(self._served.knowledge())

    async def list_resources(self, _ctx: Asked, params: PaginatedRequestParams | None) -> ListResourcesResult:
        """A page of the documents."""
        cursor = params.cursor if params else None
        return await _made(lambda: list_resources(self._knowledge(), cursor))

    async def list_templates(self, _ctx: Asked, _params: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
        """The templates of their addresses."""
        return list_templates()

    async def read_resource(self, ctx: Asked, params: ReadResourceRequestParams) -> ReadResourceResult:
        """One of them."""
        return await _made(partial(self._read, ctx, params.uri))

    async def list_prompts(self, _ctx: Asked, _params: PaginatedRequestParams | None) -> ListPromptsResult:
        """All prompts, in one page."""
        found = await _made(lambda: prompts(self._served.knowledge()))
        listed = [
            Prompt(name=one.name, title=one.title or None, description=one.description, arguments=_arguments(one.gaps))
            for one in found
        ]
        return ListPromptsResult(prompts=listed)

    async def get_prompt(self, ctx: Asked, params: GetPromptRequestParams) -> GetPromptResult:
        """The text of one. Raises `MCPError` where it is unknown, or an argument is missing."""
        return await _made(partial(self._fill, ctx, params.name, params.arguments or {}))

    async def complete(self, _ctx: Asked, params: CompleteRequestParams) -> CompleteResult:
        """What may follow what a person has typed."""
        name, typed = params.argument.name, params.argument.value
        found = await _made(lambda: completed(self._knowledge(), params.ref, name, typed))
        return CompleteResult(completion=found)

    def _read(self, ctx: Asked, uri: str) -> ReadResourceResult:
        begun(self._served.knowledge())
        with asking(self._served.audit, client_name(ctx), "resources/read", uri) as asked:
            result, text, identity = read_resource(self._served, uri, ctx.protocol_version)
            asked.gave(text, [identity])
            return result

    def _fill(self, ctx: Asked, name: str, values: dict[str, str]) -> GetPromptResult:
        client = client_name(ctx)
        with asking(self._served.audit, client, "prompts/get", " ".join((name, *values.values()))) as asked:
            try:
                prompt, text = filled(self._knowledge(), name, values, client)
            except KbError as error:
                raise MCPError(INVALID_PARAMS, str(error), {"prompt": name}) from error
            asked.gave(text, [])
        message = PromptMessage(role="user", content=TextContent(type="text", text=text))
        return GetPromptResult(description=prompt.description, messages=[message])


async def _made(make: Callable[[], Answer]) -> Answer:
    """What `make` returns, on a worker thread. Raises `MCPError` with the reason where the index cannot be read."""
    try:
        return await to_thread.run_sync(make)
    except KbError as error:
        raise MCPError(INTERNAL_ERROR, str(error)) from error


def _arguments(gaps: Sequence[Gap]) -> list[PromptArgument]:
    return [PromptArgument(name=gap.name, description=gap.hint or None, required=gap.required) for gap in gaps]
