"""pom.xml of Maven: its parent, dependencies, plugins, and the versions that it manages.

https://maven.apache.org/pom.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.formats.xmltree import load_xml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ctxkb.formats.xmltree import Element

_PLUGINS = "org.apache.maven.plugins"
_DEEPEST = 5
"""How often a property is looked up whose value names another one; they may name each other."""


def parse_pom(content: str) -> Declared:
    """What a pom.xml declares, the properties of the same file resolved; those of a parent's file stay as written."""
    root = load_xml(content).root
    properties = _properties(root)
    package = _name(root, properties, properties.get("project.groupId", ""))
    return Declared(list(_found(root, properties)), package)


def _found(root: Element, properties: Mapping[str, str]) -> Iterator[Dependency]:
    for parent in root.all("parent"):
        yield from _dependency(parent, properties, "parent")
    profiles = [each for profiles in root.all("profiles") for each in profiles.all("profile")]
    for owner in (root, *profiles):
        yield from _dependencies(owner, properties, "")
        for managed in owner.all("dependencyManagement"):
            yield from _dependencies(managed, properties, "managed")
        for build in owner.all("build"):
            for holder in (build, *build.all("pluginManagement")):
                for plugin in (each for plugins in holder.all("plugins") for each in plugins.all("plugin")):
                    yield from _dependency(plugin, properties, "plugin", _PLUGINS)
                    yield from _dependencies(plugin, properties, "plugin")


def _dependencies(owner: Element, properties: Mapping[str, str], group: str) -> Iterator[Dependency]:
    for listed in owner.all("dependencies"):
        for each in listed.all("dependency"):
            scope = _text(each, "scope")
            yield from _dependency(each, properties, group or ("" if scope in ("compile", "runtime") else scope))


def _dependency(element: Element, properties: Mapping[str, str], group: str, usual: str = "") -> Iterator[Dependency]:
    """The dependency of an element; none where its name is made of properties that another file sets."""
    name = _name(element, properties, usual)
    if "$" not in name and name.strip(":"):
        yield Dependency(name, _resolved(_text(element, "version"), properties), group, element.first, "maven")


def _properties(root: Element) -> dict[str, str]:
    parents = root.all("parent")
    found = {each.tag: each.text.strip()[:200] for properties in root.all("properties") for each in properties.children}
    for key in ("groupId", "version"):
        inherited = _text(parents[0], key) if parents else ""
        own = _text(root, key) or inherited
        found |= {f"project.{key}": own, f"pom.{key}": own, f"project.parent.{key}": inherited}
    return found


def _name(element: Element, properties: Mapping[str, str], usual: str) -> str:
    group, artifact = (_resolved(_text(element, key), properties) for key in ("groupId", "artifactId"))
    return f"{group or usual}:{artifact}"


def _resolved(text: str, properties: Mapping[str, str]) -> str:
    for _ in range(_DEEPEST):
        text = re.sub(r"\$\{([^}]*)\}", lambda found: properties.get(found[1], found[0]), text)[:1000]
    return text


def _text(element: Element, tag: str) -> str:
    return next((each.text.strip() for each in element.all(tag)), "")
