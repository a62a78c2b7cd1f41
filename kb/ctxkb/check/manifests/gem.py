"""Gemfile, gems.rb and *.gemspec, searched and never run: what they compute is not seen.

https://bundler.io/man/gemfile.5.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.code import without_comments
from ctxkb.check.manifests.interface import Declared, Dependency

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALL = r"""[\s(]\s*(?P<quote>["'])(?P<name>[\w.-]+)(?P=quote)(?P<rest>.*)"""
_GEM = re.compile(r"\s*gem" + _CALL, re.DOTALL)
_ADDED = re.compile(r"\s*\w+\.add_(?P<kind>runtime_|development_)?dependency" + _CALL, re.DOTALL)
_NAMED = re.compile(r"""^\s*\w+\.name\s*=\s*["']([\w.-]+)["']""", re.MULTILINE)
_VERSIONS = re.compile(r"""\s*,\s*\[?\s*((?:["'][^"']*["']\s*,?\s*)+)""")
_STRING = re.compile(r"""["']([^"']*)["']""")
_OPTION = r"""\b{}(?::\s*|["']?\s*=>\s*)"""
_PATH = re.compile(_OPTION.format("path"))
_SOURCE = re.compile(_OPTION.format("(?:git|github|gitlab|bitbucket|gist)") + r"""["']([^"']+)["']""")
_GROUP = re.compile(_OPTION.format("groups?") + r"\[?\s*:?[\"']?(\w+)")
_OPENS = re.compile(r"^\s*(?:if|unless|case|begin|def|while)\b|\bdo\s*(?:\|[^|]*\|)?\s*$")
_GROUP_BLOCK = re.compile(r"""\s*group[\s(]+:?["']?(\w+)""")
_PATH_BLOCK = re.compile(r"\s*path[\s(]")
_LOCAL = "path"


def parse_gemfile(content: str) -> Declared:
    """What a Gemfile declares, each gem with the first of its groups; a gem in a folder is the project's own."""
    found, blocks = list[Dependency](), list[str]()
    for row, line in _statements(content):
        if gem := _GEM.fullmatch(row):
            group = next((block for block in reversed(blocks) if block), "")
            rest = gem["rest"]
            if group != f"{_LOCAL}:" and not _PATH.search(rest):
                own = _GROUP.search(rest)
                found.append(Dependency(gem["name"], _version(rest), own[1] if own else group, line, "gem"))
        if _OPENS.search(row):
            group_block = _GROUP_BLOCK.match(row)
            blocks.append(group_block[1] if group_block else f"{_LOCAL}:" if _PATH_BLOCK.match(row) else "")
        elif re.match(r"\s*end\b", row) and blocks:
            blocks.pop()
    return Declared(found)


def parse_gemspec(content: str) -> Declared:
    """What a gemspec declares."""
    found = []
    for row, line in _statements(content):
        if added := _ADDED.fullmatch(row):
            group = "dev" if added["kind"] == "development_" else ""
            found.append(Dependency(added["name"], _version(added["rest"]), group, line, "gem"))
    name = _NAMED.search(content)
    return Declared(found, name[1] if name else "")


def _version(rest: str) -> str:
    """The versions behind a name, else where the gem comes from."""
    versions = _VERSIONS.match(rest)
    if versions and not re.match(r"\s*(?:=>|:)", rest[versions.end() :]):
        return ", ".join(_STRING.findall(versions[1]))
    source = _SOURCE.search(rest)
    return source[1] if source else ""


def _statements(content: str) -> Iterator[tuple[str, int]]:
    """Each statement and its 1-based line; one whose line ends with a comma or an open bracket goes on."""
    whole, first = "", 0
    for number, row in enumerate(without_comments(content, ruby=True).split("\n"), 1):
        first = first or number
        whole += row
        if re.search(r"[,(\[\\]\s*$", row):
            whole = whole.removesuffix("\\") + " "
            continue
        yield whole, first
        whole, first = "", 0
