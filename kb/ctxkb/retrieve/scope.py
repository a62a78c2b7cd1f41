"""Whether a scope governs a path, and how near it stands to it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs, expand_braces, glob_fault

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ctxkb.types import Scope

_WILD = re.compile(r"(?<!\\)[*?\[]")
ANY_FILE = "\0" * 9
"""The name of a file that only a wildcard matches."""

_AGENTS, _OVERRIDE = "AGENTS.md", "AGENTS.override.md"


def governs(scope: Scope, path: str) -> bool:
    """Whether a document of this scope binds work on `path` (relative to the root, forward slashes; "" is the root).

    A document that applies when an agent finds it fitting, or when it is named, binds nothing. A glob that cannot be
    used matches nothing.
    """
    if scope.apply not in {"always", "paths"}:
        return False
    globs = _usable(scope.globs)
    if not scope.globs:
        return True
    return _matches(globs, path)


def specificity(scope: Scope, path: str) -> int:
    """How near the scope is to `path`: 0 for a scope of everything, more for a deeper folder, most for the file itself.

    Each folder that a matching glob names from the root on counts 10, and a pattern behind it 1.
    """
    return max((_nearness(glob) for glob in _single(scope.globs) if _matches((glob,), path)), default=0)


def overridden(paths: Iterable[str]) -> frozenset[str]:
    """Those of `paths` that another one replaces: an AGENTS.md beside an AGENTS.override.md."""
    present = frozenset(paths)
    folders = {path.removesuffix(_OVERRIDE) for path in present if path.rpartition("/")[2] == _OVERRIDE}
    return present & {f"{folder}{_AGENTS}" for folder in folders}


def _matches(globs: tuple[str, ...], path: str) -> bool:
    """Whether globs match a path, or whatever file lies in it where it is a folder."""
    compiled, plain = compile_globs(globs), _plain(path)
    return compiled.matches(plain) or compiled.matches(f"{plain.rstrip('/')}/{ANY_FILE}".lstrip("/"))


def _plain(path: str) -> str:
    return re.sub(r"^(\./)+", "", path).lstrip("/")


@lru_cache(maxsize=4096)
def _usable(globs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(glob for glob in globs if not glob_fault(glob))


@lru_cache(maxsize=4096)
def _single(globs: tuple[str, ...]) -> tuple[str, ...]:
    """The usable globs one by one, braces expanded, without those that take something out."""
    return tuple(plain for glob in _usable(globs) if not glob.startswith("!") for plain in expand_braces(glob))


@lru_cache(maxsize=4096)
def _nearness(glob: str) -> int:
    """10 for each leading folder or name without wildcards, and 1 where a pattern other than `**` follows."""
    body = re.sub(r"^(\./)+", "", glob)
    if "/" not in body.rstrip("/"):
        return 0 if body in {"*", "**"} else 1
    parts = [part for part in body.split("/") if part]
    literal = next((index for index, part in enumerate(parts) if _WILD.search(part)), len(parts))
    rest = [part for part in parts[literal:] if part not in {"**", "*"}]
    return 10 * literal + bool(rest)
