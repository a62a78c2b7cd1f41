"""Projects of .NET, their central package versions, and the older packages.config.

https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.formats.xmltree import load_xml

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ctxkb.formats.xmltree import Element

_GROUPS = {
    "PackageReference": "",
    "PackageVersion": "managed",
    "GlobalPackageReference": "dev",
    "DotNetCliToolReference": "dev",
    "package": "",
}


def parse_msbuild(content: str) -> Declared:
    """What an MSBuild file or a packages.config declares, properties of the same file resolved."""
    root = load_xml(content).root
    properties = {
        each.tag.lower(): each.text.strip()[:200]
        for group in root.all("PropertyGroup")
        for each in group.children
    }  # fmt: skip
    elements = [each for each in root.walk() if each.tag in _GROUPS]
    return Declared([found for each in elements if (found := _dependency(each, properties)).name])


def _dependency(element: Element, properties: Mapping[str, str]) -> Dependency:
    facts = {name.lower(): value for name, value in element.attributes.items()}
    facts = {child.tag.lower(): child.text.strip() for child in element.children} | facts
    version = facts.get("versionoverride") or facts.get("version", "")
    version = re.sub(r"\$\((\w+)\)", lambda found: properties.get(found[1].lower(), found[0]), version)
    name = facts.get("include") or facts.get("update") or facts.get("id", "")
    return Dependency("" if "$(" in name else name, version, _GROUPS[element.tag], element.first, "nuget")
