"""Which paths a contract governs: what it states, else the package of a monorepo in which it lies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.formats.scope import stated_scope
from ctxkb.text.globs import folder_glob
from ctxkb.types import Scope

if TYPE_CHECKING:
    from ctxkb.formats.yamltree import Value

STATED = "x-scope"
"""The extension key by which an OpenAPI or AsyncAPI description names its paths."""

PACKAGES = frozenset({"apps", "components", "crates", "libs", "modules", "packages", "pkgs", "plugins", "services"})
"""Folders that hold one package beside another."""


def contract_scope(path: str, stated: Value = None) -> Scope:
    """`stated` globs, a list or text with commas, else the package around `path`; else the whole repository."""
    scope = stated_scope({"scope": stated})
    return scope if scope.stated else package_scope(path)


def package_scope(path: str) -> Scope:
    """The package in which `path` lies: `packages/ui`, `services/api`; without one the whole repository is assumed."""
    folders = path.split("/")[:-1]
    if len(folders) < 2 or folders[0].lower() not in PACKAGES:
        return Scope()
    return Scope((folder_glob("/".join(folders[:2])),), "paths", stated=True)
