"""A version catalog of Gradle (libs.versions.toml).

https://docs.gradle.org/current/userguide/version_catalogs.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.reading import load_toml, table, text

if TYPE_CHECKING:
    from ctxkb.check.manifests.reading import Toml


def parse_catalog(content: str) -> Declared:
    """The libraries and plugins that a catalog names; a plugin's name is its id."""
    toml = load_toml(content)
    libraries = [_library(toml, alias, value) for alias, value in table(toml.data, "libraries").items()]
    plugins = [_plugin(toml, alias, value) for alias, value in table(toml.data, "plugins").items()]
    return Declared([each for each in (*libraries, *plugins) if each.name.strip(":")])


def _library(toml: Toml, alias: str, value: object) -> Dependency:
    line = toml.line("libraries", alias)
    if isinstance(value, str):
        group, name, version = (*value.split(":"), "", "")[:3]
        return Dependency(f"{group}:{name}", version, "", line, "maven")
    facts = table(value)
    name = text(facts.get("module")) or f"{text(facts.get('group'))}:{text(facts.get('name'))}"
    return Dependency(name, _version(toml, facts.get("version")), "", line, "maven")


def _plugin(toml: Toml, alias: str, value: object) -> Dependency:
    line = toml.line("plugins", alias)
    if isinstance(value, str):
        name, _, version = value.partition(":")
        return Dependency(name, version, "plugin", line, "maven")
    facts = table(value)
    return Dependency(text(facts.get("id")), _version(toml, facts.get("version")), "plugin", line, "maven")


def _version(toml: Toml, value: object) -> str:
    """A version as text, the one that it refers to, or the strictest word of a rich one."""
    if isinstance(value, dict) and "ref" in value:
        value = table(toml.data, "versions").get(text(value["ref"]))
    if isinstance(value, dict):
        value = value.get("strictly") or value.get("require") or value.get("prefer")
    return text(value)
