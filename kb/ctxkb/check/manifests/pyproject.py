"""pyproject.toml: PEP 621, PEP 735 and PEP 518, and the tables of Poetry, uv, PDM and Hatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.names import normal
from ctxkb.check.manifests.pep508 import requirements
from ctxkb.check.manifests.reading import load_toml, table, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.manifests.reading import Toml

_LISTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("project", "dependencies"), ""),
    (("build-system", "requires"), "build"),
    (("tool", "uv", "dev-dependencies"), "dev"),
)
_GROUPS: tuple[tuple[str, ...], ...] = (
    ("project", "optional-dependencies"),
    ("dependency-groups",),
    ("tool", "pdm", "dev-dependencies"),
)
"""Tables whose keys are groups; a PEP 735 group that includes another one adds nothing to it."""

_HATCH = ("dependencies", "extra-dependencies")


def parse_pyproject(content: str) -> Declared:
    """What a pyproject.toml declares; what uv takes from the workspace or a folder is the project's own."""
    toml = load_toml(content)
    own = {normal(name, "pypi") for name, source in table(toml.data, "tool", "uv", "sources").items() if _local(source)}
    found = (*_listed(toml), *_poetry(toml))
    package = text(table(toml.data, "project").get("name")) or text(table(toml.data, "tool", "poetry").get("name"))
    return Declared([each for each in found if normal(each.name, "pypi") not in own], package)


def _local(source: object) -> bool:
    return bool({"path", "workspace"} & table(source).keys())


def _listed(toml: Toml) -> Iterator[Dependency]:
    for keys, group in _LISTS:
        yield from _list(toml, group, *keys)
    for keys in _GROUPS:
        for group in table(toml.data, *keys):
            yield from _list(toml, group, *keys, group)
    for environment in table(toml.data, "tool", "hatch", "envs"):
        for key in _HATCH:
            yield from _list(toml, environment, "tool", "hatch", "envs", environment, key)


def _list(toml: Toml, group: str, *keys: str) -> Iterator[Dependency]:
    words = texts(table(toml.data, *keys[:-1]).get(keys[-1]))
    return requirements(toml.lines_in(words, *keys), group)


def _poetry(toml: Toml) -> Iterator[Dependency]:
    above = ("tool", "poetry")
    groups = [(group, (*above, "group", group, "dependencies")) for group in table(toml.data, *above, "group")]
    for group, keys in (("", (*above, "dependencies")), ("dev", (*above, "dev-dependencies")), *groups):
        for name, value in table(toml.data, *keys).items():
            specifier = poetry_version(value)
            if name.lower() != "python" and specifier is not None:
                yield Dependency(name, specifier, group, toml.line(*keys, name), "pypi")


def poetry_version(value: object) -> str | None:
    """The version that an entry of Poetry or Pipenv asks for, the last of several; None for a local folder."""
    if isinstance(value, list):
        value = value[-1] if value else ""
    if isinstance(value, dict):
        if {"path", "file"} & value.keys():
            return None
        value = value.get("version") or value.get("git") or value.get("url")
    return text(value)
