"""What the tests of the contract parsers share: sources, the corpora, and that a text is the lines it names."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ctxkb.types import Document, Kind, Source


def contract(text: str | bytes, path: str, form: str) -> Source:
    """A source of kind contract."""
    content = text.encode() if isinstance(text, str) else text
    return Source(path, content, Kind.CONTRACT, form)


def corpus(name: str) -> Path:
    """The folder of one corpus of real repositories; skips the test where there is none."""
    root = Path(__file__).parents[2].parent / "shared" / "eval" / "corpora"
    folder = Path(os.environ.get("CTXKB_CORPORA", root)) / name
    if not folder.is_dir():
        pytest.skip(f"no corpus at {folder}: set CTXKB_CORPORA to the folder that holds {name}")
    return folder


def outline(document: Document) -> list[tuple[str, str, int, int, tuple[str, ...]]]:
    """Anchor, role, first and last line, and references of each section."""
    return [(found.anchor, found.role, found.first, found.last, found.refs) for found in document.sections]


def strays(document: Document, text: str) -> list[str]:
    """Anchors of the sections whose text is not, line by line, what stands in `text`, indentation aside."""
    lines = text.split("\n")
    return [
        section.anchor
        for section in document.sections
        if not _same(section.text.split("\n"), lines[section.first - 1 : section.last])
    ]


def _same(shown: list[str], written: list[str]) -> bool:
    """Whether the lines are equal but for one indentation that all written lines begin with."""
    if len(shown) != len(written):
        return False
    shift = max((len(full) - len(part) for part, full in zip(shown, written, strict=True)), default=0)
    indent = next((full[:shift] for full in written if full.strip()), "")
    return not indent.strip() and all(
        full == indent + part or (not full.strip() and full[shift:] == part)
        for part, full in zip(shown, written, strict=True)
    )
