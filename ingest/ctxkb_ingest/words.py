"""Brings the catalog's documents, units and words up to date with the files; vectors follow.

Where nothing changed, which is most often so, this costs one list of files and one look at each.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import ctxkb
from ctxkb.types import Kind
from ctxkb_ingest.discover import discover, unusable
from ctxkb_ingest.imports import imported_scopes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import FileState
    from ctxkb.config import Config
    from ctxkb_ingest.discover import Discovery
    from ctxkb_ingest.report import Progress


OWN_PARSERS = ("cut.py", "parts.py", "split.py", "take.py")
"""What of this package decides how a file becomes units."""


@dataclass(slots=True)
class Changes:
    """The files that a run read, and those that it dropped, by their paths."""

    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def update_words(
    root: Path,
    config: Config,
    catalog: Catalog,
    progress: Progress,
    *,
    full: bool = False,
    paths: Sequence[str] | None = None,
) -> Changes:
    """Reads what changed and drops what is gone; each transaction holds whole files.

    `full` reads everything again; `paths` looks at some files and folders only. A configuration that differs from the
    last run's in what it takes for documents or masks, and other parsers, ask for everything.
    """
    tables = (config.sources, config.index, config.privacy)
    settings = fingerprint(parsers_digest(), *(table.model_dump_json() for table in tables))
    again = full or catalog.meta("settings") != settings
    known = catalog.files()
    imported = imported_scopes(catalog.documents(Kind.CONVENTION), config.sources)
    found = discover(root, config, known, paths=None if again else paths, again=again, imported=imported.keys())
    if not again and _is_nothing(found, known):
        progress.start("files", 0)
        return Changes()
    from ctxkb.catalog.write import forget_dropped
    from ctxkb_ingest.intake import Intake  # what parses and writes takes longer to import than the look at the files

    intake = Intake(root, config, catalog, progress, again, imported, Changes())
    intake.take_in(found)
    if again:
        intake.remember(settings)
    if again and known:
        forget_dropped(catalog)
    return intake.changes


def _is_nothing(found: Discovery, known: Mapping[str, FileState]) -> bool:
    """Whether a look found the repository as it is known."""
    states = (unusable(problem) for problem in found.skipped)
    return not found.changed and not found.removed and all(known.get(state.path) == state for state in states)


@cache
def parsers_digest() -> str:
    """What changes with any line of what parses, masks and cuts: 90 files are hashed in 2 ms."""
    digest = hashlib.blake2b(digest_size=8)
    core = Path(ctxkb.__file__).parent
    folders = (core / name for name in ("formats", "privacy", "text"))
    here = Path(__file__).parent
    files = (*(file for folder in folders for file in folder.glob("*.py")), *(here / name for name in OWN_PARSERS))
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def fingerprint(*settings: str) -> int:
    """A number that changes when the settings, or the version of ctxkb, do."""
    digest = hashlib.sha256("\0".join((ctxkb.__version__, *settings)).encode()).digest()
    return int.from_bytes(digest[:7])
