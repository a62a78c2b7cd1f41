"""Options that several commands share, and the repository that they concern."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ctxkb.errors import ConfigError

Root = Annotated[
    Path | None,
    typer.Option("--root", metavar="DIR", help="The repository; without it the one around the current folder."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", metavar="KIND", help="Only this kind; may be repeated.")]


def find(root: Path | None) -> Path:
    """The repository's root: the one that was named, or the one around the current folder. Raises `ConfigError`."""
    from ctxkb.config.root import find_root

    if root is None:
        return find_root(Path.cwd())
    if not root.is_dir():
        raise ConfigError(f"--root {root}: there is no such folder; name the repository's own folder")
    return root.resolve()


def in_repository(paths: list[str], root: Path) -> list[str]:
    """Paths as a person types them, made relative to the root. Raises `KbError` for one outside the repository.

    They are relative to the current folder, or to the root where that is elsewhere.
    """
    from ctxkb.knowledge.requests import repository_path

    here = Path.cwd()
    base = here if here.is_relative_to(root) else root
    return [repository_path(root, (base / path).as_posix()) for path in paths]
