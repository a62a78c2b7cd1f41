"""What `kb init` finds in a repository before there is any configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.types import Kind

if TYPE_CHECKING:
    from pathlib import Path

    from ctxkb.config import Config

LARGEST_DECISION = 200_000
"""Bytes above which a Markdown file is not looked into: nobody writes a decision that long."""


def documents(root: Path, config: Config) -> dict[str, Kind]:
    """The documents of a repository by path."""
    from ctxkb.formats.classify import classify
    from ctxkb.formats.sniff import HEAD
    from ctxkb_ingest.discover import discover

    found: dict[str, Kind] = {}
    for candidate in discover(root, config, {}).changed:
        kind = candidate.kind
        if kind is None:
            head = _start(root / candidate.path, HEAD)
            told = classify(candidate.path, head, config.sources)
            kind = told[0] if told else None
        if kind is not None:
            found[candidate.path] = kind
    return found


def unusual_decisions(root: Path, found: dict[str, Kind]) -> list[str]:
    """Folders with decisions in them that are not found unaided."""
    from ctxkb.cli.proposal import unusual_decisions as folders
    from ctxkb_ingest.listing import list_files

    names = [name for name in list_files(root).names if name.lower().endswith((".md", ".markdown"))]
    texts = {name: _start(root / name, LARGEST_DECISION) for name in names if found.get(name) is not Kind.DECISION}
    return folders(texts)


def _start(file: Path, size: int) -> bytes:
    """The first bytes of a file; nothing of one that cannot be read, which `kb index` reports."""
    try:
        with file.open("rb") as opened:
            return opened.read(size)
    except OSError:
        return b""
