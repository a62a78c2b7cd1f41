from __future__ import annotations

import asyncio
import os
import threading
import time
from typing import TYPE_CHECKING

from mcp import Client, StdioServerParameters

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb.knowledge import Knowledge
from ctxkb_ingest.folder import kb_folder
from ctxkb_ingest.index import index_repository
from ctxkb_server.beginning import begun
from support.sample import KB, sample
from support.serving import text_of

if TYPE_CHECKING:
    from pathlib import Path


def _empty(root: Path) -> Knowledge:
    return Knowledge(root, load_config(root), Catalog(kb_folder(root)), lambda: None, lambda: None)


def test_a_question_waits_for_the_first_look_at_the_documents(tmp_path: Path) -> None:
    """Who asks before anything was read is answered once everything was; where that takes long, after a while."""
    sample(tmp_path)
    knowledge = _empty(tmp_path)
    started = time.monotonic()
    assert begun(knowledge, patience=0.1).catalog.unit_count() == 0
    assert time.monotonic() - started < 1

    def index() -> None:
        time.sleep(0.2)
        index_repository(tmp_path, load_config(tmp_path), Catalog(kb_folder(tmp_path)), lambda: None)

    thread = threading.Thread(target=index)
    thread.start()
    assert begun(knowledge, patience=10).catalog.meta("settings")
    assert knowledge.search("httpx").hits
    thread.join()


def test_a_repository_without_documents_does_not_wait(tmp_path: Path) -> None:
    """Once it is known that there is nothing, the answer comes at once."""
    knowledge = _empty(tmp_path)
    index_repository(tmp_path, knowledge.config, knowledge.catalog, lambda: None)
    started = time.monotonic()
    begun(knowledge, patience=10)
    assert time.monotonic() - started < 1


def test_the_first_call_in_a_repository_without_an_index_is_answered(tmp_path: Path) -> None:
    """An agent whose first act is to ask gets what its repository holds, not that there is nothing."""
    sample(tmp_path)

    async def first() -> str:
        server = StdioServerParameters(command=KB[0], args=[*KB[1:], "serve"], cwd=tmp_path, env=dict(os.environ))
        async with Client(server) as client:
            return text_of(await client.call_tool("get_context", {"task": "outgoing calls with httpx"}))

    assert "docs/adr/0002-call-services-with-httpx.md" in asyncio.run(first())
