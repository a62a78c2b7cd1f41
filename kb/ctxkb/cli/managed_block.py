"""The block that `kb init` keeps in AGENTS.md and CLAUDE.md; the rest of those files belongs to people."""

from __future__ import annotations

import re

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


def with_block(text: str, place: str) -> str:
    """`text` with the block: in place of the one that it holds, else at its end.

    Raises `ConfigError`, which names `place`, where the markers do not make one pair.
    """
    end_of_line = "\r\n" if "\r\n" in text else "\n"
    block = BLOCK.replace("\n", end_of_line)
    found = re.search(rf"{re.escape(BEGIN)}.*?{re.escape(END)}(\r?\n)?", text, re.DOTALL)
    if text.count(BEGIN) != text.count(END) or text.count(BEGIN) > 1 or (text.count(BEGIN) == 1 and not found):
        raise ConfigError(f"{place}: the markers {BEGIN} and {END} do not make one pair; remove them and try again")
    if found:
        return text[: found.start()] + block + text[found.end() :]
    if not text.strip():
        return block
    gap = end_of_line if text.endswith(("\n", "\r")) else end_of_line * 2
    return text + gap + block
