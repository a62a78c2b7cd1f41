"""Files that a client loads by itself: their units are cited, since repeating them would cost tokens twice."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from ctxkb.text.globs import compile_globs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ctxkb.types import Document, Hit

AUTO = "auto"

CLIENTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "claude-code": ("CLAUDE.md", ".claude/CLAUDE.md", "CLAUDE.local.md"),
        "cursor": (".cursorrules", "AGENTS.md"),
        "codex": ("AGENTS.md",),
        "copilot": (".github/copilot-instructions.md", "AGENTS.md"),
        "visual-studio-code": (".github/copilot-instructions.md", "AGENTS.md"),
    }
)
"""By a word in the client's name, what it puts into every conversation: files at the repository's root."""

ALWAYS_ON: Mapping[str, str] = MappingProxyType(
    {"claude-code": "claude", "cursor": "cursor", "copilot": "copilot", "visual-studio-code": "copilot"}
)
"""By the same words, the format of the rules of which a client loads those that apply always."""

IMPORT_DEPTH = 5
"""How far Claude Code follows the imports of imports."""


def loaded_by_client(
    hits: Sequence[Hit], client: str, configured: Sequence[str], documents: Mapping[str, Document]
) -> frozenset[str]:
    """The ids of the units that `client` has already; `configured` globs override what its name tells.

    `documents` are those of the repository by id, among which its always-on rules and their imports are found.
    """
    known = _of_client(client, documents.values()) if AUTO in configured else frozenset()
    globs = compile_globs(tuple(glob for glob in configured if glob != AUTO))
    return frozenset(hit.unit.id for hit in hits if hit.unit.path in known or globs.matches(hit.unit.path))


def _of_client(client: str, documents: Iterable[Document]) -> frozenset[str]:
    """The paths of the files that a client of that name loads."""
    lowered = client.lower().replace(" ", "-")
    word = next((word for word in CLIENTS if word in lowered), "")
    if not word:
        return frozenset()
    by_path = {document.path: document for document in documents}
    loaded = {path for path in CLIENTS[word] if path in by_path}
    loaded.update(path for path, document in by_path.items() if _always_on(document, ALWAYS_ON.get(word, "")))
    return frozenset(_with_imports(loaded, by_path) if word == "claude-code" else loaded)


def _always_on(document: Document, form: str) -> bool:
    return document.format == form and document.scope.apply == "always" and not document.scope.globs


def _with_imports(paths: set[str], documents: Mapping[str, Document]) -> set[str]:
    """`paths` and what they import, and what that imports."""
    found, level = set(paths), set(paths)
    for _ in range(IMPORT_DEPTH):
        links = (link for path in level if path in documents for link in documents[path].links)
        level = {link.target for link in links if link.relation == "imports"} - found
        found |= level
    return found
