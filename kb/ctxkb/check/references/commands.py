"""Commands that code defines (typer, click, argparse, commander, yargs, cobra, Django); tasks of make, just, npm."""

from __future__ import annotations

import json
import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALLED = re.compile(
    r"""\.(?:command|add_parser)\(\s*(?:name\s*=\s*)?["'`]([a-z][\w:-]*)|\bclick\.command\(\s*["']([a-z][\w:-]*)["']""",
    re.VERBOSE,
)
_DECORATED = re.compile(
    r"^@(?:\w+\.)+command\((?!\s*(?:name\s*=\s*)?[\"'])[^\n]*(?:\n(?!\s*(?:async\s+)?def)[^\n]*)*\n\s*(?:async\s+)?def\s+(\w+)",
    re.MULTILINE,
)
_COBRA = re.compile(r"&?cobra\.Command\{[^{}]*?\bUse:\s*\"([a-z][\w:-]*)", re.DOTALL)
_DJANGO = re.compile(r"(?:^|/)management/commands/([a-z]\w*)\.py$")
_CLI = re.compile(r"argparse|typer|click|commander|yargs|cobra|optparse|OptionParser|docopt|pflag|clap")
_OPTION = re.compile(r"""["'`](?:-\w,?\s*)?(--[a-z][\w-]{2,})(?:[ =<\[][^"'`]*)?["'`]""")
_FLAG = re.compile(r"""Flags\(\)\.\w+\((?:&[\w.]+,\s*)?"([a-z][\w-]{2,})\"""")
_TARGET = re.compile(r"^([a-z][\w.-]*)(?:[ \t]+[\w. -]+)?[ \t]*::?(?![=:])", re.MULTILINE)
_RECIPE = re.compile(r"^@?([a-z][\w-]*)(?:[ \t]+[^:\n=]*)?:(?!=)", re.MULTILINE)


def commands_in(path: str, text: str) -> Iterator[tuple[str, int]]:
    """Each command that a file defines, and the offset at which it does. `text` is without comments."""
    if named := _DJANGO.search(path):
        yield named[1], 0
        return
    if path.endswith(".go"):
        yield from ((match[1], match.start(1)) for match in _COBRA.finditer(text))
        return
    if not _CLI.search(text) and ".command(" not in text:
        return
    for match in _CALLED.finditer(text):
        yield match[match.lastindex or 0], match.start()
    for match in _DECORATED.finditer(text):
        yield re.sub(r"_(?:command|cmd)$", "", match[1]).replace("_", "-").strip("-"), match.start(1)


def options_in(text: str) -> Iterator[tuple[str, int]]:
    """Each long option that a file defines, and its offset, where the file works with a library for command lines."""
    if not _CLI.search(text):
        return
    for match in _OPTION.finditer(text):
        yield match[1], match.start(1)
    for match in _FLAG.finditer(text):
        yield f"--{match[1]}", match.start(1)


def tasks_in(path: str, content: bytes) -> list[tuple[str, int]]:
    """Tasks that people run by name, with their lines, as "make NAME", "npm run NAME" or "just NAME"."""
    name = posixpath.basename(path)
    text = content.decode("utf-8", "replace") if name in _TASK_FILES else ""
    if name == "package.json":
        return [(f"npm run {script}", _line(text, f'"{script}"')) for script in _scripts(text)]
    runner, pattern = ("just", _RECIPE) if name.lower() == "justfile" else ("make", _TARGET)
    return [(f"{runner} {match[1]}", text.count("\n", 0, match.start()) + 1) for match in pattern.finditer(text)]


_TASK_FILES = frozenset({"Makefile", "makefile", "GNUmakefile", "justfile", "Justfile", "package.json"})


def _scripts(text: str) -> list[str]:
    try:
        scripts = json.loads(text).get("scripts", {})
    except (ValueError, AttributeError):
        return []
    return [name for name in scripts if isinstance(name, str)] if isinstance(scripts, dict) else []


def _line(text: str, wanted: str) -> int:
    return text.count("\n", 0, max(text.find(wanted), 0)) + 1
