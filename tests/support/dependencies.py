"""A repository with manifests and a policy on dependencies, and what dependency-new says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.gate import madr
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

POLICY = '[dependencies]\nallow = ["pytest*", "npm:@types/*"]\n'
GEMS = 'gem "rails", "~> 7.0"\n'


def begun(tmp_path: Path, files: dict[str, str], policy: str = POLICY) -> Repo:
    """A repository with `files` and one decision on main, on a branch of its own."""
    repo = Repo(tmp_path).write({"kb.toml": policy, "docs/adr/0001-begin.md": madr("Begin"), **files})
    repo.commit()
    return repo.branch("feature")


def new(path: str, line: int, name: str, severity: str = "error") -> str:
    """The finding about a dependency that no decision names."""
    return f'{path}:{line} {severity} dependency-new: "{name}" is new, and no accepted decision names it'
