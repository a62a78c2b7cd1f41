"""The answer to a Claude Code hook: what binds a file, just before it is edited, and in a session only once.

What comes in and goes out is described at https://code.claude.com/docs/en/hooks under PreToolUse.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ctxkb.cli.output import note, tell
from ctxkb.errors import KbError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMAND = "kb rules --hook"
TOOLS = "Edit|MultiEdit|Write|NotebookEdit"

FOLDER = "hook"
"""The folder in `.kb/` with the last receipt of each session, each in a file of its own."""

KEPT_SECONDS = 7 * 86_400


def respond(find: Callable[[], Path]) -> None:
    """Answers the call on standard input for the repository that `find` gives.

    What goes wrong is told and no more: an exit code of 2 would forbid the edit.
    """
    try:
        text = answer(find(), sys.stdin.read())
    except KbError as error:
        note(f"kb: {error}")
        return
    if text:
        tell(text)


def answer(root: Path, call: str) -> str:
    """What the hook prints for the call that it was given: JSON with what is new about the file, "" where nothing is.

    It only informs: whether the edit is allowed is left to the client. Raises `KbError` where there is no answer.
    """
    asked = _asked(call)
    path = _path(root, asked)
    if not path:
        return ""
    note = root / ".kb" / FOLDER / hashlib.sha256(str(asked.get("session_id", "")).encode()).hexdigest()[:16]
    found = _ask(root, {"paths": [path], "have": _read(note), "client": "claude-code"})
    if not found["text"]:
        return ""
    _remember(note, found["receipt"])
    told = {"hookEventName": "PreToolUse", "additionalContext": found["text"]}
    return json.dumps({"hookSpecificOutput": told}, ensure_ascii=False)


def _asked(call: str) -> Mapping[str, Any]:
    try:
        asked = json.loads(call)
    except ValueError as error:
        raise KbError(f"--hook: standard input is no JSON ({error}); kb init --hook sets it up") from error
    return asked if isinstance(asked, dict) else {}


def _path(root: Path, asked: Mapping[str, Any]) -> str:
    """The file that is about to be edited, relative to the root; "" where it names none in the repository."""
    given = asked.get("tool_input")
    named = (given.get("file_path") or given.get("notebook_path")) if isinstance(given, dict) else None
    if not isinstance(named, str):
        return ""
    place = Path(str(asked.get("cwd", "")) or Path.cwd(), named).resolve()
    return place.relative_to(root).as_posix() if place.is_relative_to(root) and place != root else ""


def _ask(root: Path, asked: Mapping[str, Any]) -> dict[str, Any]:
    from ctxkb.cli.answering import found

    return found(root, "news", asked)


def _read(note: Path) -> str:
    try:
        return note.read_text("utf-8")
    except OSError:  # the first edit of the session
        return ""


def _remember(note: Path, receipt: str) -> None:
    """Keeps the session's receipt, and no others that are old."""
    try:
        note.parent.mkdir(exist_ok=True)
        for other in note.parent.iterdir():
            if other.stat().st_mtime < time.time() - KEPT_SECONDS:
                other.unlink(missing_ok=True)
        note.write_text(receipt, "utf-8")
    except OSError:  # the next edit is told the same again
        return
