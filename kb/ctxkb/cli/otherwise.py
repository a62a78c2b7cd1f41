"""What people set up in their own way where `kb init` would have put something of its own: told, and never changed."""

from __future__ import annotations

import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

LONGEST = 200
"""Characters of a command that are shown."""

_VARIABLE = re.compile(r"[$%~{]")


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What stands there in place of what `kb init` writes; `missing` is the command that is not on this machine."""

    said: str
    missing: str = ""


def of_server(root: Path, entry: object) -> Otherwise | None:
    """Of a server's entry in a client's file: None where it runs `kb serve`, or names an address."""
    if not isinstance(entry, dict):
        return Otherwise("an entry that is no object")
    if entry.get("enabled") is False or entry.get("disabled") is True:
        return Otherwise("the server is switched off")
    if isinstance(entry.get("url"), str):
        return None
    command, rest = entry.get("command"), entry.get("args", [])
    if not isinstance(command, str) or not command:
        return Otherwise("an entry without a command")
    words = [command, *map(str, rest if isinstance(rest, list) else [rest])]
    return _of_words(root, words, ["serve"], command)


def of_shell(root: Path, line: str, wanted: str) -> Otherwise | None:
    """Of a line that a shell runs: None where it runs the command `wanted` of `kb`, such as "rules --hook"."""
    try:
        words = shlex.split(line)
    except ValueError:
        words = line.split()
    started = next((word for word in words if _is_kb(word)), words[0] if words else "")
    return _of_words(root, words, wanted.split(), started)


def of_front_matter(text: str, key: str, value: str) -> Otherwise | None:
    """Of a rule file: None where its front matter says that `key` is `value`."""
    found = re.match(r"\ufeff?---[ \t]*\r?\n(.*?)^---", text, re.DOTALL | re.MULTILINE)
    lines = [line.strip() for line in found[1].splitlines()] if found else []
    said = next((line for line in lines if line.startswith(f"{key}:")), "")
    if said.partition("#")[0].removeprefix(f"{key}:").strip() == value:
        return None
    return Otherwise(f"`{_shown(said)}` in place of `{key}: {value}`" if said else f"without `{key}: {value}`")


def commands_of(data: Any, name: str) -> list[str]:  # noqa: ANN401 - what stands in the file may be anything
    """The strings below `name` in what a file holds, at any depth."""
    if isinstance(data, list):
        return [found for each in data for found in commands_of(each, name)]
    if not isinstance(data, dict):
        return []
    own = [value for key, value in data.items() if key == name and isinstance(value, str)]
    return [*own, *(found for value in data.values() for found in commands_of(value, name))]


def _of_words(root: Path, words: Sequence[str], wanted: Sequence[str], started: str) -> Otherwise | None:
    missing = "" if started == "kb" or _exists(root, started) else started
    runs = any(_is_kb(word) and list(words[at : at + len(wanted)]) == wanted for at, word in enumerate(words, 1))
    return None if runs and not missing else Otherwise(f"`{_shown(shlex.join(words))}`", _shown(missing))


def _is_kb(word: str) -> bool:
    return PurePath(word).name in {"kb", "kb.exe"}


def _exists(root: Path, command: str) -> bool:
    """Whether a command is on this machine; nobody can tell of one with a variable in it."""
    if _VARIABLE.search(command):
        return True
    return shutil.which(str(root / command) if "/" in command else command) is not None


def _shown(text: str) -> str:
    """What people wrote, as a terminal may show it: its secrets masked, and nothing in it that is not seen."""
    from ctxkb.config import Privacy
    from ctxkb.privacy.invisible import visible
    from ctxkb.privacy.questions import masked_start

    return visible(" ".join(masked_start(text, LONGEST, Privacy()).split()))
