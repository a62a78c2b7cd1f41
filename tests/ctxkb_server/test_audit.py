from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from ctxkb_server.audit import LOG, Audit, Call, masked

if TYPE_CHECKING:
    from pathlib import Path


def test_empty_facts_are_left_out(tmp_path: Path) -> None:
    """A line holds what is known of the call, with the time."""
    Audit(tmp_path).record(Call("cursor 1.2", "search", "httpx", ids=("a#b",), tokens=7, ms=1.5))
    entry = json.loads((tmp_path / LOG).read_text())
    assert entry.pop("at").endswith("+00:00")
    assert entry == {
        "client": "cursor 1.2", "tool": "search", "asked": "httpx", "ids": ["a#b"], "tokens": 7, "ms": 1.5,
    }  # fmt: skip


def test_the_log_is_bounded(tmp_path: Path) -> None:
    """A full log takes the place of the one before; two files are all there ever is."""
    audit = Audit(tmp_path, largest=2_000)
    for number in range(200):
        audit.record(Call("x", "search", f"question {number}"))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [LOG, f"{LOG}.1"]
    assert max((tmp_path / name).stat().st_size for name in names) < 2_200
    assert json.loads((tmp_path / LOG).read_text().splitlines()[-1])["asked"] == "question 199"


def test_a_log_that_cannot_be_written_keeps_nobody_from_an_answer(tmp_path: Path) -> None:
    """A folder that is gone is no error of the call."""
    Audit(tmp_path / "gone").record(Call("x", "search", "y"))


@pytest.mark.parametrize(
    ("question", "kept"),
    [
        ("use ghp_16C7e42F292c6912E7710c838347Ae178B4a", "use [masked]"),
        ("sk-proj-abcdefghijklmnop1234 in front", "[masked] in front"),
        ("clone https://bob:secret@host/x", "clone https://[masked]@host/x"),
        (
            "rename docs/adr/0001-record-architecture-decisions.md",
            "rename docs/adr/0001-record-architecture-decisions.md",
        ),
        ("AddAnEndpointToTheOrdersController", "AddAnEndpointToTheOrdersController"),
        ("a\nb" + "c" * 400, "a b" + "c" * 297),
    ],
)
def test_what_looks_like_a_secret_is_masked(question: str, kept: str) -> None:
    """Keys, tokens and passwords in URLs are masked; names and paths stay; the text is short and on one line."""
    assert masked(question) == kept
