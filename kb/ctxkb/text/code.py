"""Which files are code or configuration, told by their names: neither prose, pictures, nor what a tool locks."""

from __future__ import annotations

import re

_NO_CODE = re.compile(
    r"\.(?:md|markdown|mdx|mdc|rst|txt|adoc|asciidoc|org|lock|sum|png|jpe?g|gif|svg|ico|webp|pdf|drawio|woff2?|ttf|eot|"
    r"mp4|zip|gz|jar|snap|po|pot)$",
    re.IGNORECASE,
)
_LOCKS = frozenset({"package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "composer.lock", "LICENSE"})


def is_code(path: str) -> bool:
    """Whether the file of that name is neither prose, a picture or another binary, nor written by a package manager."""
    name = path.rpartition("/")[2]
    return not (_NO_CODE.search(name) or name in _LOCKS)
