"""Files that a contract refers to: they are contracts too, though nothing in them says so, and are read with it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from ctxkb.formats.loads import load_file
from ctxkb.formats.split import Around, Files
from ctxkb.privacy.clean import clean_source
from ctxkb.types import Kind, Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from ctxkb.config import Config
    from ctxkb.types import Document

PART = (Kind.CONTRACT, "contract-part")
"""What a file is that only a contract tells of, and what reads it."""

TOGETHER = frozenset({"openapi", "asyncapi", PART[1]})
"""Formats of which a file is read together with those that it refers to."""

ROUNDS = 6
"""How often files are read again because others refer to them, or no longer do."""


def described(contracts: Iterable[Document]) -> dict[str, tuple[str, ...]]:
    """By each path to which contracts lead, directly or by way of others, the descriptions that lead to it.

    A path need not exist. One that leads on is named only where nothing leads to it in turn.
    """
    by_path = {document.path: document for document in contracts}
    found: dict[str, list[str]] = defaultdict(list)
    for start in sorted(path for path, document in by_path.items() if document.format != PART[1]):
        for path in _reached(start, by_path):
            found[path].append(start)
    firsts = {path: tuple(start for start in starts if start not in found) for path, starts in found.items()}
    return {path: firsts[path] or tuple(starts) for path, starts in found.items()}


def _reached(start: str, by_path: Mapping[str, Document]) -> list[str]:
    """The paths to which one document leads, each once; a schema leads no further than to what is no document alone."""
    alone = by_path[start].format not in TOGETHER
    seen, level = dict.fromkeys([start]), [start]
    while level:
        leading = (by_path[path] for path in level if path in by_path)
        on = (document for document in leading if document.path == start or not alone or document.format == PART[1])
        level = [path for path in dict.fromkeys(part for document in on for part in document.parts) if path not in seen]
        seen.update(dict.fromkeys(level))
    return [path for path in seen if path != start]


def dependent(contracts: Iterable[Document], changed: Collection[str]) -> set[str]:
    """The contracts that are read together with a file that changed: those that lead to it, and its own parts."""
    together = [document for document in contracts if document.format in TOGETHER]
    leading: dict[str, list[str]] = defaultdict(list)
    for document in together:
        for part in document.parts:
            leading[part].append(document.path)
    found: set[str] = set()
    level = set(changed)
    while level:
        level = {path for part in level for path in leading[part]} - found
        found |= level
    own = {path for path, by in described(together).items() if not set(changed).isdisjoint(by)}
    return found | own


def files_of(root: Path, config: Config, listed: Collection[str]) -> Files:
    """The files of a repository as contracts see them: those `listed`, none too large, and their secrets masked."""
    most = config.index.max_file_kb * 1000
    top = root.resolve()

    def read(path: str) -> bytes | None:
        if path not in listed:
            return None
        try:
            place = (root / path).resolve()
            if not place.is_relative_to(top) or place.stat().st_size > most:
                return None
            content = place.read_bytes()
        except OSError:  # gone since it was listed, or closed: the next run tells
            return None
        return clean_source(Source(path, content, *PART), config.privacy)[0].content

    return Files(read, load_file)


def around(files: Files, by: Mapping[str, tuple[str, ...]], path: str) -> Around:
    """What the contract at `path` may see of the others."""
    return Around(files, by.get(path, ()))
