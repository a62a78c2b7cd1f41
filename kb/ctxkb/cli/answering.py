"""Gets an answer: from the process that keeps the index, if there is one, else from the index itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ctxkb.cli.output import note, tell, tell_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ASKING = frozenset({"query", "context"})
"""The commands that ask in words, for which the model is needed."""


def answer(root: Path, command: str, asked: Mapping[str, Any]) -> None:
    """Prints the answer of `command` as text or, where `json` asks for it, as JSON."""
    got = found(root, command, asked)
    if got.get("note"):
        note(got["note"])
    if "json" in got:
        tell_json(got["json"])
    elif got["text"]:
        tell(got["text"])


def found(root: Path, command: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer of `command`, one of `ctxkb_server.handlers`.

    A running server has the model loaded and its index is fresh, so it is asked first.
    """
    from ctxkb_ingest.ask import ask_owner

    got = ask_owner(root, command, asked)
    return _answer_here(root, command, asked) if got is None else got


def _answer_here(root: Path, command: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    from ctxkb.cli.building import built
    from ctxkb_server.handlers import HANDLERS

    with built(root, warm=command in ASKING) as knowledge:
        return HANDLERS[command](knowledge, asked)
