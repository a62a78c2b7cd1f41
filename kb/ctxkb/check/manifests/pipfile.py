"""Pipfile: the packages of Pipenv, in its two usual categories and those that a project adds."""

from __future__ import annotations

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.pyproject import poetry_version
from ctxkb.check.manifests.reading import load_toml, table

_GROUPS = {"packages": "", "dev-packages": "dev"}
_OTHER = frozenset({"source", "requires", "scripts", "pipenv"})


def parse_pipfile(content: str) -> Declared:
    """What a Pipfile declares."""
    toml = load_toml(content)
    found = []
    for category in toml.data:
        for name, value in table(toml.data, category).items() if category not in _OTHER else ():
            specifier = poetry_version(value)
            if specifier is not None:
                group = _GROUPS.get(category, category)
                found.append(Dependency(name, specifier, group, toml.line(category, name), "pypi"))
    return Declared(found)
