"""How each ecosystem compares the names of packages, and how a policy names them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import get_args

from ctxkb.check.manifests.interface import Dependency, Ecosystem

_RUN = re.compile(r"[-_.]+")
_GO_MAJOR = re.compile(r"/v\d+$|(?<=\w)\.v\d+$")
_PREFIX = re.compile(rf"({'|'.join(get_args(Ecosystem))}):(.+)", re.DOTALL)


def normal(name: str, ecosystem: Ecosystem) -> str:
    """`name` as the ecosystem compares it: two names of one package become the same."""
    name = name.strip()
    if ecosystem == "pypi":
        return _RUN.sub("-", name).lower()  # PEP 503
    if ecosystem == "cargo":
        return name.replace("_", "-").lower()
    if ecosystem in ("composer", "nuget"):
        return name.lower()
    return name


def stem(dependency: Dependency) -> str:
    """The name without its major version: a Go module changes its path when that is raised."""
    return _GO_MAJOR.sub("", dependency.name) if dependency.ecosystem == "go" else dependency.name


def named(dependency: Dependency, pattern: str) -> bool:
    """Whether a policy's `pattern` means this package.

    `*` stands for any characters; `npm:moment` means the package of that ecosystem only; a Go module is meant with
    and without its major version.
    """
    prefixed = _PREFIX.fullmatch(pattern)
    if prefixed and prefixed[1] != dependency.ecosystem:
        return False
    wanted = normal(prefixed[2] if prefixed else pattern, dependency.ecosystem)
    return any(fnmatchcase(name, wanted) for name in (dependency.name, stem(dependency)))
