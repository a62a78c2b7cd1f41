"""What is asked of the knowledge base and what comes back, and how what was asked is checked."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ctxkb.errors import KbError
from ctxkb.types import Confidence, Hit, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ctxkb.budget.pack import Format


@dataclass(frozen=True, slots=True)
class Request:
    """What an agent asks before it writes code. `client` is the MCP client's name, "" where there is none.

    `record` tells whether receipts and gaps are stored; a request that only measures leaves no trace.
    """

    task: str
    paths: tuple[str, ...] = ()
    budget: int = 2000
    kinds: tuple[str, ...] = ()
    have: str = ""
    format: Format = "text"
    client: str = ""
    record: bool = True


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Ranked hits, the best first, and how sure it is that they answer."""

    hits: tuple[Hit, ...]
    confidence: Confidence


def checked_kinds(kinds: Sequence[str]) -> tuple[Kind, ...]:
    """`kinds` as `Kind`s. Raises `KbError` for one that there is not, naming those there are."""
    known = {str(kind): kind for kind in Kind}
    wrong = [kind for kind in kinds if kind not in known]
    if wrong:
        raise KbError(f"there is no kind {wrong[0][:80]!r}; use {', '.join(known)}")
    return tuple(known[kind] for kind in kinds)


def storable(text: str) -> str:
    """`text` with a question mark for each lone surrogate, which neither SQLite nor a model takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def repository_path(root: Path, path: str) -> str:
    """`path` relative to the repository's root, with forward slashes; "" is the root itself.

    Raises `KbError` for one outside the repository.
    """
    cleaned = storable(path).replace("\\", "/").strip()
    top = root.as_posix()
    if cleaned == top or cleaned.startswith(f"{top}/"):
        cleaned = cleaned[len(top) :].lstrip("/")
    inside = posixpath.normpath(cleaned) if cleaned else "."
    if "\0" in cleaned or inside.startswith(("../", "/")) or inside == ".." or re.match(r"[A-Za-z]:", inside):
        raise KbError(f"{cleaned[:200]!r} lies outside the repository; give paths relative to its root")
    return "" if inside == "." else inside
