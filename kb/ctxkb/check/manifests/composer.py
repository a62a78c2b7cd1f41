"""composer.json of PHP.

https://getcomposer.org/doc/04-schema.md
"""

from __future__ import annotations

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.reading import entries, load_object, text

_GROUPS = {"require": "", "require-dev": "dev"}


def parse_composer(content: str) -> Declared:
    """What a composer.json declares; what the platform must bring (`php`, `ext-json`) has no vendor, and is none."""
    root = load_object(content)
    found = [
        Dependency(name, version, group, line, "composer")
        for key, group in _GROUPS.items()
        for name, version, line in entries(root.get(key))
        if "/" in name
    ]
    return Declared(found, text(root.get("name")))
