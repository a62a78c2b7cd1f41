"""Files that a client loads by itself: their units are cited, since repeating them would cost tokens twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ctxkb.types import Hit

AUTO = "auto"

CLIENTS: dict[str, tuple[str, ...]] = {
    "claude": ("CLAUDE.md", ".claude/CLAUDE.md"),
    "cursor": (".cursorrules", "AGENTS.md"),
    "codex": ("AGENTS.md",),
    "copilot": (".github/copilot-instructions.md", "AGENTS.md"),
    "visual studio code": (".github/copilot-instructions.md", "AGENTS.md"),
}
"""By a word in the client's name, what it puts into every conversation: only files at the repository's root."""


def loaded_by_client(hits: Sequence[Hit], client: str, configured: Sequence[str]) -> frozenset[str]:
    """The ids of the units that `client` has already; `configured` globs override what its name tells."""
    patterns = [f"/{path}" for path in _of_client(client)] if AUTO in configured else []
    patterns += [glob for glob in configured if glob != AUTO]
    if not patterns:
        return frozenset()
    globs = compile_globs(tuple(patterns))
    return frozenset(hit.unit.id for hit in hits if globs.matches(hit.unit.path))


def _of_client(client: str) -> tuple[str, ...]:
    lowered = client.lower()
    return next((paths for word, paths in CLIENTS.items() if word in lowered), ())
