"""A unit that does not fit whole is cut where a sentence, an item or a block of code ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from support.bases import base_of, rendered, size
from support.calls import FILLER

if TYPE_CHECKING:
    from pathlib import Path


def test_a_unit_is_cut_at_a_sentence_and_says_what_was_cut(tmp_path: Path) -> None:
    """What is shown consists of whole sentences and items, and the notice tells how to read the rest."""
    prose = " ".join(f"Sentence {n} tells how the printer in room {n} wants to be cleaned." for n in range(18))
    base = base_of(tmp_path, {**FILLER, "docs/guides/clean.md": f"# Clean the printer\n\n{prose}\n"})
    pack = base.context("how the printer in room 7 wants to be cleaned", budget=330)
    (item,) = (item for item in pack.items if item.hit.unit.path.endswith("clean.md"))
    *lines, notice = item.text.split("\n")
    assert re.fullmatch(r"\[cut to \d+ of \d+ tokens; .*read.*\]", notice)
    kept = [line for line in lines if line != "[...]"]
    assert all(
        re.fullmatch(r"(Sentence \d+ tells how the printer in room \d+ wants to be cleaned\. ?)+", line)
        for line in kept
    )
    assert "Sentence 7 tells" in item.text


@pytest.mark.parametrize("budget", range(200, 1300, 50))
def test_a_block_of_code_is_whole_or_not_there(tmp_path: Path, budget: int) -> None:
    """No budget cuts through it, and fences stay in pairs."""
    code = "```sh\n" + "\n".join(f"flash --board {n} firmware-{n}.bin" for n in range(40)) + "\n```"
    text = (
        f"# Flash boards\n\nFlash the firmware of a board.\n\n{code}\n\nThen restart the board. Wait for the light.\n"
    )
    pack = base_of(tmp_path, {**FILLER, "docs/guides/flash.md": text}).context(
        "flash the firmware of boards", budget=budget
    )
    answer = rendered(pack)
    assert size(pack) <= budget
    assert answer.count("```") % 2 == 0
    assert ("flash --board 0 " in answer) == ("flash --board 39 " in answer) == (code in answer)
