"""Cargo.toml of a package or a workspace.

https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.check.manifests.interface import Declared, Dependency
from ctxkb.check.manifests.reading import load_toml, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ctxkb.check.manifests.reading import Toml

_GROUPS = {"dependencies": "", "dev-dependencies": "dev", "build-dependencies": "build"}


def parse_cargo(content: str) -> Declared:
    """What a Cargo.toml declares, for every target; a crate in a folder is the project's own."""
    toml = load_toml(content)
    above: list[tuple[str, ...]] = [(), ("workspace",)]
    above += [("target", target) for target in table(toml.data, "target")]
    found = [each for keys in above for each in _groups(toml, keys)]
    return Declared(found, text(table(toml.data, "package").get("name")))


def _groups(toml: Toml, above: tuple[str, ...]) -> Iterator[Dependency]:
    for key, group in _GROUPS.items():
        for name, value in table(toml.data, *above, key).items():
            facts = value if isinstance(value, dict) else {"version": value}
            if "path" not in facts:
                real = text(facts.get("package")) or name
                specifier = text(facts.get("version")) or text(facts.get("git"))
                line = toml.line(*above, key, name)
                yield Dependency(real, specifier, group, line, "cargo", inherited=facts.get("workspace") is True)
