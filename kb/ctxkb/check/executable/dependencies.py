"""What a manifest declares of the packages that a rule names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.manifests import dependencies, named

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.types import ExecutableRule


def declared(rule: ExecutableRule, path: str, content: bytes) -> Iterator[tuple[str, int]]:
    """Name and 1-based line of each dependency that the rule names; nothing where the file is no manifest."""
    for each in dependencies(path, content):
        if any(named(each, value) for value in rule.values):
            yield each.name, each.line
