"""Which files are code or configuration, told by their names: neither prose, pictures, nor what a tool locks."""

from __future__ import annotations

import re

_NO_CODE = re.compile(
    r"\.(?:md|markdown|mdx|mdc|rst|txt|adoc|asciidoc|org|lock|sum|png|jpe?g|gif|svg|ico|webp|pdf|drawio|woff2?|ttf|eot|"
    r"mp4|zip|gz|jar|snap|po|pot)$",
    re.IGNORECASE,
)
_LOCK_FILES = frozenset(
    {
        "package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "yarn.lock", "bun.lock", "bun.lockb", "deno.lock",
        "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "Cargo.lock", "go.sum", "go.work.sum",
        "Gemfile.lock", "composer.lock", "gradle.lockfile", "packages.lock.json", "mix.lock", "pubspec.lock",
        "Podfile.lock", "Package.resolved", "flake.lock", ".terraform.lock.hcl", "Chart.lock", "conan.lock",
        "MODULE.bazel.lock",
    }
)  # fmt: skip


def is_code(path: str) -> bool:
    """Whether the file of that name is neither prose, a picture or another binary, nor written by a package manager."""
    name = path.rpartition("/")[2]
    return not (_NO_CODE.search(name) or name == "LICENSE" or is_lock_file(path))


def is_lock_file(path: str) -> bool:
    """Whether a package manager wrote the file to fix versions."""
    return path.rpartition("/")[2] in _LOCK_FILES
