"""Tells which files differ from what the index holds, without changing it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from ctxkb.types import Kind
from ctxkb_ingest.discover import discover
from ctxkb_ingest.imports import imported_scopes

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb.catalog.rows import FileState
    from ctxkb.config import Config
    from ctxkb_ingest.discover import Candidate


def stale_paths(root: Path, config: Config, catalog: Catalog) -> tuple[str, ...]:
    """Documents that changed, are new, or are gone since they were read, in order."""
    known = catalog.files()
    imported = imported_scopes(catalog.documents(Kind.CONVENTION), config.sources)
    found = discover(root, config, known, imported=imported.keys())
    changed = [candidate.path for candidate in found.changed if _differs(root, candidate, known.get(candidate.path))]
    return tuple(sorted([*changed, *(path for path in found.removed if known[path].kind)]))


def _differs(root: Path, candidate: Candidate, state: FileState | None) -> bool:
    """Whether a file's content is another one; its time alone may be new, or have been too young to be trusted."""
    if state is None:
        return candidate.kind is not None
    if not state.sha256 or state.size != candidate.size:
        return bool(state.sha256)
    try:
        return hashlib.sha256((root / candidate.path).read_bytes()).hexdigest() != state.sha256
    except OSError:  # gone or closed since it was listed; the next run reports it
        return True
