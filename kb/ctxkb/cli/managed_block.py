"""The block that `kb init` keeps in AGENTS.md, CLAUDE.md and their like; the rest of those files belongs to people."""

from __future__ import annotations

import re

from ctxkb.cli.passage import append, cut, line_end
from ctxkb.errors import ConfigError

BEGIN = "<!-- ctxkb:begin -->"
END = "<!-- ctxkb:end -->"

BLOCK = f"""\
{BEGIN}
Before you plan or write code here, call `get_context` of the MCP server `ctxkb` with your task and the paths that you
will touch, and follow what it marks as binding. Without MCP run `kb context "TASK" --path FILE`. Run `kb check` before
you finish.
{END}
"""

IMPORT = f"""\
{BEGIN}
@AGENTS.md
{END}
"""
"""The block of a CLAUDE.md that was not there: Claude Code reads no AGENTS.md unless one imports it."""

_BLOCK = re.compile(rf"{re.escape(BEGIN)}.*?{re.escape(END)}(\r?\n)?", re.DOTALL)


def with_block(text: str, place: str, block: str = BLOCK) -> str:
    """`text` with the block: in place of the one that it holds, else at its end.

    Raises `ConfigError`, which names `place`, where the markers do not make one pair.
    """
    found = _find(text, place)
    if found is None:
        return append(text, block)
    block = block.replace("\n", line_end(text))
    return text[: found.start()] + (block if found[1] else block.rstrip()) + text[found.end() :]


def without_block(text: str, place: str) -> str:
    """`text` as it was before the block was put there. Raises `ConfigError`, as `with_block` does."""
    found = _find(text, place)
    return text if found is None else cut(text, found.start(), found.end())


def _find(text: str, place: str) -> re.Match[str] | None:
    found = _BLOCK.search(text)
    if text.count(BEGIN) != text.count(END) or text.count(BEGIN) > 1 or (text.count(BEGIN) == 1 and not found):
        raise ConfigError(f"{place}: the markers {BEGIN} and {END} do not make one pair; remove them and try again")
    return found
