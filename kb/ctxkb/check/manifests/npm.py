"""package.json of npm, Yarn, pnpm and Bun, and the catalogs of pnpm-workspace.yaml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.reading import entries, load_object, table, text
from ctxkb.formats.yamlsafe import load_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.formats.yamlsafe import Value

_GROUPS = {
    "dependencies": "",
    "devDependencies": "dev",
    "peerDependencies": "peer",
    "optionalDependencies": "optional",
}
_LOCAL = re.compile(r"(?:workspace|file|link|portal):|\.{0,2}/|~/")
_ALIAS = re.compile(r"npm:(?P<name>@?[^@]+)(?:@(?P<version>.*))?", re.DOTALL)


def parse_package_json(content: str) -> Declared:
    """What a package.json declares; what lies in the workspace or a folder is the project's own."""
    root = load_object(content)
    found = [each for key, group in _GROUPS.items() for each in _entries(root.get(key), group)]
    found += [*_catalogs(root), *_catalogs(root.get("workspaces"))]
    return Declared(found, text(root.get("name")))


def parse_pnpm_workspace(content: str) -> Declared:
    """What the catalogs of a pnpm workspace declare."""
    return Declared(_catalogs(load_yaml(content).root))


def _catalogs(root: Value) -> list[Dependency]:
    """What the catalogs in a workspace's table name, to which its members refer."""
    catalogs = [("catalog", table(root).get("catalog")), *table(root, "catalogs").items()]
    return [each for group, listed in catalogs for each in _entries(listed, group)]


def _entries(value: Value, group: str) -> Iterator[Dependency]:
    """The dependencies in a table of names and versions; an alias stands for the package behind it."""
    for name, version, line in entries(value):
        if alias := _ALIAS.fullmatch(version):
            yield Dependency(alias["name"], alias["version"] or "", group, line, "npm")
        elif not _LOCAL.match(version):
            catalog = version.startswith("catalog:")
            yield Dependency(name, "" if catalog else version, group, line, "npm", inherited=catalog)
