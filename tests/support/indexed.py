"""A repository and its index, brought up to date in this process with the seeded embedder."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ctxkb.config import load_config
from ctxkb.text.words import query_terms
from ctxkb_ingest.index import index_repository
from ctxkb_ingest.repair import open_for_writing
from support.embedders import HashEmbedder
from support.repos import Repo

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ctxkb.catalog.read import Catalog
    from ctxkb_ingest.report import IndexReport


@dataclass
class Indexed:
    """A repository, its catalog, and the embedder, which counts what it embedded."""

    repo: Repo
    catalog: Catalog
    embedder: HashEmbedder = field(default_factory=HashEmbedder)

    def index(self, **options: object) -> IndexReport:
        """One run of the indexer."""
        root = self.repo.root
        return index_repository(root, load_config(root), self.catalog, lambda: self.embedder, **options)  # type: ignore[arg-type]

    def state(self) -> dict[str, str]:
        """The kind of every document by path."""
        return {document.path: str(document.kind) for document in self.catalog.documents()}

    def finds(self, text: str) -> list[str]:
        """The paths of the units that hold the words of `text`, the best first, each once."""
        return found_paths(self.catalog, text)


@contextmanager
def indexed(root: Path, files: dict[str, str | bytes], *, git: bool = True) -> Iterator[Indexed]:
    """A repository with `files` (a plain folder without `git`), and an index of it that is still empty."""
    if git:
        repo = Repo(root)
    else:
        repo = Repo.__new__(Repo)
        repo.root = root
    repo.write(files)
    held = Indexed(repo, open_for_writing(root))
    try:
        yield held
    finally:
        held.catalog.close()


def found_paths(catalog: Catalog, text: str) -> list[str]:
    """The paths of the units that hold the words of `text`, the best first, each once."""
    numbers = [number for number, _ in catalog.search_words(query_terms(text), 20)]
    units = catalog.units(numbers)
    return list(dict.fromkeys(units[number].unit.path for number in numbers))
