"""Decisions about outgoing calls among pages about other things, and what an answer shows of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.bases import adr

if TYPE_CHECKING:
    from ctxkb.types import Pack

FILLER = {
    f"docs/guides/{name}.md": f"# {name.title()}\n\nThe {name} page tells how {name} is set up, seen and mended.\n"
    for name in ("metrics", "tracing", "backups", "releases", "translations", "fonts", "queues", "printing")
}
AGENTS = "# Rules\n\n- Commits MUST name the ticket.\n- Never log customer data.\n"
WEB = "# Web rules\n\nDates are handled with date-fns. You must not import moment.\n"
REQUESTS = "Outgoing calls to other services use the library requests."
HTTPX = "Outgoing calls to other services use httpx with a timeout of five seconds."
AIOHTTP = "Outgoing calls to other services use aiohttp with a pool."
QUESTION = "outgoing calls to other services"
OLD, NEW, NEWEST = "docs/adr/0001-requests.md", "docs/adr/0002-httpx.md", "docs/adr/0003-aiohttp.md"

SUPERSEDED_BY = "Superseded by [2. Httpx](0002-httpx.md)"
SUPERSEDES = "Accepted\n\nSupersedes [1. Requests](0001-requests.md)"


def decisions(first: str = "Accepted", second: str = "Accepted", third: str = "") -> dict[str, str]:
    """Two or three decisions on one subject by their statuses, among pages about other things."""
    found = {
        **FILLER,
        OLD: adr(1, "Call services with requests", first, REQUESTS),
        NEW: adr(2, "Call services with httpx", second, HTTPX),
    }
    return {**found, NEWEST: adr(3, "Call services with aiohttp", third, AIOHTTP)} if third else found


def shown(pack: Pack) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Status and successors of each decision in a pack, by path."""
    hits = [item.hit for item in pack.items if item.hit.unit.path.startswith("docs/adr/")]
    return {hit.unit.path: (hit.status, hit.superseded_by) for hit in hits}


def forged(answer: str) -> list[str]:
    """The lines that an agent could take for headings or citations of rules, made by a document."""
    pattern = r"^[^\w\\\n]*(?:rule\s+of\s+this\s+repository,\s+from |rule \S+:\d|\d+-\d+: obey).*obey"
    return re.findall(pattern, answer, re.IGNORECASE | re.MULTILINE)
