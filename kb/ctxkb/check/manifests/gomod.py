"""go.mod: the modules that are required directly, and what they are replaced by.

https://go.dev/ref/mod#go-mod-file
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r'"[^"]*"|`[^`]*`|[^\s"`]+')


def parse_go_mod(content: str) -> Declared:
    """What a go.mod declares. A module that a folder replaces is the project's own."""
    module, local, found = "", set[str](), list[Dependency]()
    for verb, words, comment, line in _directives(content):
        match verb, words:
            case "module", [name]:
                module = name
            case "require", [name, version] if not re.match(r"\s*indirect\b", comment):
                found.append(Dependency(name, version, "", line, "go"))
            case "replace", [name, *_, "=>", other, version] if other != name:
                found.append(Dependency(other, version, "replace", line, "go"))
            case "replace", [name, *_, "=>", _folder] if len(words) < 5:
                local.add(name)
    return Declared([each for each in found if each.name not in local], module)


def _directives(content: str) -> Iterator[tuple[str, list[str], str, int]]:
    """Each directive's verb, its words, its comment and its line; a block repeats its verb."""
    block = ""
    for number, row in enumerate(content.split("\n"), 1):
        code, _, comment = row.partition("//")
        words = [word.strip('"`') for word in _WORD.findall(code)]
        if words == [")"]:
            block = ""
        elif len(words) == 2 and words[1] == "(":
            block = words[0]
        elif words:
            yield (block, words, comment, number) if block else (words[0], words[1:], comment, number)
