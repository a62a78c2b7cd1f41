"""One call of a tool on its way: what was asked, what was given, and how it ended, for the audit log."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ctxkb.text.count import count_tokens
from ctxkb_server import arguments
from ctxkb_server.audit import Call

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mcp.server import ServerRequestContext
    from mcp.server.mcpserver import Context

    from ctxkb.types import Pack
    from ctxkb_server.audit import Audit


class Asked:
    """What a call has come to so far."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {}

    def gave(self, text: str, ids: Sequence[str], confidence: str = "") -> None:
        """Notes an answer in text."""
        self.facts = {"ids": tuple(ids), "tokens": count_tokens(text), "confidence": confidence}

    def gave_pack(self, pack: Pack) -> None:
        """Notes a pack, which knows its own cost."""
        self.facts = {
            "paths": pack.paths,
            "ids": tuple(item.hit.unit.id for item in pack.items),
            "tokens": pack.used,
            "confidence": pack.confidence,
            "receipt": pack.receipt,
        }


@contextmanager
def asking(audit: Audit | None, client: str, tool: str, question: str) -> Iterator[Asked]:
    """Writes the call to the log when it ends, with its error if it failed."""
    asked, started, error = Asked(), time.perf_counter(), ""
    try:
        yield asked
    except Exception as failure:
        error = str(failure)
        raise
    except BaseException:  # what the event loop raises in a call that its client has cancelled
        error = "cancelled"
        raise
    finally:
        if audit is not None:
            spent = round(1000 * (time.perf_counter() - started), 1)
            audit.record(Call(client=client, tool=tool, asked=question, error=error, ms=spent, **asked.facts))


def client_name(ctx: Context[Any, Any] | ServerRequestContext[Any, Any]) -> str:
    """The client's own name and version, "" where it does not give them."""
    known = ctx.session.client_params
    return arguments.clean(f"{known.client_info.name} {known.client_info.version}")[:100] if known else ""
