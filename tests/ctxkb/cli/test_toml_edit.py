from __future__ import annotations

import pytest

from ctxkb.cli.toml_edit import TABLE, with_server, without_server
from ctxkb.errors import ConfigError

PLACE = ".codex/config.toml"


def test_the_table_comes_after_what_people_wrote() -> None:
    """Comments and layout stay, a second time changes nothing, and taking it out leaves the text of before."""
    text = '# ours\nmodel   =  "x" # why\n\n[mcp_servers.a]\ncommand = "y"\n'
    assert with_server(text, PLACE) == text + "\n" + TABLE
    assert with_server(text + "\n" + TABLE, PLACE) == text + "\n" + TABLE
    assert without_server(text + "\n" + TABLE, PLACE) == text


@pytest.mark.parametrize(
    "text",
    [
        '[mcp_servers.ctxkb]\ncommand = "/opt/kb"\nargs = ["serve"]\n',
        'mcp_servers = {ctxkb = {command = "kb", args = ["serve"]}}\n',
        TABLE + 'env = {A = "b"}\n',
        TABLE + "\n[mcp_servers.ctxkb.env]\nA = 'b'\n",
        TABLE.replace("[", " ["),
    ],
)
def test_a_server_that_people_wrote_or_changed_stays(text: str) -> None:
    """It is neither written anew nor taken out."""
    assert with_server(text, PLACE) == text
    assert without_server(text, PLACE) == text


def test_what_stands_below_stays_below() -> None:
    """A table that was added after ours, and a comment above it, are kept."""
    text = f"a = 1\n\n{TABLE}\n# theirs\n[z]\nb = 2\n"
    assert without_server(text, PLACE) == "a = 1\n\n# theirs\n[z]\nb = 2\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = \n", ".codex/config.toml: is not valid TOML: "),
        ("mcp_servers = {}\n", ".codex/config.toml: a table cannot be added to `mcp_servers` as it stands"),
        ("mcp_servers = 1\n", ".codex/config.toml: a table cannot be added to `mcp_servers` as it stands"),
        ("[[mcp_servers]]\na = 1\n", ".codex/config.toml: a table cannot be added to `mcp_servers` as it stands"),
    ],
)
def test_what_cannot_be_added_to_is_refused(text: str, message: str) -> None:
    """One line names the file and what to do."""
    with pytest.raises(ConfigError) as caught:
        with_server(text, PLACE)
    assert str(caught.value).startswith(message)
