"""The real documents and questions that the benchmarks ask: `eval/` beside the repository, or $CTXKB_CORPORA."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measuring import KB, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

NAMES = ("jabref", "simpler-grants-gov")


def found() -> Path | None:
    """The folder that holds `corpora/`, `queries/` and `evaluate.py`, None where there is none."""
    named = os.environ.get("CTXKB_CORPORA")
    folder = Path(named).resolve().parent if named else ROOT.parent / "shared" / "eval"
    return folder if (folder / "corpora").is_dir() else None


def required() -> Path:
    """The same, or the end of the script with a line that says what is missing."""
    folder = found()
    if folder is None:
        sys.exit(
            f"the corpora are not here: neither at {ROOT.parent / 'shared' / 'eval' / 'corpora'} nor in $CTXKB_CORPORA"
        )
    return folder


def questions(name: str) -> list[dict[str, Any]]:
    """The questions about one corpus; the format stands in its README."""
    lines = (required() / "queries" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines if line.strip()]


def evaluation() -> ModuleType:
    """The module `evaluate.py`, with the functions that score answers."""
    spec = spec_from_file_location("evaluate", required() / "evaluate.py")
    assert spec, "evaluate.py is there, yet no module"
    assert spec.loader, "evaluate.py is there, yet no module"
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def repository(name: str) -> Iterator[Path]:
    """A throw-away git repository with the documents of one corpus."""
    with tempfile.TemporaryDirectory(prefix="kb-bench-") as folder:
        root = Path(folder) / name
        shutil.copytree(required() / "corpora" / name, root, ignore=shutil.ignore_patterns("SOURCE*.txt", ".kb"))
        commit(root)
        yield root


@contextmanager
def indexed(name: str, given: Path | None = None) -> Iterator[Path]:
    """The same, indexed by `kb index`; or a repository that is `given`, as it is."""
    if given:
        yield given.resolve()
        return
    with repository(name) as root:
        subprocess.run([KB, "index"], cwd=root, check=True, stdout=sys.stderr)
        yield root


def commit(root: Path) -> None:
    """Makes a folder a git repository with one commit."""
    git = ["git", "-C", str(root), "-c", "user.name=n", "-c", "user.email=e@example.org"]
    for words in (["init", "--quiet"], ["add", "--all"], ["commit", "--quiet", "--message", "Begin"]):
        subprocess.run([*git, *words], check=True)
