"""What `kb init` sets up where it is wanted: a Claude Code hook, a GitHub workflow, a pre-commit entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb import __version__
from ctxkb.cli.hook import COMMAND, TOOLS
from ctxkb.cli.json_edit import add_item, read_json, take_item
from ctxkb.cli.otherwise import commands_of, of_shell
from ctxkb.cli.pieces import Piece
from ctxkb.cli.pre_commit import PRE_COMMIT, entry_of, with_pre_commit, without_pre_commit

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.cli.otherwise import Otherwise

SETTINGS = ".claude/settings.json"
WORKFLOW = ".github/workflows/kb-check.yml"

WORKFLOW_TEXT = f"""\
# A change brings its decisions, contracts and guides with it: https://pypi.org/project/ctxkb
name: kb check
on:
  pull_request:
permissions:
  contents: read
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
        with:
          fetch-depth: 0 # kb check compares with where the branch began
          persist-credentials: false
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install torch --index-url https://download.pytorch.org/whl/cpu # without gigabytes for graphics cards
      - run: pip install ctxkb=={__version__}
      - run: kb check --base "origin/$BASE" --format github
        env:
          BASE: ${{{{ github.base_ref }}}}
"""


@dataclass(frozen=True, slots=True)
class Extra:
    """Something that is set up on request only: the option that names it, what asks for it, and what it writes."""

    option: str
    question: str
    piece: Piece


def _with_hook(text: str | None) -> str:
    """The settings of Claude Code with the hook that puts what binds a file before its edit."""
    if text is not None and COMMAND in text:
        return text
    return add_item(text or "", "hooks", "PreToolUse", _ITEM, SETTINGS)


def _without_hook(text: str) -> str:
    return take_item(text, "hooks", "PreToolUse", _ITEM, SETTINGS)


def _other_hook(root: Path, text: str) -> Otherwise | None:
    """The first hook that is about `kb rules` and does not run it as a hook here."""
    commands = commands_of(read_json(text, SETTINGS).get("hooks"), "command")
    found = (of_shell(root, each, "rules --hook") for each in commands if re.search(r"\bkb(?:\.exe)?\W+rules\b", each))
    return next((each for each in found if each), None)


def _other_entry(root: Path, text: str) -> Otherwise | None:
    entry = entry_of(text)
    return None if entry is None else of_shell(root, entry, "check")


def _with_workflow(text: str | None) -> str:
    """The workflow of this version, in place of one of another version; one that people changed stays."""
    return WORKFLOW_TEXT if text is None or _is_workflow(text) else text


def _without_workflow(text: str) -> str:
    return "" if _is_workflow(text) else text


def _is_workflow(text: str) -> bool:
    return re.sub(r"ctxkb==[\w.]+", f"ctxkb=={__version__}", text) == WORKFLOW_TEXT


_ITEM = {"matcher": TOOLS, "hooks": [{"type": "command", "command": COMMAND}]}

EXTRAS = (
    Extra(
        "hook",
        "Show Claude Code what binds a file before it edits it?",
        Piece(
            SETTINGS,
            "a hook that shows Claude Code what binds a file before it edits it",
            _with_hook,
            _without_hook,
            "{}",
            _other_hook,
        ),
    ),
    Extra(
        "workflow",
        "Run kb check on pull requests in GitHub?",
        Piece(WORKFLOW, "kb check on pull requests", _with_workflow, _without_workflow),
    ),
    Extra(
        "pre_commit",
        "Run kb check before each commit, by pre-commit?",
        Piece(PRE_COMMIT, "kb check before each commit", with_pre_commit, without_pre_commit, "repos:", _other_entry),
    ),
)
