"""Full text search as one would write it in an afternoon: SQLite FTS5 over the sections of Markdown files."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MARKDOWN = {".md", ".mdx", ".mdc", ".markdown"}
LINES = 60
"""Files without headings are cut into as many lines."""


def indexed(folder: Path) -> sqlite3.Connection:
    """A table of the sections of all files, with their words stemmed."""
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE sections USING fts5(path UNINDEXED, text, tokenize = 'porter unicode61')")
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[0] not in {".git", ".kb"}:
            rows = [(inside.as_posix(), text) for text in sections(path)]
            table.executemany("INSERT INTO sections VALUES (?, ?)", rows)
    return table


def sections(path: Path) -> Iterator[str]:
    """The parts of a file: from heading to heading, those in code blocks aside, or so many lines."""
    lines = path.read_text("utf-8", "replace").splitlines(keepends=True)
    if path.suffix not in MARKDOWN:
        yield from ("".join(lines[at : at + LINES]) for at in range(0, len(lines), LINES))
        return
    part: list[str] = []
    fenced = False
    for line in lines:
        fenced ^= line.lstrip().startswith("```")
        if part and not fenced and re.match(r"#{1,6} ", line):
            yield "".join(part)
            part = []
        part.append(line)
    yield "".join(part)


def best(table: sqlite3.Connection, question: str, limit: int) -> list[tuple[str, str]]:
    """(path, text) of the sections that share words with a question, by BM25."""
    words = dict.fromkeys(re.findall(r"\w+", question.lower()))
    match = " OR ".join(f'"{word}"' for word in words)
    query = "SELECT path, text FROM sections WHERE sections MATCH ? ORDER BY bm25(sections) LIMIT ?"
    return table.execute(query, (match, limit)).fetchall() if words else []
