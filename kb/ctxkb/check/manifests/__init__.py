"""Manifests: what a project declares to depend on, one module an ecosystem. Lock files are not read."""

from __future__ import annotations

from dataclasses import replace
from fnmatch import fnmatchcase
from importlib import import_module
from typing import TYPE_CHECKING, cast

from ctxkb.check.manifests.interface import Declared, Dependency, Ecosystem, Manifest, Parser
from ctxkb.check.manifests.names import named, normal, stem
from ctxkb.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PARSERS", "Declared", "Dependency", "Ecosystem", "Manifest", "dependencies", "is_manifest", "named"]
__all__ += ["parser_of", "read_manifest", "stem"]

PARSERS: dict[str, tuple[Ecosystem, str]] = {
    "pyproject.toml": ("pypi", "pyproject:parse_pyproject"),
    "setup.cfg": ("pypi", "setup:parse_setup_cfg"),
    "setup.py": ("pypi", "setup:parse_setup_py"),
    "Pipfile": ("pypi", "pipfile:parse_pipfile"),
    "*requirements*.txt": ("pypi", "requirements:parse_requirements"),
    "*requirements*.in": ("pypi", "requirements:parse_requirements"),
    "requirements/*.txt": ("pypi", "requirements:parse_requirements"),
    "requirements/*.in": ("pypi", "requirements:parse_requirements"),
    "package.json": ("npm", "npm:parse_package_json"),
    "pnpm-workspace.yaml": ("npm", "npm:parse_pnpm_workspace"),
    "go.mod": ("go", "gomod:parse_go_mod"),
    "Cargo.toml": ("cargo", "cargo:parse_cargo"),
    "pom.xml": ("maven", "pom:parse_pom"),
    "build.gradle": ("maven", "gradle:parse_gradle"),
    "build.gradle.kts": ("maven", "gradle:parse_gradle"),
    "*.versions.toml": ("maven", "catalog:parse_catalog"),
    "Gemfile": ("gem", "gem:parse_gemfile"),
    "gems.rb": ("gem", "gem:parse_gemfile"),
    "*.gemspec": ("gem", "gem:parse_gemspec"),
    "composer.json": ("composer", "composer:parse_composer"),
    "*.csproj": ("nuget", "nuget:parse_msbuild"),
    "*.fsproj": ("nuget", "nuget:parse_msbuild"),
    "*.vbproj": ("nuget", "nuget:parse_msbuild"),
    "Directory.Packages.props": ("nuget", "nuget:parse_msbuild"),
    "Directory.Build.props": ("nuget", "nuget:parse_msbuild"),
    "packages.config": ("nuget", "nuget:parse_msbuild"),
}
"""The ecosystem and the parser ("module:function") of each file, by its name or the pattern of it.

A pattern with a slash is that of the folder and the name.
"""

_EXACT = {name: value for name, value in PARSERS.items() if "*" not in name}
_PATTERNS = {name: value for name, value in PARSERS.items() if "*" in name}
_ENDINGS = tuple({name.rpartition("*")[2] for name in _PATTERNS})


def parser_of(path: str) -> tuple[Ecosystem, str] | None:
    """The ecosystem and parser of the file `path`, told by its name; None where it is no manifest."""
    folder, _, name = path.rpartition("/")
    if name in _EXACT:
        return _EXACT[name]
    if not name.endswith(_ENDINGS) or "constraints" in name:  # which of pip bound what others ask for
        return None
    short = f"{folder.rpartition('/')[2]}/{name}"
    matching = (
        value for pattern, value in _PATTERNS.items() if fnmatchcase(short if "/" in pattern else name, pattern)
    )
    return next(matching, None)


def is_manifest(path: str) -> bool:
    """Whether the file `path` declares dependencies, told by its name."""
    return parser_of(path) is not None


def dependencies(path: str, content: bytes) -> tuple[Dependency, ...]:
    """What the manifest `path` declares, in the order of the file; nothing where it cannot be read or is none."""
    manifest = read_manifest(path, content)
    return manifest.dependencies if manifest else ()


def read_manifest(path: str, content: bytes) -> Manifest | None:
    """The manifest `path` of these bytes, with its `problem` where it cannot be read; None where it is none."""
    told = parser_of(path)
    if told is None:
        return None
    ecosystem, place = told
    module, function = place.split(":")
    parser = cast("Parser", getattr(import_module(f"{__name__}.{module}"), function))
    try:
        declared = parser(_decoded(content))
        found = tuple(_own_left_out(declared, ecosystem))
    except SourceError as error:
        return Manifest(ecosystem, problem=error.reason)
    return Manifest(ecosystem, found, normal(declared.package, ecosystem))


def _decoded(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def _own_left_out(declared: Declared, ecosystem: Ecosystem) -> Iterator[Dependency]:
    """The dependencies with normal names, without the package itself, which its extras may name."""
    own = normal(declared.package, ecosystem)
    for each in declared.dependencies:
        name = normal(each.name, ecosystem)
        if name and name != own:
            yield replace(each, name=name)
