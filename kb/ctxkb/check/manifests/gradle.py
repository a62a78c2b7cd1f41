"""build.gradle and build.gradle.kts, searched and never run: what they compute is not seen.

What a version catalog names is declared there. https://docs.gradle.org/current/userguide/declaring_dependencies.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.code import line_at, without_comments
from ctxkb.check.manifests.interface import Declared, Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(r"\b(dependencies|plugins)\s*\{")
_MARK = re.compile(r"""\"\"\".*?\"\"\"|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[{}]""", re.DOTALL)
_SHORT = re.compile(
    r"""\b(?P<group>[A-Za-z]\w*|"\w+")\s*\(?\s*(?:(?:enforcedPlatform|platform|testFixtures)\s*\(?\s*)?
    (?P<quote>["'])(?P<name>[\w.-]+:[\w.-]+)(?::(?P<version>[^"'@:]*))?(?:[:@][^"']*)?(?P=quote)""",
    re.VERBOSE,
)
_LONG = re.compile(
    r"""\b(?P<group>[A-Za-z]\w*)\s*\(?\s*group\s*[:=]\s*["'](?P<first>[\w.-]+)["']\s*,\s*name\s*[:=]\s*
    ["'](?P<second>[\w.-]+)["'](?:\s*,\s*version\s*[:=]\s*["']?(?P<version>[^"',)\s]*))?""",
    re.VERBOSE,
)
_KOTLIN = re.compile(
    r"""\b(?P<group>[A-Za-z]\w*)\s*\(\s*kotlin\(\s*"(?P<name>[\w-]+)"(?:\s*,\s*"(?P<version>[^"]*)")?"""
)
_PLUGIN = re.compile(r"""\bid\s*\(?\s*["'](?P<name>[\w.-]+)["']\s*\)?\s*version\s*\(?\s*["'](?P<version>[^"']*)["']""")
_ASSIGNED = re.compile(r"""\b(?:ext\.)?(\w+)(?:\s*:\s*String)?\s*=\s*["']([^"'$]+)["']""")
_VARIABLE = re.compile(r"\$\{?(?:\w+\.)*(\w+)\}?")
_TESTS = re.compile("test", re.IGNORECASE)


def parse_gradle(content: str) -> Declared:
    """The modules in the `dependencies` blocks and the plugins with a version in the `plugins` blocks."""
    code = without_comments(content)
    values = dict(_ASSIGNED.findall(code))
    found = [each for kind, first, last in _blocks(code) for each in _in_block(code, kind, first, last)]
    return Declared([_resolved(each, values) for each in sorted(found, key=lambda each: each.line)])


def _blocks(code: str) -> Iterator[tuple[str, int, int]]:
    """The word before each block that is of interest, and where what it holds begins and ends."""
    end = 0
    for start in _BLOCK.finditer(code):
        if start.start() >= end:
            end = _end(code, start.end())
            yield start[1], start.end(), end


def _end(code: str, position: int) -> int:
    depth = 1
    for mark in _MARK.finditer(code, position):
        depth += {"{": 1, "}": -1}.get(mark[0], 0)
        if not depth:
            return mark.start()
    return len(code)


def _in_block(code: str, kind: str, first: int, last: int) -> Iterator[Dependency]:
    if kind == "plugins":
        for found in _PLUGIN.finditer(code, first, last):
            yield Dependency(found["name"], found["version"], "plugin", line_at(code, found.start()), "maven")
        return
    for pattern in (_SHORT, _LONG, _KOTLIN):
        for found in pattern.finditer(code, first, last):
            group = "test" if _TESTS.match(found["group"].strip('"')) else ""
            line = line_at(code, found.start())
            yield Dependency(_name(found.groupdict()), found["version"] or "", group, line, "maven")


def _name(found: dict[str, str | None]) -> str:
    if "second" in found:
        return f"{found['first']}:{found['second']}"
    name = found["name"] or ""
    return name if ":" in name else f"org.jetbrains.kotlin:kotlin-{name}"


def _resolved(each: Dependency, values: dict[str, str]) -> Dependency:
    """With the version that a variable of the same file holds."""
    version = _VARIABLE.sub(lambda found: values.get(found[1], found[0]), each.specifier)
    return Dependency(each.name, values.get(version, version), each.group, each.line, each.ecosystem)
