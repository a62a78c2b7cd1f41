"""The names that a file of source code offers: symbols, commands, options, endpoints and settings.

Comments are read nowhere; strings only where the name itself stands in one. Everything here is told by one file alone.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import reduce
from itertools import chain
from operator import xor
from typing import TYPE_CHECKING, Literal

from ctxkb.check.references import commands, endpoints
from ctxkb.check.syntax import open_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.lines import Ranges

NameKind = Literal["symbol", "export", "command", "option", "task", "endpoint", "setting"]
"""What a name is: defined, exported to other packages, a word of a command line, a task of `make` or `npm run`, ..."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name as a file offers it on a 1-based `line`: an endpoint as "GET /orders/{id}", an option as "--all"."""

    kind: NameKind
    text: str
    line: int


_DEFINED = re.compile(
    r"^[ \t]*(?:(?:export|default|public|protected|private|internal|static|final|abstract|async|pub(?:\([a-z]+\))?|"
    r"open|sealed|data|override|suspend|inline|declare|readonly)\s+)*"
    r"(?:def|defp|defmodule|class|function\*?|func|fn|interface|struct|enum|trait|module|type|object|record|fun|protocol)"
    r"\s+(?:\([^)\n]*\)\s*)?(?:self\.)?([A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_CONSTANT = re.compile(
    r"^(?:([A-Z][A-Z0-9_]{3,})\s*(?::[^=\n]+)?=(?!=)|(?:export\s+)?(?:const|let|var|val|static)\s+([A-Za-z_$][\w$]*))",
    re.MULTILINE,
)
_METHOD = re.compile(r"^\s+(?:public|protected)\s+(?:static\s+)?[\w<>\[\],.? ]+\s(\w+)\s*\(", re.MULTILINE)
_ENVIRONMENT = re.compile(
    r"""(?:os\.environ(?:\.get|\.pop)?\s*[\[(]|(?:os\.|System\.)?get_?env\s*\(|os\.(?:Getenv|LookupEnv)\(
        |process\.env\[|\bENV(?:\.fetch)?\s*[\[(]|env::var(?:_os)?\(|System\.get_env\(|fetch_env!\()\s*
        r?["']([A-Z][A-Z0-9_]{2,})["'](?!\s*\]\s*=[^=])
      | (?:process\.env|import\.meta\.env)\.([A-Z][A-Z0-9_]{2,})\b(?!\s*=[^=>])""",
    re.VERBOSE,
)
_SETTINGS = re.compile(r"^class\s+\w+\([^)\n]*BaseSettings[^)\n]*\):[^\n]*\n((?:[ \t]+[^\n]*\n|\s*\n)*)", re.MULTILINE)
_PREFIX = re.compile(r"""env_prefix\s*=\s*["'](\w*)["']""")
_FIELD = re.compile(r"^(?: {4}|\t)([a-z]\w*)\s*:\s*[^\n]+$", re.MULTILINE)
_COMMON = frozenset(
    [
        *(
            "PATH",
            "HOME",
            "USER",
            "PWD",
            "SHELL",
            "TERM",
            "LANG",
            "EDITOR",
            "PAGER",
            "DISPLAY",
            "TMPDIR",
            "TEMP",
            "TMP",
        ),
        *("CI", "DEBUG", "NODE_ENV", "HOSTNAME", "COLUMNS", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "VIRTUAL_ENV"),
        *("DEV", "PROD", "MODE", "SSR", "BASE_URL"),
    ]
)
"""Variables of the system and of build tools, which no guide of one repository describes."""

_ALL = re.compile(r"^__all__\s*(?::[^=\n]+)?\+?=\s*[\[(]([^\])]*)[\])]", re.MULTILINE)
_QUOTED = re.compile(r"""["']([A-Za-z]\w*)["']""")
_EXPORTED = re.compile(
    r"^export\s+(?:declare\s+)?(?:abstract\s+)?(?:async\s+)?(?:const|let|var|function\*?|class|type|interface|enum)\s+"
    r"([A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_REEXPORTED = re.compile(r"^export\s+(?:type\s+)?\{([^}]*)\}", re.MULTILINE)
_GO_EXPORTED = re.compile(r"^(?:func|type|var|const)\s+([A-Z]\w*)", re.MULTILINE)
_GO_PRIVATE = re.compile(r"(?:^|/)(?:internal|cmd|main|examples?|testdata)/|_test\.go$|\.pb\.go$|_gen\.go$")
_ENTRY = re.compile(r"(?:^|/)index\.(?:ts|tsx|js|mjs)$")
_BLANK = bytes(byte if byte in b"\n\r\t" else 0x20 for byte in range(256))


_SPREAD = (
    b"BaseSettings",
    b"__all__",
    b"cobra.Command",
    b"add_parser",
    b"export {",
    b"prefix",
    b"Mapping(",
    b"Controller(",
)
"""Forms in which a name and what makes it one may stand on different lines."""

_ARGUMENT = re.compile(rb"^\s*[\"'`](?:/|--|[A-Z])", re.MULTILINE)
"""A string that may name something for a call which begins on another line."""


def may_name(path: str, content: bytes, lines: Ranges) -> bool:
    """Whether one of `lines` may offer a name, told without parsing the file: a comment or string may seem to."""
    rows = content.split(b"\n")
    spans = [(1, len(rows))] if lines.spans is None else lines.spans
    some = b"\n".join(row for first, last in spans for row in rows[first - 1 : last])
    if some and (_ARGUMENT.search(some) or any(form in content for form in _SPREAD)):
        return True
    text = _text(some)
    return any(chain(_symbols(path, text), _told_by_strings(path, text)))


def names_in(path: str, content: bytes) -> list[Name]:
    """The names that the file `path` offers, by line."""
    if tasks := commands.tasks_in(path, content):
        return [Name("task", text, line) for text, line in tasks]
    code = open_code(path, content)
    if not code.language and not path.endswith((".ex", ".exs")):
        return []
    bare = code.only("code")
    live = _together(bare, code.only("strings"), code.source.translate(_BLANK)) if code.language else content
    told = list(_told_by_strings(path, _text(live)))
    # What stands in a string as a whole, such as the sample of a docstring, is no code.
    coded = [bool(row.strip()) for row in bare.split(b"\n")]
    told = [name for name in told if name.kind in {"option", "export"} or coded[name.line - 1]]
    found = dict.fromkeys([*_symbols(path, _text(bare)), *told])
    return sorted(found, key=lambda name: (name.line, name.kind, name.text))


def _together(code: bytes, strings: bytes, blank: bytes) -> bytes:
    """Code and strings in one text: where one of them stands the other is blank, so that all that differs is kept."""
    parts = (int.from_bytes(each, "big") for each in (code, strings, blank))
    return reduce(xor, parts).to_bytes(len(blank), "big")


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")


def _symbols(path: str, text: str) -> Iterator[Name]:
    line = _Lines(text)
    for pattern in (_DEFINED, _CONSTANT, _METHOD):
        for match in pattern.finditer(text):
            yield Name("symbol", match[match.lastindex or 0], line.of(match.start(match.lastindex or 0)))
    exported = _EXPORTED if _ENTRY.search(path) else None
    if path.endswith(".go") and not _GO_PRIVATE.search(path) and not text.lstrip().startswith("package main"):
        exported = _GO_EXPORTED
    for match in exported.finditer(text) if exported else ():
        yield Name("export", match[1], line.of(match.start(1)))
    for match in _REEXPORTED.finditer(text) if exported is _EXPORTED else ():
        for part in match[1].split(","):
            words = part.replace("type ", "").split()
            if words and words[-1] != "default":
                yield Name("export", words[-1], line.of(match.start()))


def _told_by_strings(path: str, text: str) -> Iterator[Name]:
    line = _Lines(text)
    for endpoint, at in endpoints.endpoints_in(path, text):
        yield Name("endpoint", endpoint, line.of(at))
    for command, at in commands.commands_in(path, text):
        yield Name("command", command, line.of(at))
    for option, at in commands.options_in(text):
        yield Name("option", option, line.of(at))
    for setting, at in _settings(text):
        yield Name("setting", setting, line.of(at))
    for match in _ALL.finditer(text) if path.endswith((".py", ".pyi")) else ():
        for name in _QUOTED.finditer(match[1]):
            yield Name("export", name[1], line.of(match.start(1) + name.start()))


def _settings(text: str) -> Iterator[tuple[str, int]]:
    """Environment variables that are read, and the fields of pydantic's settings as the variables that set them."""
    for match in _ENVIRONMENT.finditer(text) if "env" in text.lower() else ():
        name = match[1] or match[2]
        if name not in _COMMON and not name.startswith(("GITHUB_", "GIT_", "XDG_", "npm_", "LC_")):
            yield name, match.start()
    for block in _SETTINGS.finditer(text) if "BaseSettings" in text else ():
        prefix = _PREFIX.search(block[1])
        for field in _FIELD.finditer(block[1]):
            if field[1] != "model_config":
                yield f"{prefix[1] if prefix else ''}{field[1]}".upper(), block.start(1) + field.start(1)


class _Lines:
    """The lines of a text by offset."""

    def __init__(self, text: str) -> None:
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def of(self, offset: int) -> int:
        """The 1-based line of `offset`."""
        return bisect_left(self._ends, offset) + 1
