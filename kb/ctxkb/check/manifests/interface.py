"""What a manifest says: the packages of others that a project declares it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

Ecosystem = Literal["pypi", "npm", "go", "cargo", "maven", "gem", "composer", "nuget"]
"""Whose names are meant: the registry that a name without further words is looked up in."""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One package that a manifest asks for, on its 1-based `line` (0 where that cannot be told).

    `name` is normalised as the ecosystem compares names: `Foo_Bar` on PyPI is `foo-bar`; one of Maven is
    `group:artifact`. `specifier` is the version or range as written, "" where there is none. `group` is "" for what
    the project runs with, else the word for the others ("dev", "test", the name of an extra). With `inherited` the
    version is that of a workspace or catalog, and so may be the name.
    """

    name: str
    specifier: str
    group: str
    line: int
    ecosystem: Ecosystem
    inherited: bool = False


@dataclass(frozen=True, slots=True)
class Manifest:
    """What one file declares. `package` is the name under which it is itself published, "" where it has none.

    `problem` says why the file could not be read, "" where it could; it then declares nothing.
    """

    ecosystem: Ecosystem
    dependencies: tuple[Dependency, ...] = ()
    package: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a parser found: the dependencies in the order of the file, names as written, and the package's own name."""

    dependencies: Iterable[Dependency]
    package: str = ""


Parser = Callable[[str], Declared]
"""Reads the text of one manifest. Raises `SourceError` where it is none. Must not evaluate it to find what it says."""
