from __future__ import annotations

import pytest

from ctxkb.cli.managed_block import BEGIN, BLOCK, END, with_block
from ctxkb.errors import ConfigError


def test_an_empty_file_holds_the_block_alone() -> None:
    """A new file is the block and nothing else."""
    assert with_block("", "AGENTS.md") == BLOCK


@pytest.mark.parametrize("text", ["# Rules\n\n- One.\n", "# Rules"])
def test_the_block_comes_after_what_people_wrote(text: str) -> None:
    """The text stays whole, a blank line parts it from the block, and a second time changes nothing."""
    result = with_block(text, "AGENTS.md")
    assert result == text.rstrip("\n") + "\n\n" + (BLOCK if text.endswith("\n") else BLOCK[:-1])
    assert with_block(result, "AGENTS.md") == result


def test_a_block_that_is_there_is_brought_up_to_date_in_its_place() -> None:
    """Only what stands between the markers changes."""
    assert with_block(f"above\n{BEGIN}\nold\n{END}\nbelow\n", "AGENTS.md") == f"above\n{BLOCK}below\n"


def test_line_ends_are_kept() -> None:
    """A file with CRLF gets a block with CRLF."""
    result = with_block("# Rules\r\n", "AGENTS.md")
    assert result.count("\n") == result.count("\r\n")


@pytest.mark.parametrize("text", [BEGIN, END, f"{END}\n{BEGIN}", f"{BLOCK}{BLOCK}"])
def test_markers_that_make_no_pair_are_refused(text: str) -> None:
    """Half a block, or two, is for a person to mend."""
    with pytest.raises(ConfigError, match=r"AGENTS\.md: the markers"):
        with_block(text, "AGENTS.md")
