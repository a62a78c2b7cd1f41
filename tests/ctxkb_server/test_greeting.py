"""The instructions that greet a client tell the state of the index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest
from mcp.shared.exceptions import MCPError

from ctxkb.catalog.read import Catalog
from ctxkb.catalog.write import set_meta, writing
from ctxkb.knowledge import Knowledge
from ctxkb.text.count import count_tokens
from ctxkb_ingest.index import index_repository
from support.embedders import HashEmbedder
from support.repos import Repo
from support.serving import asked, indexed_sample, served, text_of

if TYPE_CHECKING:
    from pathlib import Path

    from mcp import Client


@pytest.fixture
def knowledge(tmp_path: Path) -> Knowledge:
    """The sample repository, indexed."""
    return indexed_sample(tmp_path)


def test_the_instructions_tell_what_the_index_holds(knowledge: Knowledge) -> None:
    """They count the documents of each kind and name the tool to call first."""
    said = served(knowledge).create_initialization_options().instructions or ""
    assert "It holds 2 decisions, 1 contract, 1 convention, 1 guide; an edit counts within seconds." in said
    assert "call get_context" in said


def test_the_greeting_tells_the_state_of_the_index_in_few_words(knowledge: Knowledge) -> None:
    """In both eras it is made anew for each client: empty, being built, or with its counts."""
    server = served(knowledge, drafts=True)

    async def said(client: Client) -> str:
        return client.instructions or ""

    for mode in ("auto", "legacy"):
        text = asked(server, said, mode)
        assert "It holds 2 decisions, 1 contract, 1 convention, 1 guide; an edit counts within seconds." in text
        assert "propose a rule" in text
        assert count_tokens(text) <= 150
    Repo(knowledge.root).write({"docs/guides/more.md": "# More\n\nText.\n"})
    index_repository(knowledge.root, knowledge.config, knowledge.catalog, HashEmbedder)
    with writing(knowledge.catalog) as connection:
        set_meta(connection, {"complete": 0})
    for mode in ("auto", "legacy"):
        assert "2 guides; its index is being brought up to date." in asked(server, said, mode)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_index_that_cannot_be_read_keeps_nobody_from_a_greeting(
    knowledge: Knowledge, mode: Literal["auto", "legacy"]
) -> None:
    """The server says so, lists its tools, and a call tells why."""
    knowledge.catalog.close()
    for file in knowledge.catalog.folder.glob("catalog.sqlite*"):
        file.write_bytes(b"no database " * 1000)
    late = Knowledge(knowledge.root, knowledge.config, Catalog(knowledge.catalog.folder), lambda: None, lambda: None)

    async def told(client: Client) -> tuple[str, int, str]:
        answer = await client.call_tool("search", {"query": "httpx"})
        return client.instructions or "", len((await client.list_tools()).tools), text_of(answer)

    with pytest.raises(MCPError, match="cannot open the index"):
        asked(served(late), lambda client: client.list_resources(), mode)
    said, tools, why = asked(served(late), told, mode)
    assert "Its index is not ready; a call tells why." in said
    assert tools == 5
    assert why.startswith("cannot open the index ")
