"""A folder whose knowledge base is brought up to date by the real indexer before each answer."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING

from ctxkb.catalog.read import Catalog
from ctxkb.config import load_config
from ctxkb.knowledge import Knowledge, Request
from ctxkb_ingest.index import index_repository
from support.embedders import HashEmbedder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ctxkb.types import Pack


class Living:
    """The documents of `root`, which may change between two questions; they are found by words alone."""

    def __init__(self, root: Path, files: Mapping[str, str]) -> None:
        self.root = root
        self.catalog = Catalog(root / ".kb")
        self.knowledge = Knowledge(root, load_config(root), self.catalog, lambda: None, lambda: None)
        self.write(files)

    def write(self, files: Mapping[str, str]) -> None:
        """Writes files and indexes them."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text).removeprefix("\n"), "utf-8")
        self.index()

    def remove(self, *names: str) -> None:
        """Deletes files and forgets them."""
        for name in names:
            (self.root / name).unlink()
        self.index()

    def index(self) -> None:
        """Brings the index up to date."""
        index_repository(self.root, self.knowledge.config, self.catalog, HashEmbedder)

    def context(self, task: str, *paths: str, **more: object) -> Pack:
        """The pack for a task and the paths that it touches; `more` are fields of `Request`."""
        return self.knowledge.context(Request(task, paths, **more))  # type: ignore[arg-type]
