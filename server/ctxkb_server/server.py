"""Makes the server: everything that it offers, the same over every transport and in both eras of the protocol."""

from __future__ import annotations

from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from mcp.server import CacheHint, NotificationOptions, Server
from mcp.types import DiscoverResult, NotificationParams, RequestParams
from mcp.types.version import MODERN_PROTOCOL_VERSIONS

from ctxkb import __version__
from ctxkb_server.calling import Calls
from ctxkb_server.check_change import check_change_tool
from ctxkb_server.instructions import instructions
from ctxkb_server.lines import standard_streams
from ctxkb_server.notices import Notices
from ctxkb_server.offering import Offers
from ctxkb_server.propose import propose_tool
from ctxkb_server.report_gap import report_gap_tool
from ctxkb_server.tools import get_context_tool, read_tool, search_tool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from mcp.server import InitializationOptions, ServerRequestContext
    from mcp.server.caching import CacheableMethod

    from ctxkb_server.tools import Served

    Lifespan = Callable[[object], AbstractAsyncContextManager[None]]

NAME = "ctxkb"

TOOLS = (get_context_tool, search_tool, read_tool, check_change_tool, report_gap_tool)
"""What makes the tools that every caller may use, in the order in which clients list them."""

WRITING = (propose_tool,)
"""What makes those that write files: offered only where the server allows it, to callers who may."""

FIXED = CacheHint(ttl_ms=3_600_000, scope="public")
FRESH = CacheHint(ttl_ms=1_000)
"""As long as a change may take to be seen anyway; private, since callers see different documents."""

CACHE_HINTS: Mapping[CacheableMethod, CacheHint] = MappingProxyType(
    {
        "server/discover": FRESH,
        "tools/list": CacheHint(ttl_ms=3_600_000),
        "resources/templates/list": FIXED,
        "resources/list": FRESH,
        "resources/read": FRESH,
        "prompts/list": FRESH,
    }
)


class KbServer(Server[None]):
    """The MCP server of one repository."""

    def __init__(self, served: Served, lifespan: Lifespan) -> None:
        writing = [make(served) for make in WRITING if served.drafts]
        tools = [*(make(served) for make in TOOLS), *writing]
        calls = Calls(tools, [tool.name for tool in writing], served.audit)
        offers, self.notices, self._served = Offers(served), Notices(served), served

        @asynccontextmanager
        async def noticing(server: Server[None]) -> AsyncIterator[None]:
            async with lifespan(server), self.notices.running():
                yield

        super().__init__(
            NAME,
            title="Context knowledge base",
            version=__version__,
            lifespan=noticing,
            cache_hints=CACHE_HINTS,
            get_tool_input_schema=calls.schema,
            on_list_tools=calls.list_tools,
            on_call_tool=calls.call_tool,
            on_list_resources=offers.list_resources,
            on_list_resource_templates=offers.list_templates,
            on_read_resource=offers.read_resource,
            on_subscribe_resource=self.notices.subscribe,
            on_unsubscribe_resource=self.notices.unsubscribe,
            on_subscriptions_listen=self.notices.listen,
            on_list_prompts=offers.list_prompts,
            on_get_prompt=offers.get_prompt,
            on_completion=offers.complete,
        )
        self.add_notification_handler("notifications/initialized", NotificationParams, self.notices.greet)
        self.add_request_handler("server/discover", RequestParams, self._discover)

    def create_initialization_options(
        self,
        notification_options: NotificationOptions | None = None,
        experimental_capabilities: dict[str, dict[str, Any]] | None = None,
        extensions: dict[str, dict[str, Any]] | None = None,
    ) -> InitializationOptions:
        """What a session is greeted with, the state of the index included."""
        changing = notification_options or NotificationOptions(prompts_changed=True, resources_changed=True)
        options = super().create_initialization_options(changing, experimental_capabilities, extensions)
        return options.model_copy(update={"instructions": self._say()})

    async def run_stdio(self) -> None:
        """Serves one client on standard input and output."""
        async with standard_streams() as (read, write):
            await self.run(read, write, self.create_initialization_options())

    async def _discover(self, ctx: ServerRequestContext[None, Any], _params: RequestParams) -> DiscoverResult:
        return DiscoverResult(
            supported_versions=list(MODERN_PROTOCOL_VERSIONS),
            capabilities=self.get_capabilities(protocol_version=ctx.protocol_version),
            instructions=self._say(),
        )

    def _say(self) -> str:
        """The instructions as of now."""
        return instructions(self._served.root.name, self._served.knowledge().catalog, drafts=self._served.drafts)


@asynccontextmanager
async def nothing_to_keep(_server: object) -> AsyncIterator[None]:
    """The lifespan of a server whose index somebody else keeps."""
    yield


def create_server(served: Served, lifespan: Lifespan = nothing_to_keep) -> KbServer:
    """The server of one repository, for any transport; `lifespan` is entered once it talks to a client."""
    return KbServer(served, lifespan)
