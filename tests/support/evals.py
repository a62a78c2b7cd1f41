"""A repository that `kb eval` is run in, with an embedder that is not slow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.cli import building
from ctxkb.cli.boundary import run
from support.embedders import HashEmbedder
from support.repos import Repo

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

LOGGING = "docs/logging.md"
DATES = "docs/adr/0001-format-dates-with-date-fns.md"
SETTLED = "# Format dates with date-fns\n\n## Status\n\nDeprecated\n"
FILES: dict[str, str | bytes] = {
    LOGGING: "# Logging\n\nThe library for logging is structlog.\n",
    DATES: SETTLED.replace("Deprecated", "Accepted") + "\n## Decision\n\nNew code formats dates with date-fns.\n",
    "src/log.py": "print()\n",
}


def seeded(monkeypatch: pytest.MonkeyPatch) -> HashEmbedder:
    """The seeded embedder, in place of the slow one wherever a command asks for the model."""
    embedder = HashEmbedder()
    monkeypatch.setattr(building, "model", lambda _: lambda: embedder)
    return embedder


def begun(root: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    """A repository of `FILES` as the current folder, with one commit."""
    repo = Repo(root).write(FILES)
    repo.commit("Begin")
    monkeypatch.chdir(repo.root)
    return repo


def kb(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of `kb eval`."""
    code = run(["eval", *arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def error(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What `kb eval` says of a mistake."""
    code, out, err = kb(capsys, *arguments)
    assert (code, out) == (2, "")
    return err
