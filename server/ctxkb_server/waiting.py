"""Calls that have to wait: their client is told how long, and one that was cancelled waits no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from anyio import from_thread

if TYPE_CHECKING:
    from collections.abc import Callable

    from mcp.server.mcpserver import Context

FIRST_LOOK = "Reading the repository's documents for the first time"


def waiting(ctx: Context[Any, Any], what: str = FIRST_LOOK) -> Callable[[float, float], None]:
    """Takes how much of the wait is over, and of how much; for the worker thread of a call.

    Raises the event loop's own error of cancellation, which only it catches, once the client has cancelled the call.
    """

    def tell(done: float, total: float) -> None:
        from_thread.check_cancelled()
        from_thread.run(ctx.report_progress, done, total, what)

    return tell
