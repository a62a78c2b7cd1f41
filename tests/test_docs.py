"""The documentation names everything that there is. What is checked is found in the code, never listed here.

The keys of the configuration are in `tests/ctxkb/config/test_docs.py`.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import typer

from ctxkb.check.rules import RULES, WAIVER_RULES
from ctxkb.cli.app import COMMANDS, build
from ctxkb.formats import FORMATS
from ctxkb.text.markdown import spans, tokens
from support.repos import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mcp.types import Tool
    from typer.core import TyperCommand

ROOT = Path(__file__).parents[1]
OUTER = ("kb", "ingest", "server", "adr_templates")
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.rglob("*.md"), *ROOT.glob("*.md"), *(ROOT / folder / "README.md" for folder in OUTER)])
KB = "import sys; from ctxkb.cli import main; sys.exit(main())"


def _commands(group: TyperCommand, name: str = "") -> Iterator[tuple[str, TyperCommand]]:
    """Each command of a typer group with its full name; a group's own options come with it."""
    yield name, group
    for part, command in getattr(group, "commands", {}).items():
        yield from _commands(command, f"{name} {part}".strip())


def _parameters() -> list[tuple[str, str, str]]:
    """Each command's name, the name of one of its options or arguments, and its help."""
    return [
        (name, max(parameter.opts, key=len), getattr(parameter, "help", "") or "")
        for name, command in _commands(typer.main.get_command(build([])))
        for parameter in command.params
        if parameter.name != "help"
    ]


def test_every_command_has_a_page() -> None:
    """docs/commands holds one page for each command, and none for a command that is gone."""
    assert {page.stem for page in (DOCS / "commands").glob("*.md")} == set(COMMANDS)


def test_every_command_says_what_it_does() -> None:
    """Each command and subcommand has a help text."""
    commands = _commands(typer.main.get_command(build([])))
    assert [name for name, command in commands if not command.help] == []


def test_every_option_has_help() -> None:
    """Each option and argument has a help text."""
    assert [(name, option) for name, option, text in _parameters() if not text] == []


def test_every_option_stands_in_the_page_of_its_command() -> None:
    """The page of a command names each of its options and those of its subcommands, in code."""
    missing = [
        f"kb {name} {option}"
        for name, option, _ in _parameters()
        if name
        and option.startswith("-")
        and not re.search(rf"{option}(?![\w-])", _page(f"commands/{name.split()[0]}"))
    ]
    assert missing == []


def test_every_tool_has_a_page_with_its_arguments(tmp_path: Path) -> None:
    """docs/tools holds one page for each MCP tool that a server lists, which names its arguments, and none besides."""
    Repo(tmp_path).commit()
    tools = asyncio.run(_tools(tmp_path))
    assert {page.stem for page in (DOCS / "tools").glob("*.md")} == {tool.name for tool in tools}
    missing = [
        f"{tool.name}: {argument}"
        for tool in tools
        for argument in tool.input_schema.get("properties", {})
        if f"`{argument}`" not in _page(f"tools/{tool.name}")
    ]
    assert missing == []


async def _tools(folder: Path) -> list[Tool]:
    from mcp import Client, StdioServerParameters

    arguments = ["-c", KB, "serve", "--allow-write"]
    server = StdioServerParameters(command=sys.executable, args=arguments, cwd=folder, env=dict(os.environ))
    async with Client(server) as client:
        return list((await client.list_tools()).tools)


def test_every_rule_has_a_page() -> None:
    """docs/rules holds one page for each rule of `kb check`."""
    assert {page.stem for page in (DOCS / "rules").glob("*.md")} - {"README"} == {*RULES, *WAIVER_RULES}


@pytest.mark.parametrize("key", FORMATS)
def test_every_format_is_described(key: str) -> None:
    """Each format's key stands in code on a page in docs/formats."""
    assert any(f"`{key}`" in page.read_text("utf-8") for page in (DOCS / "formats").glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_between_pages_resolve(page: Path) -> None:
    """A relative link leads to a file that exists, and its fragment to a heading of that page."""
    assert [link for link in _links(page) if not _resolves(page, link)] == []


def test_every_page_can_be_reached() -> None:
    """Each page in docs is reached by links from docs/README.md."""
    reached: set[Path] = set()
    todo = [DOCS / "README.md"]
    while todo:
        page = todo.pop()
        if page not in reached:
            reached.add(page)
            todo += [target for link in _links(page) if (target := _target(page, link)).suffix == ".md"]
    assert [page.relative_to(ROOT).as_posix() for page in DOCS.rglob("*.md") if page not in reached] == []


def _page(name: str) -> str:
    return (DOCS / f"{name}.md").read_text("utf-8")


def _links(page: Path) -> list[str]:
    """The relative links of a page."""
    inline = [child for token in tokens(page.read_text("utf-8")) for child in token.children or ()]
    links = [str(token.attrGet("href") or token.attrGet("src") or "") for token in inline]
    return [link for link in links if link and not re.match(r"[a-z][a-z0-9+.-]*:", link)]


def _target(page: Path, link: str) -> Path:
    path = link.partition("#")[0]
    return (page.parent / path).resolve() if path else page


def _resolves(page: Path, link: str) -> bool:
    target, fragment = _target(page, link), link.partition("#")[2]
    if not target.exists() or not fragment:
        return target.exists()
    return fragment in {span.anchor for span in spans(target.read_text("utf-8"))}
